import { Effect, type Scope } from "effect"
import type { BenchError } from "../bench-error.ts"
import { sessionsOf } from "../data/sessions.ts"
import type { Server } from "../servers.ts"
import { type Bench, overHttp, type Result } from "./measure.ts"
import { longReaders, names, readers } from "./names.ts"
import * as Questions from "./questions.ts"

// The sessions that come first in each set are read by a fresh process once, those after them only to warm it up.
const sizes = [
  { name: names.cold50, set: "whole50", read: 487, connections: readers },
  { name: names.cold1000, set: "whole1000", read: 32, connections: readers },
  { name: names.cold10000, set: "whole10000", read: 5, connections: longReaders }
] as const

/** Sessions that are read before, each of them once, too: short ones, which others have written to, and some of each length. */
const before = (short: number) => [
  ...sessionsOf("append").slice(0, short),
  ...sizes.flatMap(({ read, set }) => sessionsOf(set).slice(read))
]

const warmUp = ({ coldWarmUps, generate }: Bench, { port }: Server) =>
  generate({ port, connections: readers, exchanges: before(coldWarmUps).map(Questions.resume) })

/**
 * Resumes of sessions that the server has not read before: by a process that has just begun, each session once. So they stay
 * cold whatever the server keeps of what it has read. Many others are read first, also once, until the code is
 * compiled, the connections are made and the statements are prepared. PostgreSQL has its pages in memory.
 */
export const coldResumes =
  <E, R>(bench: Bench, start: Effect.Effect<Server, E, R>, watch: (server: Server) => Effect.Effect<void>) =>
  (round: number): Effect.Effect<ReadonlyArray<Result>, E | BenchError, Exclude<R, Scope.Scope>> =>
    Effect.gen(function* () {
      const server = yield* start
      yield* warmUp(bench, server)
      const results = yield* Effect.forEach(sizes, ({ connections, name, read, set }) =>
        overHttp(bench)({
          name,
          server,
          connections,
          exchanges: () => sessionsOf(set).slice(0, read).map(Questions.resume),
          once: true
        })(round)
      )
      yield* watch(server)
      return results.flat()
    }).pipe(Effect.scoped)
