import { Effect } from "effect"
import type { Client } from "pg"
import { owners, rareWord, sessionsOf } from "./data.ts"
import { explain } from "./database.ts"
import type { Server } from "./servers.ts"
import { get, type Question, resumePath } from "./verify.ts"

const infinite = "'-infinity', 'infinity', '-infinity', 'infinity'"

const filter = (owner: string, status = "null") => `'${owner}', ${status}, ${status}, null, null, ${infinite}`

/** The parameters of a list: the filter for the count and for the page, where the page begins, and its size. */
const list = (of: string, begin = "'infinity', ''", offset = 0) => `${of}, ${of}, ${begin}, 51, ${offset}`

const search = (owner: string, q: string) => ({
  name: `search, ${q}, ${owner} owner`,
  ask: { path: `/api/sessions?q=${q}`, headers: { "x-user-id": owner } },
  like: "%websearch_to_tsquery%",
  parameters: `'${q}', '${q}', ${list(filter(owner))}`
})

interface Wanted {
  readonly name: string
  /** A request that runs the statement, so that PostgreSQL has seen it. */
  readonly ask: Question
  readonly like: string
  readonly parameters: string
}

const pages = [
  { name: "list, first page", parameters: list(filter(owners.big)) },
  // Where three quarters of the list have been read.
  {
    name: "list, deep by cursor",
    parameters: list(filter(owners.big), "'2026-02-02T17:40:00Z', 'session_'")
  },
  { name: "list, deep by offset", parameters: list(filter(owners.big), undefined, 7_500) },
  { name: "list, paused only", parameters: list(filter(owners.big, "'paused'")) }
].map((page) => ({
  ...page,
  ask: { path: "/api/sessions", headers: { "x-user-id": owners.big } },
  like: '%"total"%"page"%'
}))

const wanted: ReadonlyArray<Wanted> = [
  ...sessionsOf(10_000).map((id) => ({
    name: "resume 10000",
    ask: { path: resumePath(id) },
    like: '%"history"%',
    parameters: `'${id}', null, true`
  })),
  ...pages,
  ...[owners.big, owners.small].flatMap((owner) =>
    [rareWord, "people", "nowhere"].map((q) => search(owner, q))
  )
]

/**
 * How PostgreSQL reads what is measured, planned for these parameters. On a connection that has run a statement five
 * times it may have one plan for all parameters, which for a user with most sessions can be another.
 */
export const explainAll = (server: Server, client: Client) =>
  Effect.forEach(
    wanted,
    Effect.fnUntraced(function* ({ ask, like, name, parameters }) {
      yield* get(server, ask)
      return { name, plan: yield* explain(client, like, parameters) }
    })
  )

const scans = /(?:Index Scan using|Index Only Scan using|Bitmap Index Scan on|Seq Scan on) (\w+)/g

/** One line of a plan: what it scans, and how long that took. */
export const summary = ({ name, plan }: Effect.Effect.Success<ReturnType<typeof explainAll>>[number]) => {
  if (plan === undefined) return `${name}: PostgreSQL keeps too little of the statement`
  const text = plan.join("\n")
  const found = [
    ...new Set(Array.from(text.matchAll(scans), ([scan]) => scan.replace("Index Scan using ", "")))
  ]
  const time = /Execution Time: (.*)/.exec(text)?.[1]
  return `${name}: ${found.join(", ")}${/\bSort\b/.test(text) ? ", a sort" : ""}; ${time}`
}
