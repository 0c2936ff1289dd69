import type { Agent } from "node:http"
import { Array, Effect } from "effect"
import { BenchError } from "./bench-error.ts"
import { type Exchange, exchange } from "./client.ts"
import { sessionsOf } from "./data.ts"
import type { Server } from "./servers.ts"
import { roundResult } from "./statistics.ts"
import { resumePath, verify } from "./verify.ts"

/** What is measured: the same exchanges in every round, on so many connections. */
export interface Measure {
  readonly name: string
  /** Length of the answer's body; undefined where it differs. */
  readonly bytes: number | undefined
  readonly connections: number
  readonly server: Server
  readonly exchanges: (round: number) => ReadonlyArray<Exchange>
}

/** Exchanges of one round. A long history takes long: the rounds of all sizes take about as long. */
const resumes = [
  { messages: 50, count: 200 },
  { messages: 1_000, count: 40 },
  { messages: 10_000, count: 8 }
]
const connectionCounts = [1, 8]
const sendsPerRound = 60
/** So many of the sessions of each length are read, in turn; the others may be written to. */
const sessionsRead = 10

/** So many of these values, in turn. */
export const inTurn = <A>(values: ReadonlyArray<A>, count: number): ReadonlyArray<A> =>
  Array.flatten(Array.replicate(values, Math.ceil(count / values.length))).slice(0, count)

/** Reads every session that will be measured once from all servers, and compares what they answer. */
export const resumeMeasures = (servers: Array.NonEmptyReadonlyArray<Server>) =>
  Effect.forEach(
    resumes,
    Effect.fnUntraced(function* ({ count, messages }) {
      const ids = sessionsOf(messages).slice(0, sessionsRead)
      const bytesOf = new Map(
        yield* Effect.forEach(ids, (id) =>
          Effect.map(verify(servers, id, messages), (bytes): [string, number] => [id, bytes])
        )
      )
      const [bytes] = bytesOf.values()
      return connectionCounts.flatMap((connections) =>
        servers.map((server): Measure => {
          const exchanges = inTurn(ids, count).map(
            (id): Exchange => ({
              port: server.port,
              method: "GET",
              path: resumePath(id),
              bytes: bytesOf.get(id)
            })
          )
          return { name: `resume ${messages}`, bytes, connections, server, exchanges: () => exchanges }
        })
      )
    })
  ).pipe(Effect.map(Array.flatten))

const send = (
  server: Server,
  messages: number,
  sessions: (round: number) => ReadonlyArray<string>
): Measure => ({
  name: `send ${messages}`,
  bytes: undefined,
  connections: 1,
  server,
  exchanges: (round) =>
    inTurn(sessions(round), sendsPerRound).map((sessionId) => ({
      port: server.port,
      method: "POST",
      path: "/api/assessment/message",
      body: JSON.stringify({ sessionId, message: "I like to be among people, most of the time. ".repeat(6) })
    }))
})

/** A message and its answer, added to empty sessions, and to sessions of 1,000 messages and a few more. */
export const sendMeasures = (server: Server): ReadonlyArray<Measure> => [
  send(server, 0, (round) => sessionsOf(0).slice(round * sendsPerRound, (round + 1) * sendsPerRound)),
  send(server, 1_000, () => sessionsOf(1_000).slice(sessionsRead))
]

/** One round of one measure. Fails when any exchange did. */
export const measureOnce = Effect.fnUntraced(function* (agent: Agent, measure: Measure, round: number) {
  const { connections, name, server } = measure
  const exchanges = measure.exchanges(round)
  const start = performance.now()
  const results = yield* Effect.forEach(exchanges, (one) => Effect.either(exchange(agent, one)), {
    concurrency: connections
  })
  const elapsedMillis = performance.now() - start
  const [failures, latencies] = Array.separate(results)
  if (Array.isNonEmptyArray(failures)) {
    const [first] = failures
    return yield* new BenchError({
      message: `${failures.length} of ${results.length} exchanges failed (${server.name}, ${name}, round ${round}). The first: ${first.message}`
    })
  }
  return roundResult(latencies, elapsedMillis)
})
