import { OpenApi } from "@effect/platform"
import { assert, it } from "@effect/vitest"
import { BigOceanApi } from "@workspace/contracts"
import { ArchiveHealth } from "@workspace/domain"
import { AgentScripted } from "@workspace/domain/test-utils"
import { DateTime, Effect, Layer } from "effect"
import { Readiness } from "../readiness.ts"
import { ask, posting } from "../test-utils/exchange.ts"
import * as ServerInMemory from "../test-utils/server-in-memory.ts"

it.layer(ServerInMemory.layer)("the system", (it) => {
  it.effect("is alive and ready", () =>
    Effect.gen(function* () {
      const health = yield* ask({ path: "/health" })
      assert.deepStrictEqual([health.status, health.body], [200, { status: "ok" }])
      const ready = yield* ask({ path: "/ready" })
      const details = { archive: { status: "ok", pending: 0 } }
      assert.deepStrictEqual([ready.status, ready.body], [200, { status: "ready", details }])
    })
  )

  it.effect("counts answers by declared route, never by id", () =>
    Effect.gen(function* () {
      yield* ask({ path: "/api/assessment/sessions/session_0_secret" })
      yield* ask({ path: "/api/assessment/sessions/session_1_secret" })
      yield* ask({ path: "/secret" })
      yield* ask(posting("/api/assessment/start", {}))
      const { headers, status, text } = yield* ask({ path: "/metrics" })
      assert.deepStrictEqual(
        [status, headers["content-type"]],
        [200, "text/plain; version=0.0.4; charset=utf-8"]
      )
      const counted = (method: string, route: string, answered: number, times: number) =>
        `http_request_duration_seconds_count{method="${method}",route="${route}",status="${answered}"} ${times}\n`
      assert.include(text, counted("GET", "/api/assessment/sessions/:sessionId", 404, 2))
      assert.include(text, counted("POST", "/api/assessment/start", 201, 1))
      assert.include(text, counted("GET", "unknown", 404, 1))
      assert.include(text, "process_resident_memory_bytes ")
      assert.notInclude(text, "secret")
    })
  )

  it.effect("gives its own description, and a page that needs no other server", () =>
    Effect.gen(function* () {
      const document = yield* ask({ path: "/openapi.json" })
      assert.strictEqual(document.headers["content-type"], "application/json")
      assert.deepStrictEqual(document.body, JSON.parse(JSON.stringify(OpenApi.fromApi(BigOceanApi))))
      const page = yield* ask({ path: "/docs" })
      assert.match(`${page.headers["content-type"]}`, /^text\/html/)
      assert.include(page.text, "<title>Big Ocean")
      assert.notMatch(page.text, /(?:src|href)=["']?(?:https?:)?\/\//)
    })
  )
})

const stopping = ServerInMemory.layerServer(ServerInMemory.layerSessions(AgentScripted.says("Thank you.")), {
  readiness: ServerInMemory.layerNotReady
})

it.layer(stopping)("a process that should get no traffic", (it) => {
  it.effect("says so, and when to ask again, and stays alive", () =>
    Effect.gen(function* () {
      const { body, headers, status } = yield* ask({ path: "/ready" })
      assert.strictEqual(status, 503)
      assert.strictEqual(headers["retry-after"], "1")
      assert.deepStrictEqual(body, {
        _tag: "NotReadyError",
        type: "/problems/not-ready",
        title: "Not ready",
        status: 503,
        detail: "Not ready: draining.",
        code: "UNAVAILABLE",
        reason: "draining"
      })
      assert.strictEqual((yield* ask({ path: "/health" })).status, 200)
    })
  )
})

const fullDisk = Layer.succeed(Readiness, {
  check: Effect.void,
  archive: Effect.succeed(
    new ArchiveHealth({ status: "failing", pending: 3, since: DateTime.unsafeMake("2026-01-01T00:00:00Z") })
  )
})

const notSaving = ServerInMemory.layerServer(ServerInMemory.layerSessions(AgentScripted.says("Thank you.")), {
  readiness: fullDisk
})

it.layer(notSaving)("a process that cannot save sessions", (it) => {
  it.effect("may get traffic, and says what is wrong", () =>
    Effect.gen(function* () {
      const { body, status } = yield* ask({ path: "/ready" })
      const archive = { status: "failing", pending: 3, since: "2026-01-01T00:00:00.000Z" }
      assert.deepStrictEqual([status, body], [200, { status: "ready", details: { archive } }])
      assert.include((yield* ask({ path: "/metrics" })).text, "\nsession_saves_pending 3\n")
    })
  )
})
