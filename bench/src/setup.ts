import { freshDatabase, postgresServer } from "@workspace/database/test-utils"
import { Console, Effect } from "effect"
import { load } from "./data/load.ts"
import { connect, describeServer } from "./database.ts"
import { startGenerator } from "./load/generator.ts"
import { sizeMeasures } from "./measures/growth.ts"
import { limitMeasures } from "./measures/limit.ts"
import type { Bench } from "./measures/measure.ts"
import { contenders } from "./measures/names.ts"
import { coldMeasures, lengthMeasures, readMeasures, writeMeasures } from "./measures/pair.ts"
import { allPeerMeasures } from "./measures/peers.ts"
import { makePeaks } from "./peaks.ts"
import { makeTroubles } from "./peers/troubles.ts"
import { profileAll } from "./profile/profiles.ts"
import { sampled } from "./sample.ts"
import { startApi, startByHand } from "./servers.ts"
import type { Settings } from "./settings.ts"
import { postgresCpu } from "./usage.ts"
import { verifyStored, verifyWrites } from "./verify-writes.ts"

/** Starts everything, fills the databases, and sees that the servers answer alike. Gives what is to be measured. */
export const setUp = Effect.fnUntraced(function* ({ millis, peers, sizes }: Settings) {
  const serverUrl = yield* postgresServer()
  const url = yield* freshDatabase(serverUrl)
  const ours = yield* startApi(url, { GROUP_COMMIT: "off" })
  const grouped = { ...(yield* startApi(url, { GROUP_COMMIT: "on" })), name: contenders.grouped }
  const byHand = yield* startByHand(url)
  // Both are asked for nothing else, so that neither is the warmer one.
  const coldPair = [
    yield* startApi(url, { GROUP_COMMIT: "off", HISTORY_CACHE_MIB: "0" }),
    yield* startByHand(url)
  ] as const
  const client = yield* connect(url)
  const postgres = yield* describeServer(client)
  const messages = yield* load(client)
  yield* Console.error(`Loaded ${messages} messages`)

  const bench: Bench = {
    generate: yield* startGenerator,
    sample: sampled(yield* postgresCpu(client)),
    millis
  }
  const { peaks, watch } = makePeaks()
  const troubles = makeTroubles()
  const pair = [ours, byHand] as const
  yield* verifyWrites(pair)
  const reads = yield* readMeasures(bench, pair)
  const cold = yield* coldMeasures(bench, coldPair)
  const limit = limitMeasures(bench, url)
  const growing = yield* sizeMeasures(bench, serverUrl, sizes)
  const others = peers
    ? yield* allPeerMeasures(bench, troubles, serverUrl)
    : { node: undefined, measures: [] }
  yield* Console.error("Everything is started and filled")

  const measures = [
    ...reads,
    ...cold,
    ...writeMeasures(bench, pair, grouped),
    ...limit.measures,
    ...lengthMeasures(bench, ours),
    ...growing,
    ...others.measures
  ]
  /** After the rounds: what they have left, and what is not looked at while they run. */
  const finish = Effect.gen(function* () {
    yield* Effect.forEach([...pair, grouped, ...coldPair], watch, { discard: true })
    yield* verifyStored(client)
    return { peaks, profiles: yield* profileAll(bench, url) }
  })
  return {
    postgres,
    messages,
    pgbench: limit.pgbench,
    peerNode: others.node,
    troubles: troubles.reasons,
    measures,
    finish
  }
})
