import { assert, it } from "@effect/vitest"
import { Identity } from "@workspace/contracts"
import { UnavailableError } from "@workspace/domain"
import { AgentScripted, RateLimiterInMemory } from "@workspace/domain/test-utils"
import { Duration, Effect, Layer, TestClock } from "effect"
import * as LimitedIdentity from "../middleware/identity-limited.ts"
import { ask, type Exchange, posting } from "../test-utils/exchange.ts"
import * as IdentityOfTest from "../test-utils/identity-of-test.ts"
import * as ServerInMemory from "../test-utils/server-in-memory.ts"

const { bearer } = IdentityOfTest
const limit = 3

/** A server that allows three requests a minute, behind so many proxies. */
const layerLimited = (trustedProxies: number, identity = IdentityOfTest.layer) =>
  ServerInMemory.layerServer(ServerInMemory.layerSessions(AgentScripted.says("Thank you.")), {
    identity: LimitedIdentity.layer({ trustedProxies }).pipe(
      Layer.provide([identity, RateLimiterInMemory.layer({ limit, window: Duration.minutes(1) })])
    )
  })

type Headers = Readonly<Record<string, string>>

const from = (forwarded: string): Headers => ({ "x-forwarded-for": forwarded })
const missing = "/api/assessment/sessions/session_0_missing"
const read = (headers: Headers) => Effect.map(ask({ path: missing, headers }), ({ status }) => status)
const reads = (headers: Headers) => Effect.replicateEffect(read(headers), limit + 1)
const usedUp = [404, 404, 404, 429]

it.layer(layerLimited(1))("with a limit", (it) => {
  it.effect("each user has its own, wherever it is", () =>
    Effect.gen(function* () {
      const alice = yield* bearer("alice")
      assert.deepStrictEqual(
        yield* Effect.forEach([1, 2, 3, 4], (n) => read({ ...alice, ...from(`192.0.2.${n}`) })),
        usedUp
      )
      assert.deepStrictEqual(yield* reads({ ...(yield* bearer("bob")), ...from("192.0.2.1") }), usedUp)
      assert.strictEqual(yield* read(from("192.0.2.1")), 404)
    })
  )

  it.effect("whoever names nobody is counted by its network", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* reads(from("192.0.2.10")), usedUp)
      assert.deepStrictEqual(yield* Effect.forEach([1, 2, 3, 4], (n) => read(from(`2001:db8::${n}`))), usedUp)
      assert.strictEqual(yield* read(from("192.0.2.11")), 404)
      assert.strictEqual(yield* read(from("2001:db8:0:1::1")), 404)
      assert.strictEqual(yield* read({ ...(yield* bearer("carol")), ...from("192.0.2.10") }), 404)
    })
  )

  it.effect("nobody gets another by a made-up X-Forwarded-For", () =>
    Effect.gen(function* () {
      const forged = ["192.0.2.66, 192.0.2.20", "garbage, 192.0.2.20", ", 192.0.2.20", "192.0.2.20"]
      assert.deepStrictEqual(yield* Effect.forEach(forged, (header) => read(from(header))), usedUp)
    })
  )

  it.effect("tokens that are refused are counted by network, and no user suffers", () =>
    Effect.gen(function* () {
      const guess = (n: number) => read({ ...from("192.0.2.30"), authorization: `Bearer guess-${n}` })
      assert.deepStrictEqual(yield* Effect.forEach([1, 2, 3, 4], guess), [401, 401, 401, 429])
      assert.strictEqual(yield* read({ ...from("192.0.2.30"), ...(yield* bearer("dora")) }), 404)
    })
  )

  it.effect("every answer tells where its caller stands", () =>
    Effect.gen(function* () {
      const headers = yield* bearer("erin")
      const exchanges: ReadonlyArray<readonly [status: number, left: number, what: Exchange]> = [
        [201, 2, posting("/api/assessment/start", {}, headers)],
        [400, 1, posting("/api/assessment/start", "{", headers)],
        [404, 0, { path: missing, headers }],
        [429, 0, { path: missing, headers }],
        [429, 0, posting("/api/assessment/start", {}, headers)],
        [401, 2, { path: missing, headers: { ...from("192.0.2.40"), authorization: "Bearer x" } }]
      ]
      for (const [status, left, what] of exchanges) {
        const reply = yield* ask(what)
        assert.strictEqual(reply.status, status)
        assert.strictEqual(reply.headers["ratelimit-policy"], '"default";q=3;w=60')
        assert.strictEqual(reply.headers["ratelimit"], `"default";r=${left};t=60`)
        assert.strictEqual(reply.headers["retry-after"], status === 429 ? "60" : undefined)
      }
    })
  )

  it.effect("a request too many is answered with a problem document, and does nothing", () =>
    Effect.gen(function* () {
      const headers = yield* bearer("frank")
      yield* reads(headers)
      const { body, headers: told, status } = yield* ask(posting("/api/assessment/start", {}, headers))
      assert.deepStrictEqual([status, told["content-type"]], [429, "application/problem+json"])
      assert.deepStrictEqual(body, {
        _tag: "RateLimitedError",
        type: "/problems/rate-limited",
        title: "Too many requests",
        status: 429,
        detail: "Too many requests. Ask again in 60 s.",
        code: "RATE_LIMITED",
        retryAfterSeconds: 60
      })
      yield* TestClock.adjust("1 minute")
      const { body: listed } = yield* ask({ path: "/api/sessions", headers })
      assert.propertyVal(listed, "count", 0)
    })
  )

  it.effect("a caller may ask again when its window is over, and not before", () =>
    Effect.gen(function* () {
      const headers = yield* bearer("grace")
      assert.deepStrictEqual(yield* reads(headers), usedUp)
      yield* TestClock.adjust("59500 millis")
      const refused = yield* ask({ path: missing, headers })
      assert.deepStrictEqual([refused.status, refused.headers["retry-after"]], [429, "1"])
      yield* TestClock.adjust("500 millis")
      assert.deepStrictEqual(yield* reads(headers), usedUp)
    })
  )

  it.effect("what is for operators and readers has none", () =>
    Effect.forEach(["/health", "/ready", "/metrics", "/docs", "/openapi.json"], (path) =>
      Effect.gen(function* () {
        for (const { headers, status } of yield* Effect.replicateEffect(ask({ path }), limit + 1)) {
          assert.strictEqual(status, 200)
          assert.notProperty(headers, "ratelimit")
        }
      })
    )
  )
})

const layerAway = Layer.succeed(Identity, { bearer: () => Effect.die(new UnavailableError({})) })

it.layer(layerLimited(1, layerAway))("with the keys away", (it) => {
  it.effect("the limit still holds", () =>
    Effect.gen(function* () {
      const headers = { ...from("192.0.2.1"), ...(yield* bearer("alice")) }
      assert.deepStrictEqual(yield* reads(headers), [503, 503, 503, 429])
      assert.strictEqual(yield* read(from("192.0.2.2")), 503)
    })
  )
})

it.layer(layerLimited(0))("without a proxy", (it) => {
  it.effect("X-Forwarded-For is not believed at all", () =>
    Effect.gen(function* () {
      const forged = ["192.0.2.1", "192.0.2.2", "127.0.0.1", "2001:db8::1"]
      assert.deepStrictEqual(yield* Effect.forEach(forged, (header) => read(from(header))), usedUp)
    })
  )
})
