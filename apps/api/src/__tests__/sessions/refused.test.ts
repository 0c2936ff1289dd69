import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { newCaller, refusedFields } from "../../test-utils/session-caller.ts"

const nested = (levels: number): object => (levels === 1 ? {} : { a: nested(levels - 1) })
const cursor = (text: string) => `cursor=${Buffer.from(text).toString("base64url")}`

it.layer(ServerInMemory.layer)("a new session", (it) => {
  it.effect.each<[string, string]>([
    ["title", '{"title":""}'],
    ["title", `{"title":"${"x".repeat(201)}"}`],
    ["title", `{"title":"${"😀".repeat(201)}"}`],
    ["title", '{"title":"a\\u0000"}'],
    ["title", '{"title":"\\udc00"}'],
    ["title", '{"title":5}'],
    ["agent", '{"agent":""}'],
    ["agent", '{"agent":"Nerin"}'],
    ["agent", '{"agent":null}'],
    ["agent", `{"agent":"${"x".repeat(65)}"}`],
    ["agentSessionId", '{"agentSessionId":""}'],
    ["agentSessionId", `{"agentSessionId":"${"x".repeat(256)}"}`],
    ["metadata", '{"metadata":null}'],
    ["metadata", '{"metadata":[]}'],
    ["metadata", '{"metadata":"{}"}'],
    ["metadata", '{"metadata":{"a":"\\u0000"}}'],
    ["metadata", '{"metadata":{"\\ud800":1}}'],
    ["metadata", '{"metadata":{"a":1e400}}'],
    ["metadata", `{"metadata":${JSON.stringify(nested(17))}}`],
    ["metadata", `{"metadata":{"a":"${"x".repeat(16_377)}"}}`],
    ["userId", '{"userId":""}'],
    ["", '{"metadata":{"__proto__":{"isAdmin":true}}}'],
    ["", '{"metadata":{"a":[{"__proto__":1}]}}'],
    ["", '{"__proto__":{"title":"x"}}'],
    ["agent,agentSessionId,metadata,title", '{"title":"","agent":"","agentSessionId":"","metadata":1}']
  ])("refuses %s of %s", ([fields, json]) =>
    Effect.gen(function* () {
      const caller = yield* newCaller
      assert.deepStrictEqual((yield* refusedFields(yield* caller.post("", json))).join(), fields)
      assert.propertyVal((yield* caller.get("")).body, "count", 0)
    })
  )
})

it.layer(ServerInMemory.layer)("a fork", (it) => {
  it.effect.each<[string, string]>([
    ...["-1", "1.5", '"1"', "2147483648", "null", "1e400"].map((_): [string, string] => [
      "atSequence",
      `{"atSequence":${_}}`
    ]),
    ["title", '{"title":""}'],
    ["title", '{"title":null}'],
    ["title", '{"title":"\\ud800"}'],
    ["agent", '{"agent":"Nerin"}'],
    ["agent,atSequence,title", '{"atSequence":-1,"title":"","agent":""}'],
    ["", '{"__proto__":{"atSequence":0}}']
  ])("refuses %s of %s", ([fields, json]) =>
    Effect.gen(function* () {
      const caller = yield* newCaller
      const { id } = yield* caller.create()
      assert.deepStrictEqual((yield* refusedFields(yield* caller.post(`/${id}/fork`, json))).join(), fields)
      assert.propertyVal((yield* caller.get("")).body, "count", 1)
    })
  )
})

it.layer(ServerInMemory.layer)("a list", (it) => {
  it.effect.each<[string, string]>([
    ...["0", "-1", "201", "abc", "1e2", "0x10", "1.5", "%20", "", "1&limit=2", "99999999999999999999"].map(
      (limit): [string, string] => ["limit", `limit=${limit}`]
    ),
    ...["-1", "1000001", "abc", ""].map((offset): [string, string] => ["offset", `offset=${offset}`]),
    ...["abc", "%E2%82%AC", "x".repeat(5_000), "%00"].map((_): [string, string] => ["cursor", `cursor=${_}`]),
    ["cursor", cursor("1_")],
    ["cursor", cursor("-1_session_1_a")],
    ["cursor", cursor("1_a b")],
    ["cursor", cursor("1_'; drop table sessions; --")],
    ["cursor.updatedAt", cursor("999999999999999_session_1_a")],
    ...["", "%00", "a%20b", "x".repeat(65)].map((_): [string, string] => ["parentId", `parentId=${_}`]),
    ["status", "status=done"],
    ["status", "status="],
    ["agent", "agent=Nerin"],
    ...["1", "2026", "yesterday", "2026-01-01", "2026-01-01T00:00:00", "1969-12-31T23:59:59Z", ""].map(
      (instant): [string, string] => ["createdAfter", `createdAfter=${instant}`]
    ),
    ["updatedBefore", "updatedBefore=2026-13-01T00:00:00Z"],
    ["q", "q="],
    ["q", "q=a%00b"],
    ["q", `q=${"x".repeat(257)}`],
    ["q", `q=${"%F0%9F%98%80".repeat(2_500).slice(0, 12_000)}`],
    ["agent,limit,status", "agent=A&limit=0&status=x&unknown=1"]
  ])("is refused for its %s: %s", ([fields, query]) =>
    Effect.gen(function* () {
      const caller = yield* newCaller
      assert.strictEqual((yield* refusedFields(yield* caller.get(`?${query}`))).join(), fields)
    })
  )

  it.effect.each([
    cursor("0_x"),
    cursor("253402300799999_session_1_a"),
    "offset=1000000",
    "unknown=1",
    "q=%F0"
  ])("is empty for whoever has no session: %s", (query) =>
    Effect.gen(function* () {
      const { body } = yield* (yield* newCaller).get(`?${query}`)
      assert.deepStrictEqual(body, { sessions: [], count: 0, nextCursor: null })
    })
  )
})
