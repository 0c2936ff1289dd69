import { assert, describe, it } from "@effect/vitest"
import { AgentScripted } from "@workspace/domain/test-utils"
import { Effect, Layer, TestClock } from "effect"
import * as IdentityJwt from "../../middleware/identity-jwt.ts"
import { ask, posting } from "../../test-utils/exchange.ts"
import * as IdentityOfTest from "../../test-utils/identity-of-test.ts"
import * as Log from "../../test-utils/log.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import * as KeyServer from "./key-server.ts"
import * as Signers from "./signers.ts"

const sessions = ServerInMemory.layerSessions(AgentScripted.says("Thank you."))

const layerWith = (url: URL, cooldown: "0 seconds" | "30 seconds") =>
  ServerInMemory.layerServer(sessions, {
    identity: IdentityJwt.layer(
      { mode: "jwt", key: { type: "jwks", url }, ...IdentityOfTest.expected },
      { cooldown, timeout: "300 millis" }
    )
  }).pipe(Layer.provideMerge(Log.layer))

/** Creates a session with a token, and says how that went. */
const create = Effect.fnUntraced(function* (token: string) {
  return yield* ask(posting("/api/sessions", {}, { authorization: `Bearer ${token}` }))
})
const statusWith = (token: string) => Effect.map(create(token), ({ status }) => status)

const setUp = Effect.gen(function* () {
  const [one, two] = [yield* Signers.makeKey("ES256", "one"), yield* Signers.makeKey("ES256", "two")]
  const [ofOne, ofTwo] = yield* Effect.promise(() => Promise.all([one.sign(), two.sign()]))
  return { keys: yield* KeyServer.make([one.jwk]), one, two, ofOne, ofTwo }
})

describe("a key server", () => {
  it.scoped("gives new keys when a token names one, and takes old ones back", () =>
    Effect.gen(function* () {
      const { keys, ofOne, ofTwo, one, two } = yield* setUp
      yield* Effect.gen(function* () {
        assert.deepStrictEqual([yield* statusWith(ofOne), yield* statusWith(ofTwo)], [201, 401])
        yield* keys.publish([one.jwk, two.jwk])
        assert.deepStrictEqual([yield* statusWith(ofTwo), yield* statusWith(ofOne)], [201, 201])
        yield* keys.publish([two.jwk])
        const ofUnknown = yield* Effect.promise(() => one.sign({}, { alg: "ES256", kid: "three" }))
        assert.strictEqual(yield* statusWith(ofUnknown), 401)
        assert.deepStrictEqual([yield* statusWith(ofOne), yield* statusWith(ofTwo)], [401, 201])
      }).pipe(Effect.provide(layerWith(keys.url, "0 seconds")))
    })
  )

  it.scoped("is not asked by everybody who names a key that there is not", () =>
    Effect.gen(function* () {
      const { keys, ofOne, ofTwo } = yield* setUp
      yield* Effect.gen(function* () {
        assert.strictEqual(yield* statusWith(ofOne), 201)
        const statuses = yield* Effect.replicateEffect(statusWith(ofTwo), 10, { concurrency: 5 })
        assert.deepStrictEqual([...new Set(statuses)], [401])
        assert.strictEqual(keys.state.asked, 1)
      }).pipe(Effect.provide(layerWith(keys.url, "30 seconds")))
    })
  )

  it.scoped("is not asked for tokens that no key of it could have signed", () =>
    Effect.gen(function* () {
      const { keys } = yield* setUp
      const { forged, sign } = yield* Signers.ofSecret
      yield* Effect.gen(function* () {
        for (const make of [() => sign({}), ...Object.values(forged).slice(0, 4)]) {
          assert.strictEqual(yield* statusWith(yield* Effect.promise(make)), 401)
        }
        assert.strictEqual(yield* statusWith("garbage"), 401)
        assert.strictEqual(keys.state.asked, 0)
      }).pipe(Effect.provide(layerWith(keys.url, "0 seconds")))
    })
  )

  it.scoped.each([
    ["answers with an error", { status: 500 }],
    ["answers that there is nothing", { status: 404, body: "" }],
    ["redirects", { status: 302 }],
    ["says what is no JSON", { body: "<html>stored-5e1f</html>" }],
    ["says what are no keys", { body: '{"stored-5e1f":[]}' }],
    ["says nothing", { isMute: true }]
  ] as const)("that %s is no fault of the caller, and is told to the log once", ([, state]) =>
    Effect.gen(function* () {
      const { keys, ofOne } = yield* setUp
      const good = { ...keys.state }
      Object.assign(keys.state, state)
      yield* Effect.gen(function* () {
        const lines = yield* Log.Log
        for (const _ of ["first", "again"]) {
          const { body, headers, status } = yield* create(ofOne)
          assert.deepStrictEqual([status, headers["retry-after"]], [503, "1"])
          assert.propertyVal(body, "_tag", "UnavailableError")
        }
        assert.strictEqual((yield* ask(posting("/api/assessment/start", {}))).status, 201, "without a token")
        Object.assign(keys.state, good)
        for (const _ of ["back", "still"]) assert.strictEqual(yield* statusWith(ofOne), 201)
        const told = lines.filter(({ text }) => text.includes("AUTH_JWKS_URL"))
        assert.deepStrictEqual(
          told.map(({ level }) => level),
          ["ERROR", "INFO"]
        )
        assert.match(String(told[0]?.annotations["reason"]), /^\w+$/)
        assert.notInclude(JSON.stringify(lines), "stored-5e1f")
      }).pipe(Effect.provide(layerWith(keys.url, "0 seconds")))
    })
  )

  it.scoped("that is away is not asked by every request, and once it is back the next one works", () =>
    Effect.gen(function* () {
      const { keys, ofOne, ofTwo } = yield* setUp
      keys.state.status = 500
      yield* Effect.gen(function* () {
        for (const token of [ofOne, ofTwo, ofOne]) assert.strictEqual(yield* statusWith(token), 503)
        assert.strictEqual(keys.state.asked, 1)
        keys.state.status = 200
        yield* TestClock.adjust("4999 millis")
        assert.strictEqual(yield* statusWith(ofOne), 503)
        yield* TestClock.adjust("1 millis")
        assert.deepStrictEqual([yield* statusWith(ofOne), yield* statusWith(ofTwo)], [201, 401])
        assert.strictEqual(keys.state.asked, 2)
      }).pipe(Effect.provide(layerWith(keys.url, "30 seconds")))
    })
  )

  it.scoped("that is away leaves the keys that are known in use", () =>
    Effect.gen(function* () {
      const { keys, ofOne, ofTwo } = yield* setUp
      yield* Effect.gen(function* () {
        const lines = yield* Log.Log
        assert.strictEqual(yield* statusWith(ofOne), 201)
        yield* TestClock.adjust("599 seconds")
        assert.strictEqual(yield* statusWith(ofOne), 201)
        assert.strictEqual(keys.state.asked, 1)
        keys.state.status = 500
        yield* TestClock.adjust("1 second")
        for (const _ of ["asks", "does not"]) assert.strictEqual(yield* statusWith(ofOne), 201)
        assert.strictEqual(yield* statusWith(ofTwo), 503)
        assert.strictEqual(keys.state.asked, 2)
        yield* TestClock.adjust("5 seconds")
        assert.deepStrictEqual([yield* statusWith(ofTwo), yield* statusWith(ofOne)], [503, 201])
        assert.strictEqual(keys.state.asked, 3)
        assert.lengthOf(
          lines.filter(({ text }) => text.includes("AUTH_JWKS_URL")),
          1
        )
        keys.state.status = 200
        yield* keys.publish([])
        yield* TestClock.adjust("5 seconds")
        assert.strictEqual(yield* statusWith(ofOne), 401, "taken back")
      }).pipe(Effect.provide(layerWith(keys.url, "30 seconds")))
    })
  )

  it.scoped("that nobody listens for is no fault of the caller either", () =>
    Effect.gen(function* () {
      const { ofOne } = yield* setUp
      const { url } = yield* Effect.scoped(KeyServer.make([]))
      assert.strictEqual(yield* Effect.provide(statusWith(ofOne), layerWith(url, "0 seconds")), 503)
    })
  )
})
