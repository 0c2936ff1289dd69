import { Effect } from "effect"
import { grownIn, sessionsOf } from "../data/sessions.ts"
import type { Exchange } from "../load/exchange.ts"
import type { Server } from "../servers.ts"
import { expecting, same } from "../verify.ts"
import { type Bench, type Measure, overHttp } from "./measure.ts"
import { longReaders, names, readers } from "./names.ts"
import * as Questions from "./questions.ts"

type Pair = readonly [ours: Server, byHand: Server]

/** A question with what makes its answer right, which both servers have given alike. */
const answered = (pair: Pair, question: Exchange) =>
  Effect.map(same(pair, question), (answer) => expecting(question, answer))

/** The same question of those who have the answer already. */
const unchanged = (pair: Pair, question: Exchange) =>
  Effect.map(
    same(pair, question),
    ({ tag }): Exchange => ({ ...question, headers: { "if-none-match": tag }, status: 304, bytes: 0 })
  )

const short = sessionsOf("whole50").slice(0, 100)
const middle = sessionsOf("whole1000").slice(0, 10)
const long = sessionsOf("whole10000").slice(0, 3)

const reads = [
  { name: names.warm50, connections: readers, questions: short.map(Questions.resume), prepare: answered },
  { name: names.warm1000, connections: readers, questions: middle.map(Questions.resume), prepare: answered },
  {
    name: names.warm10000,
    connections: longReaders,
    questions: long.map(Questions.resume),
    prepare: answered
  },
  { name: names.newest, connections: readers, questions: long.map(Questions.newestPage), prepare: answered },
  {
    name: names.unchanged,
    connections: readers,
    questions: middle.map(Questions.resume),
    prepare: unchanged
  },
  { name: names.list, connections: readers, questions: [Questions.list], prepare: answered },
  { name: names.search, connections: readers, questions: [Questions.search], prepare: answered }
]

const colds = [
  { name: names.cold50, set: "whole50", connections: readers },
  { name: names.cold1000, set: "whole1000", connections: readers },
  { name: names.cold10000, set: "whole10000", connections: longReaders, millisShare: 2 }
] as const

interface Read {
  readonly name: string
  readonly connections: number
  readonly questions: ReadonlyArray<Exchange>
  readonly prepare: typeof answered
  readonly millisShare?: number
}

/** Questions in turn, over and over, to which both servers have given the same answers before. */
const measuresOf = (bench: Bench, pair: Pair, reads: ReadonlyArray<Read>) =>
  Effect.forEach(
    reads,
    Effect.fnUntraced(function* ({ prepare, questions, ...measure }) {
      const exchanges = yield* Effect.forEach(questions, (question) => prepare(pair, question))
      return pair.map((server) => overHttp(bench)({ ...measure, server, exchanges: () => exchanges }))
    })
  ).pipe(Effect.map((measures) => measures.flat()))

/** Reads of the same few sessions. */
export const readMeasures = (bench: Bench, pair: Pair) => measuresOf(bench, pair, reads)

/**
 * Resumes of sessions that the server does not keep: it has no room for any. It is warm otherwise: code is compiled,
 * statements are prepared, and PostgreSQL has its pages in memory.
 */
export const coldMeasures = (bench: Bench, pair: Pair) =>
  measuresOf(
    bench,
    pair,
    colds.map(({ set, ...cold }) => ({
      ...cold,
      questions: sessionsOf(set).map(Questions.resume),
      prepare: answered
    }))
  )

const writes = [
  { name: names.start, connections: 16, exchanges: [Questions.start] },
  { name: names.append16, connections: 16, exchanges: sessionsOf("append").map(Questions.append) },
  { name: names.append64, connections: 64, exchanges: sessionsOf("append").map(Questions.append) },
  { name: names.append1000, connections: readers, exchanges: sessionsOf("append1000").map(Questions.append) },
  { name: names.send, connections: 16, exchanges: sessionsOf("send").map(Questions.send) }
]

const isGrouped = (name: string) => name === names.append16 || name === names.append64

/**
 * Writes that both servers take, one statement for each message; of many at once also by our group commit. Those that write at
 * once write to different sessions.
 */
export const writeMeasures = (bench: Bench, pair: Pair, grouped: Server): ReadonlyArray<Measure> =>
  writes.flatMap(({ connections, exchanges, name }) =>
    (isGrouped(name) ? [...pair, grouped] : pair).map((server) =>
      overHttp(bench)({ name, connections, server, exchanges: () => exchanges })
    )
  )

/** What a session's length costs: so many appends to four sessions, and resumes of them. */
export const lengthMeasures = (bench: Bench, ours: Server): ReadonlyArray<Measure> => {
  const sets = ["grown0", "grown10", "grown100", "grown1000", "grown10000"] as const
  const lengthOf = (set: (typeof sets)[number]) => Number(set.slice("grown".length))
  const appendsTo = (ids: ReadonlyArray<string>) =>
    Array.from({ length: 400 }, (_, turn) => Questions.append(ids[turn % 4] ?? "", turn))
  return [
    // The longest first, so that nothing is left to be collected of their megabytes while appends are measured.
    ...sets.toReversed().map((set) =>
      overHttp(bench)({
        name: `resume a session of ${lengthOf(set)}`,
        server: ours,
        connections: 1,
        exchanges: (round) => grownIn(set, round).map(Questions.resume),
        millisShare: 0.5
      })
    ),
    ...sets.map((set) =>
      overHttp(bench)({
        name: `append to a session of ${lengthOf(set)}`,
        server: ours,
        connections: 4,
        exchanges: (round) => appendsTo(grownIn(set, round)),
        once: true
      })
    )
  ]
}
