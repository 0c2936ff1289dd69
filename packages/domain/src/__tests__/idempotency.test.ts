import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, FastCheck, Option } from "effect"
import { asAlice, asAnonymous, asBob, asNobody } from "../test-utils/callers.ts"
import { Caller } from "../types/caller.ts"
import { idempotencyScope } from "../types/idempotency.ts"
import { SessionId, UserId } from "../types/ids.ts"

const sessionId = SessionId.make("session_1_a")
const scopeOf = (caller: Caller, id?: SessionId) =>
  Option.getOrNull(idempotencyScope(caller, Option.fromNullable(id)))

describe("the scope of a key", () => {
  it("is the user or the trusted caller, whatever the session", () => {
    for (const caller of [asAlice, asBob, asNobody]) {
      assert.strictEqual(scopeOf(caller), scopeOf(caller, sessionId))
    }
  })

  it("is the session for the anonymous, who have none without one", () => {
    assert.isNull(scopeOf(asAnonymous))
    assert.notStrictEqual(
      scopeOf(asAnonymous, sessionId),
      scopeOf(asAnonymous, SessionId.make("session_1_b"))
    )
  })

  it("is nobody else's, whatever a user is called, and is at most 512 bytes", () => {
    const others = ["trusted", "session:session_1_a"]
    assert.deepStrictEqual([scopeOf(asNobody), scopeOf(asAnonymous, sessionId)], others)
    const names = FastCheck.oneof(
      Arbitrary.make(UserId),
      FastCheck.constantFrom(...others).map((name) => UserId.make(name))
    )
    FastCheck.assert(
      FastCheck.property(names, (userId) => {
        const scope = scopeOf(Caller.User({ userId }))
        assert.notInclude(others, scope)
        assert.isAtMost(Buffer.byteLength(`${scope}`), 512)
      })
    )
  })
})
