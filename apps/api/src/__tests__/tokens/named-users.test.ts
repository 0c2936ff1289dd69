import { assert, it } from "@effect/vitest"
import { exampleFile } from "@workspace/contracts"
import { AgentScripted } from "@workspace/domain/test-utils"
import { Effect } from "effect"
import { ask, posting } from "../../test-utils/exchange.ts"
import * as IdentityOfTest from "../../test-utils/identity-of-test.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"

const sessions = ServerInMemory.layerSessions(AgentScripted.says("Thank you."))

it.layer(ServerInMemory.layerServer(sessions, { identity: IdentityOfTest.layer }))("with tokens", (it) => {
  it.effect.each(["/api/assessment/start", "/api/sessions"])("the userId of %s is the caller's own", (path) =>
    Effect.gen(function* () {
      const [alice, bob] = [yield* IdentityOfTest.bearer("alice"), yield* IdentityOfTest.bearer("bob")]
      for (const body of [{}, { userId: "alice" }]) {
        const { status, text } = yield* ask(posting(path, body, alice))
        assert.strictEqual(status, 201, text)
        assert.notInclude(text, "claimToken")
      }
      const foreign = yield* ask(posting(path, { userId: "alice" }, bob))
      assert.strictEqual(foreign.status, 403)
      assert.deepInclude(foreign.body, { _tag: "ForeignUserError", code: "FORBIDDEN", userId: "alice" })
      const nobody = yield* ask(posting(path, { userId: "alice" }))
      assert.deepStrictEqual([nobody.status, nobody.headers["www-authenticate"]], [401, "Bearer"])
    })
  )

  it.effect("nobody may start an assessment, and has no collection of sessions", () =>
    Effect.gen(function* () {
      const started = yield* ask(posting("/api/assessment/start", {}))
      assert.strictEqual(started.status, 201)
      assert.property(started.body, "claimToken")
      const imports = posting("/api/sessions/import?dryRun=true", exampleFile)
      for (const exchange of [{ path: "/api/sessions" }, posting("/api/sessions", {}), imports]) {
        assert.strictEqual((yield* ask(exchange)).status, 401)
      }
      const own = yield* ask({
        ...imports,
        headers: { ...imports.headers, ...(yield* IdentityOfTest.bearer("alice")) }
      })
      assert.strictEqual(own.status, 200)
    })
  )

  it.effect("a name in a header is nobody's", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        (yield* ask({ path: "/api/sessions", headers: { "x-user-id": "alice" } })).status,
        401
      )
    })
  )
})
