import { Agent } from "node:http"
import { assert, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { ask, posting } from "../test-utils/exchange.ts"
import * as ServerInMemory from "../test-utils/server-in-memory.ts"

const session = "/api/assessment/sessions/session_0_missing"
const problem = "application/problem+json"

const Problem = Schema.Struct({
  _tag: Schema.NonEmptyString,
  type: Schema.String.pipe(Schema.startsWith("/problems/")),
  title: Schema.NonEmptyString,
  status: Schema.Int,
  detail: Schema.NonEmptyString,
  code: Schema.String.pipe(Schema.pattern(/^[A-Z_]+$/))
})

/** One request for each way in which an answer comes about. */
const everyKind = [
  { path: "/health", status: 200 },
  { path: "/ready", status: 200 },
  { path: "/metrics", status: 200 },
  { path: "/docs", status: 200 },
  { path: "/openapi.json", status: 200 },
  { ...posting("/api/assessment/start", {}), status: 201 },
  { ...posting("/api/assessment/start", { userId: 1 }), status: 400 },
  { ...posting("/api/assessment/start", "{"), status: 400 },
  { ...posting("/api/assessment/start", { userId: "alice" }, { "x-user-id": "bob" }), status: 403 },
  { path: session, status: 404 },
  { path: "/nowhere", status: 404 },
  { path: "/", status: 404 },
  { path: "/HEALTH", status: 404 },
  { path: "/health/", status: 404 },
  { path: "//health", status: 404 },
  { method: "DELETE", path: session, status: 405 },
  {
    ...posting("/api/assessment/start", JSON.stringify({ pad: "x".repeat(1024 * 1024) })),
    status: 413
  },
  { ...posting("/api/assessment/start", "a=b", { "content-type": "text/plain" }), status: 415 }
]

it.layer(ServerInMemory.layer)("every answer", (it) => {
  it.effect("has a request id, and says how it may be used", () =>
    Effect.forEach(everyKind, ({ status, ...what }) =>
      Effect.gen(function* () {
        const { headers, ...reply } = yield* ask(what)
        const name = `${what.path} ${status}`
        assert.strictEqual(reply.status, status, name)
        assert.match(`${headers["x-request-id"]}`, /^[\w-]{21}$/, name)
        assert.strictEqual(headers["x-content-type-options"], "nosniff", name)
        assert.strictEqual(headers["referrer-policy"], "no-referrer", name)
        assert.strictEqual(headers["cache-control"], "private, no-cache", name)
      })
    )
  )

  it.effect("is a problem document when it is none of the contract's successes", () =>
    Effect.forEach(
      everyKind.filter(({ status }) => status >= 400),
      ({ status, ...what }) =>
        Effect.gen(function* () {
          const { body, headers } = yield* ask(what)
          assert.strictEqual(headers["content-type"], problem, what.path)
          const { status: told, type } = yield* Schema.decodeUnknown(Problem)(body)
          assert.strictEqual(told, status)
          assert.match(type, /^\/problems\/[a-z-]+$/)
        })
    )
  )

  it.effect("repeats a request id that is one, and replaces any other", () =>
    Effect.gen(function* () {
      const idFor = (id: string) =>
        Effect.map(
          ask({ path: "/health", headers: { "x-request-id": id } }),
          ({ headers }) => headers["x-request-id"]
        )
      const longest = "x".repeat(128)
      assert.deepStrictEqual(yield* Effect.forEach(["a.B_c-1", longest], idFor), ["a.B_c-1", longest])
      for (const id of ["", `${longest}x`, "a b", "a,b", '"', "é"]) {
        assert.match(`${yield* idFor(id)}`, /^[\w-]{21}$/, id)
      }
      assert.notStrictEqual(yield* idFor(""), yield* idFor(""))
    })
  )
})

it.layer(ServerInMemory.layer)("a route", (it) => {
  it.effect("that does not exist is not found", () =>
    Effect.gen(function* () {
      for (const path of ["/", "/nowhere", "/api", "/api/assessment", "/api/assessment/start/", "/%"]) {
        const { body, status } = yield* ask({ path })
        assert.strictEqual(status, 404, path)
        assert.propertyVal(body, "_tag", "RouteNotFoundError", path)
      }
    })
  )

  it.effect("refuses other methods, and lists its own", () =>
    Effect.gen(function* () {
      const allowed = {
        "/health": "GET, HEAD",
        "/openapi.json": "GET, HEAD",
        "/api/assessment/start": "POST",
        "/api/assessment/start?x=1": "POST",
        [session]: "GET, HEAD",
        [`${session}/pause`]: "POST"
      }
      for (const [path, methods] of Object.entries(allowed)) {
        for (const method of ["PUT", "PATCH", "DELETE", ...(methods === "POST" ? ["GET"] : ["POST"])]) {
          const { body, headers, status } = yield* ask({ method, path })
          assert.strictEqual(status, 405, `${method} ${path}`)
          assert.strictEqual(headers.allow, methods, `${method} ${path}`)
          assert.propertyVal(body, "_tag", "MethodNotAllowedError")
        }
      }
    })
  )

  it.effect("that can be read answers HEAD as it answers GET, without a body", () =>
    Effect.gen(function* () {
      const { body: started } = yield* ask(posting("/api/assessment/start", {}))
      const { sessionId } = yield* Schema.decodeUnknown(Schema.Struct({ sessionId: Schema.String }))(started)
      for (const path of [
        "/health",
        "/ready",
        `/api/assessment/sessions/${sessionId}`,
        session,
        "/nowhere"
      ]) {
        const get = yield* ask({ path })
        const head = yield* ask({ method: "HEAD", path })
        assert.strictEqual(head.status, get.status, path)
        assert.strictEqual(head.headers["content-type"], get.headers["content-type"], path)
        assert.strictEqual(head.text, "")
      }
    })
  )

  it.scoped("can be asked again on the same connection, whatever it answered", () =>
    Effect.gen(function* () {
      const agent = yield* Effect.acquireRelease(
        Effect.sync(() => new Agent({ keepAlive: true, maxSockets: 1 })),
        (agent) => Effect.sync(() => agent.destroy())
      )
      for (const { status, ...what } of [...everyKind, ...everyKind]) {
        const reply = yield* ask({ ...what, agent })
        assert.strictEqual(reply.status, status, what.path)
        assert.strictEqual(reply.headers.connection, status === 413 ? "close" : "keep-alive", what.path)
      }
    })
  )
})
