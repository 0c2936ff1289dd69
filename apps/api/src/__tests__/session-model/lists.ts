import { stringify } from "node:querystring"
import { assert } from "@effect/vitest"
import { FastCheck, Schema } from "effect"
import { refuses } from "./answers.ts"
import { type Ask, type Command, command } from "./command.ts"
import { type ListFilter, listOf, type Model, onTheWire, statuses, type Who } from "./model.ts"

const { constantFrom } = FastCheck

const Listed = Schema.Struct(
  { id: Schema.String, updatedAt: Schema.String },
  { key: Schema.String, value: Schema.Unknown }
)
const Page = Schema.Struct({
  sessions: Schema.Array(Listed),
  count: Schema.Int,
  nextCursor: Schema.NullOr(Schema.String)
})

const byId = (a: { readonly id: string }, b: { readonly id: string }) => (a.id < b.id ? -1 : 1)

/** A user's whole list in pages. Sessions of the same millisecond come in an order of the database's. */
export const hasList = async (
  model: Model,
  ask: (what: { readonly path: string }) => ReturnType<Ask>,
  who: Who,
  limit: number,
  filter: ListFilter
): Promise<void> => {
  const query = stringify({ ...filter, limit })
  const expected = listOf(model, who, filter).map((session) => onTheWire(model, session))
  const listed: Array<typeof Listed.Type> = []
  let cursor: string | null = ""
  while (cursor !== null) {
    const reply = await ask({ path: `/api/sessions?${query}${cursor === "" ? "" : `&cursor=${cursor}`}` })
    if (who === "nobody") return refuses(reply, 401, "UNAUTHORIZED")
    assert.strictEqual(reply.status, 200, reply.text)
    const page: typeof Page.Type = Schema.decodeUnknownSync(Page)(reply.body)
    assert.strictEqual(page.count, expected.length)
    listed.push(...page.sessions)
    assert.strictEqual(page.nextCursor === null, listed.length >= expected.length)
    assert.isAtMost(page.sessions.length, limit)
    cursor = page.nextCursor
  }
  assert.deepStrictEqual(
    listed.map(({ updatedAt }) => updatedAt),
    expected.map(({ updatedAt }) => updatedAt)
  )
  assert.deepStrictEqual<ReadonlyArray<unknown>>(listed.sort(byId), expected.sort(byId))
}

const list = command(
  "list",
  FastCheck.record({
    limit: constantFrom(1, 2, 200),
    filter: FastCheck.oneof(
      FastCheck.constant({}),
      FastCheck.record({ status: constantFrom(...statuses) }),
      FastCheck.record({ agent: constantFrom("nerin", "other") }),
      FastCheck.record({ q: constantFrom("sea", "calm sea", "plans", "nothing") }),
      FastCheck.record({ status: constantFrom(...statuses), q: FastCheck.constant("sea") })
    )
  }),
  (model, ask, who, { filter, limit }) => hasList(model, ask, who, limit, filter)
)

/** What shows a user's sessions. */
export const onLists: ReadonlyArray<FastCheck.Arbitrary<Command>> = [list, list]
