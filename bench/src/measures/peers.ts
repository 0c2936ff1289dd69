import { freshDatabase } from "@workspace/database/test-utils"
import { Effect, Either, Option } from "effect"
import { startPeer } from "../peers/driver.ts"
import { installPeers, nodeForPeers } from "../peers/install.ts"
import type { Troubles } from "../peers/troubles.ts"
import { mastraServerMeasures } from "./mastra-server.ts"
import { type Bench, leadInShare, type Measure } from "./measure.ts"
import { contenders, readers } from "./names.ts"

/** What is measured of peers, and with how many callers at once. */
export const peerOperations = [
  { name: "create a thread", operation: "create", kind: "append", callers: 16 },
  { name: "append to a thread", operation: "append", kind: "append", callers: 16 },
  { name: "append to a thread of 1,000", operation: "append", kind: "append1000", callers: readers },
  { name: "load a thread of 50", operation: "load", kind: "whole50", callers: readers },
  { name: "load a thread of 1,000", operation: "load", kind: "whole1000", callers: readers }
] as const

/** The peers in process, by what they are called in `bench/peers`. */
export const peers = {
  mastra: "Mastra",
  langgraph: "LangGraph",
  voltagent: "VoltAgent"
} as const

type Peer = keyof typeof peers

const peerMeasures = Effect.fnUntraced(function* (
  { millis, sample }: Bench,
  { noted }: Troubles,
  peer: Peer,
  node: string,
  databaseUrl: string
) {
  const contender = peers[peer]
  const run = yield* noted(contender)(startPeer(peer, node, databaseUrl))
  return peerOperations.map(
    ({ callers, kind, name, operation }): Measure =>
      () =>
        Option.match(run, {
          onNone: () => Effect.succeed([]),
          onSome: (run) =>
            noted(contender)(
              Effect.zipRight(
                run(operation, kind, callers, millis * leadInShare),
                sample(run(operation, kind, callers, millis))
              )
            ).pipe(
              Effect.map((found) =>
                Option.toArray(Option.map(found, (sample) => ({ name, contender, sample })))
              )
            )
        })
  )
})

const needsNewerNode = `needs Node 22.13 or newer; this is ${process.version}, and there is no package of a newer one for ${process.platform} ${process.arch}`

/** Measures of Mastra's server that end with the first failure. */
const serverMeasures = Effect.fnUntraced(function* (
  bench: Bench,
  { noted }: Troubles,
  node: string,
  databaseUrl: string
) {
  const guard = noted(contenders.mastraServer)
  const measures = yield* guard(mastraServerMeasures(bench, node, databaseUrl))
  return Option.getOrElse(measures, () => []).map(
    (measure): Measure =>
      (round) =>
        Effect.map(
          guard(measure(round)),
          Option.getOrElse(() => [])
        )
  )
})

/** The peers in process and Mastra's server, each with a database of its own on the same PostgreSQL. */
export const allPeerMeasures = Effect.fnUntraced(function* (
  bench: Bench,
  troubles: Troubles,
  serverUrl: string
) {
  const installed = yield* Effect.either(installPeers)
  if (Either.isLeft(installed)) {
    for (const peer of [...Object.values(peers), contenders.mastraServer]) {
      troubles.reasons.set(peer, installed.left.message)
    }
    return { node: undefined, measures: [] }
  }
  const newer = nodeForPeers()
  const node = newer ?? process.execPath
  if (newer === undefined) {
    for (const peer of [peers.mastra, contenders.mastraServer]) troubles.reasons.set(peer, needsNewerNode)
  }
  const database = freshDatabase(serverUrl)
  const mastra = yield* database
  const inProcess = yield* Effect.all(
    [
      peerMeasures(bench, troubles, "mastra", node, mastra),
      peerMeasures(bench, troubles, "langgraph", node, yield* database),
      peerMeasures(bench, troubles, "voltagent", node, yield* database)
    ],
    { concurrency: 2 }
  )
  const overHttp = yield* serverMeasures(bench, troubles, node, mastra)
  return { node, measures: [...interleaved(inProcess), ...overHttp] }
})

/** The first of each, the second of each, and so on. */
const interleaved = <A>(lists: ReadonlyArray<ReadonlyArray<A>>): ReadonlyArray<A> =>
  Array.from({ length: Math.max(0, ...lists.map(({ length }) => length)) }, (_, index) =>
    lists.flatMap((list) => list.slice(index, index + 1))
  ).flat()
