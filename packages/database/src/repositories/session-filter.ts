import type { SessionQuery } from "@workspace/domain"
import { and, eq, sql } from "drizzle-orm"
import { DateTime } from "effect"
import { sessions } from "../schema.ts"
import { completionReached } from "./session-progress.ts"

const { placeholder } = sql

// Planned for its parameters, a filter that is not given leaves nothing in the plan. As `status = coalesce($1, status)` it would seem to find one
// session in 200, and for a user with most sessions the planner would sort all of them instead of reading a page.
export const isWanted = and(
  sql`(${placeholder("status")}::text is null or ${sessions.status} = ${placeholder("status")}::text)`,
  sql`(${placeholder("agent")}::text is null or ${sessions.agent} = ${placeholder("agent")}::text)`,
  sql`(${placeholder("productName")}::text is null or ${sessions.metadata} -> 'productName' = to_jsonb(${placeholder("productName")}::text))`,
  sql`(${placeholder("minCompletion")}::integer is null or ${completionReached} >= ${placeholder("minCompletion")}::integer)`,
  sql`(${placeholder("maxCompletion")}::integer is null or ${completionReached} <= ${placeholder("maxCompletion")}::integer)`,
  sql`${sessions.createdAt} between ${placeholder("createdAfter")}::timestamptz and ${placeholder("createdBefore")}::timestamptz`,
  sql`${sessions.updatedAt} between ${placeholder("updatedAfter")}::timestamptz and ${placeholder("updatedBefore")}::timestamptz`
)

export const isOwn = eq(sessions.userId, placeholder("userId"))

/**
 * What is left for `websearch_to_tsquery` of a search for the words of `searchable`: quotes, and a hyphen
 * before a word, which excludes it.
 */
const wordsOf = (q: string) => q.replaceAll(/[!#-,./:-@[-`{-~]|(?<=[^\s"])-/g, " ")

const instant = (limit: "-infinity" | "infinity", at: DateTime.Utc | undefined) =>
  at === undefined ? limit : DateTime.formatIso(at)

/** The parameters of `isWanted`, of a page and of a search. */
export const parametersOf = ({ cursor, limit, offset = 0, ...filter }: SessionQuery) => ({
  status: filter.status ?? null,
  agent: filter.agent ?? null,
  parentId: filter.parentId ?? null,
  productName: filter.productName ?? null,
  minCompletion: filter.minCompletion ?? null,
  maxCompletion: filter.maxCompletion ?? null,
  createdAfter: instant("-infinity", filter.createdAfter),
  createdBefore: instant("infinity", filter.createdBefore),
  updatedAfter: instant("-infinity", filter.updatedAfter),
  updatedBefore: instant("infinity", filter.updatedBefore),
  q: filter.q === undefined ? null : wordsOf(filter.q),
  lastUpdatedAt: instant("infinity", cursor?.updatedAt),
  lastId: cursor?.id ?? "",
  // One more, which tells whether there is a next page.
  limit: limit + 1,
  offset
})
