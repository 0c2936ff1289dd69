import { Effect, Schema } from "effect"
import { texts } from "../data/texts.ts"
import { startWorker } from "../worker.ts"
import { peersFolder } from "./install.ts"

const Measured = Schema.Struct({
  latencies: Schema.Array(Schema.Number),
  elapsedMillis: Schema.Number,
  cpuMillis: Schema.Number
})

/** Threads by what is done with them. A fifth of the messages that the API's database has, in the peers' favour. */
export const threads = {
  append: { messages: 0, count: 500 },
  append1000: { messages: 1_000, count: 10 },
  whole50: { messages: 50, count: 400 },
  whole1000: { messages: 1_000, count: 10 }
} as const

export type ThreadKind = keyof typeof threads

/** More connections than callers: VoltAgent waits for ever when there are as many callers as connections. */
const poolSize = 40

/** A peer in a process of its own, through its public interface, with its threads made. */
export const startPeer = Effect.fnUntraced(function* (peer: string, node: string, databaseUrl: string) {
  const worker = yield* startWorker(peer, {
    node,
    args: ["drive.mjs", peer, databaseUrl, String(poolSize)],
    cwd: peersFolder
  })
  const sets = Object.entries(threads).map(([kind, set]) => ({ kind, ...set }))
  yield* worker.ask(Schema.Struct({}), { order: "seed", texts, sets })
  return (operation: "create" | "append" | "load", kind: ThreadKind, concurrency: number, millis: number) => {
    const { count, messages } = threads[kind]
    const order = { order: "measure", operation, kind, threads: count, messages, concurrency, millis }
    return Effect.map(worker.ask(Measured, order), (measured) => ({
      ...measured,
      count: measured.latencies.length
    }))
  }
})
