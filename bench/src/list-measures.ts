import { Array, Effect, Schema } from "effect"
import { BenchError } from "./bench-error.ts"
import { owners, rareWord, sessionsOf } from "./data.ts"
import { inTurn, type Measure } from "./measures.ts"
import type { Server } from "./servers.ts"
import { get, getFromAll, type Question } from "./verify.ts"

const Page = Schema.parseJson(
  Schema.Struct({
    sessions: Schema.Array(Schema.Struct({ id: Schema.String })),
    count: Schema.Number,
    nextCursor: Schema.NullOr(Schema.String)
  })
)

const list = (owner: string, parameters: string): Question => ({
  path: `/api/sessions?limit=50${parameters}`,
  headers: { "x-user-id": owner }
})

const exchangesOf = (server: Server, question: Question, bytes: number, count: number) => {
  const exchange = { port: server.port, method: "GET" as const, bytes, ...question }
  return Array.replicate(exchange, count)
}

const measure = (
  name: string,
  server: Server,
  bytes: number | undefined,
  exchanges: ReturnType<Measure["exchanges"]>
): Measure => ({ name, server, bytes, connections: 1, exchanges: () => exchanges })

const fail = (message: string) => new BenchError({ message })

/** Pages of 10,000 sessions. By cursor and by offset the deep page is the same one. */
export const listMeasures = Effect.fnUntraced(function* (servers: Array.NonEmptyReadonlyArray<Server>) {
  const before = yield* getFromAll(servers, list(owners.big, "&offset=7450")).pipe(
    Effect.flatMap(Schema.decode(Page))
  )
  const lists = [
    { name: "list, first page", parameters: "", found: 10_000 },
    { name: "list, page 151 by cursor", parameters: `&cursor=${before.nextCursor}`, found: 10_000 },
    { name: "list, page 151 by offset", parameters: "&offset=7500", found: 10_000 },
    { name: "list, paused only", parameters: "&status=paused", found: 250 }
  ]
  const measured = yield* Effect.forEach(
    lists,
    Effect.fnUntraced(function* ({ found, name, parameters }) {
      const question = list(owners.big, parameters)
      const body = yield* getFromAll(servers, question)
      const page = yield* Schema.decode(Page)(body)
      if (page.count !== found || page.sessions.length !== 50) {
        return yield* fail(`${name} has ${page.sessions.length} of ${page.count} sessions`)
      }
      const bytes = Buffer.byteLength(body)
      return {
        ids: page.sessions.map(({ id }) => id),
        measures: servers.map((server) =>
          measure(name, server, bytes, exchangesOf(server, question, bytes, 40))
        )
      }
    })
  )
  const [, byCursor, byOffset] = measured
  if (byCursor?.ids.join() !== byOffset?.ids.join()) {
    return yield* fail("The page by cursor is not the page by offset")
  }
  return measured.flatMap(({ measures }) => measures)
})

/** How many sessions the words are found in; a word of all messages is looked for less often. */
const searches = [
  { name: "a rare word", q: rareWord, big: 9, small: 1, count: 40 },
  { name: "a word of all messages", q: "people", big: 3_401, small: 20, count: 5 },
  { name: "a word of none", q: "nowhere", big: 0, small: 0, count: 40 }
]

/** Searches over all messages, by those who have nearly all of them and by those who have few. */
export const searchMeasures = Effect.fnUntraced(function* (server: Server) {
  const wanted = searches.flatMap(({ count, name, q, ...found }) =>
    [owners.big, owners.small].map((owner) => ({
      name: `search, ${name}, ${owner} owner`,
      question: list(owner, `&q=${q}`),
      found: found[owner],
      count
    }))
  )
  return yield* Effect.forEach(
    wanted,
    Effect.fnUntraced(function* ({ count, found, name, question }) {
      const { body } = yield* get(server, question)
      const page = yield* Schema.decode(Page)(body)
      if (page.count !== found) {
        return yield* fail(`${name} finds ${page.count} sessions instead of ${found}`)
      }
      const bytes = Buffer.byteLength(body)
      return measure(name, server, bytes, exchangesOf(server, question, bytes, count))
    })
  )
})

/** A session of 1,000 messages as a whole, and for those who have it already. */
export const unchangedMeasures = Effect.fnUntraced(function* (servers: Array.NonEmptyReadonlyArray<Server>) {
  const ids = sessionsOf(1_000).slice(0, 10)
  const headers = { "x-user-id": owners.big }
  const questionOf = (id: string): Question => ({ path: `/api/sessions/${id}`, headers })
  const bodies = yield* Effect.forEach(ids, (id) => getFromAll(servers, questionOf(id)))
  return yield* Effect.forEach(
    servers,
    Effect.fnUntraced(function* (server) {
      const tags = yield* Effect.forEach(ids, (id) => get(server, questionOf(id)))
      const whole = Array.zipWith(ids, bodies, (id, body) => ({
        port: server.port,
        method: "GET" as const,
        bytes: Buffer.byteLength(body),
        ...questionOf(id)
      }))
      const unchanged = Array.zipWith(ids, tags, (id, { tag }) => ({
        port: server.port,
        method: "GET" as const,
        bytes: 0,
        status: 304,
        path: questionOf(id).path,
        headers: { ...headers, "if-none-match": tag }
      }))
      return [
        measure("get 1000, whole", server, whole[0]?.bytes, inTurn(whole, 20)),
        measure("get 1000, unchanged (304)", server, undefined, inTurn(unchanged, 100))
      ]
    })
  ).pipe(Effect.map(Array.flatten))
})
