import { assert, describe, it } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { DateTime, Effect, Option, Schema, TestClock } from "effect"
import { UnknownAgentError } from "../errors/agent.ts"
import { ClaimRefusedError } from "../errors/claim.ts"
import { VersionConflictError } from "../errors/conflict.ts"
import { ForeignUserError, UnauthorizedError } from "../errors/identity.ts"
import { SessionNotFoundError } from "../errors/session.ts"
import type { SessionCatalog } from "../services/session-catalog.ts"
import type { SessionManager } from "../services/session-manager.ts"
import * as AgentScripted from "../test-utils/agent-scripted.ts"
import { alice, asAlice, asAnonymous, asBob, asNobody, bob } from "../test-utils/callers.ts"
import { readList } from "../test-utils/listed.ts"
import { withSessionManager } from "../test-utils/with-session-manager.ts"
import { ClaimToken } from "../types/claim.ts"
import { SessionId } from "../types/ids.ts"
import { MessageContent, MessagePage } from "../types/message.ts"
import { AgentName, Title } from "../types/session.ts"

const withSessions = <A, E>(
  run: (catalog: SessionCatalog["Type"], manager: SessionManager["Type"]) => Effect.Effect<A, E>
) => withSessionManager([AgentScripted.says("Go on.")], (manager, _, catalog) => run(catalog, manager))

const title = Option.some(Title.make("Mine"))

describe("SessionCatalog", () => {
  it.effect("creates a session as its maker wants it, as of now", () =>
    withSessions((catalog, manager) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(1_767_225_600_000)
        const fields = {
          title,
          agent: AgentName.make("other"),
          metadata: { a: 1 },
          agentSessionId: Option.some("sdk-1")
        }
        const session = yield* catalog.create(asAlice, fields)
        assert.deepInclude(session, {
          ...fields,
          userId: Option.some(alice),
          status: "active",
          messageCount: 0
        })
        assert.deepStrictEqual(session.createdAt, DateTime.unsafeMake(1_767_225_600_000))
        assert.deepStrictEqual((yield* manager.load(asAlice, session.id)).session, session)
        assert.strictEqual((yield* catalog.create(asAlice, {})).agent, "nerin")
      })
    )
  )

  it.effect("creates no session of an agent that there is not, and says which there are", () =>
    withSessions((catalog) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(catalog.create(asAlice, { agent: AgentName.make("unknown") }))
        assert.instanceOf(error, UnknownAgentError)
        assert.strictEqual(error.detail, "No agent has this name. There are: nerin, other.")
        assert.strictEqual(
          (yield* Effect.flatMap(catalog.listText(asAlice, { limit: 50 }), readList)).count,
          0
        )
      })
    )
  )

  it.effect("creates one session under one id, and gives it as it is by now", () =>
    withSessions((catalog) =>
      Effect.gen(function* () {
        const id = SessionId.make("session_1_own")
        const created = yield* catalog.create(asAlice, { id, title })
        assert.strictEqual(created.id, id)
        assert.deepStrictEqual(yield* catalog.create(asAlice, { id, title }), created)
        const changed = yield* catalog.update(asAlice, id, { title: Option.none() })
        assert.deepStrictEqual(yield* catalog.create(asAlice, { id, title }), changed)
        assert.strictEqual(
          (yield* Effect.flatMap(catalog.listText(asAlice, { limit: 50 }), readList)).count,
          1
        )
      })
    )
  )

  it.effect("creates no session for somebody else, or for nobody", () =>
    withSessions((catalog) =>
      Effect.gen(function* () {
        assertEquals(
          yield* Effect.flip(catalog.create(asBob, { userId: alice })),
          new ForeignUserError({ userId: alice })
        )
        assertEquals(yield* Effect.flip(catalog.create(asAnonymous, {})), new UnauthorizedError())
        assertEquals((yield* catalog.create(asNobody, { userId: bob })).userId, Option.some(bob))
        assertEquals((yield* catalog.create(asNobody, {})).userId, Option.none())
      })
    )
  )

  it.effect("lists a user's sessions, and none to the anonymous", () =>
    withSessions((catalog) =>
      Effect.gen(function* () {
        const [mine] = [yield* catalog.create(asAlice, {}), yield* catalog.create(asBob, {})]
        const list = yield* Effect.flatMap(catalog.listText(asAlice, { limit: 50 }), readList)
        assert.deepStrictEqual(list.sessions, [mine])
        assertEquals(
          yield* Effect.flip(Effect.flatMap(catalog.listText(asAnonymous, { limit: 50 }), readList)),
          new UnauthorizedError()
        )
      })
    )
  )

  it.effect("changes a session, if it is still the one that was seen", () =>
    withSessions((catalog) =>
      Effect.gen(function* () {
        const { id } = yield* catalog.create(asAlice, {})
        const seen = yield* catalog.version(asAlice, id)
        yield* TestClock.adjust("1 second")
        const changed = yield* catalog.update(asAlice, id, { title }, seen)
        assert.deepStrictEqual(changed.title, title)
        assert.deepStrictEqual(changed.updatedAt, DateTime.unsafeMake(1_000))
        assert.instanceOf(
          yield* Effect.flip(catalog.update(asAlice, id, { title: Option.none() }, seen)),
          VersionConflictError
        )
        const unconditionally = yield* catalog.update(asAlice, id, { status: "paused" })
        assert.strictEqual(unconditionally.version, changed.version + 1)
      })
    )
  )

  it.effect("gives a session's messages in pages, and removes it", () =>
    withSessions((catalog, manager) =>
      Effect.gen(function* () {
        const { id } = yield* catalog.create(asAlice, {})
        yield* manager.send(asAlice, { sessionId: id, message: MessageContent.make("hello") })
        const { messages } = yield* manager.load(asAlice, id)
        const text = yield* catalog.messagesText(asAlice, id, { after: 1, limit: 1 })
        const page = yield* Schema.decode(Schema.parseJson(MessagePage))(new TextDecoder().decode(text))
        assert.deepStrictEqual(page.messages, messages.slice(1))
        yield* catalog.remove(asAlice, id)
        assertEquals(
          yield* Effect.flip(manager.load(asAlice, id)),
          new SessionNotFoundError({ sessionId: id })
        )
      })
    )
  )

  it.effect("gives an anonymous session to the user who brings its token", () =>
    withSessions((catalog, manager) =>
      Effect.gen(function* () {
        const { claimToken, sessionId } = yield* manager.start(asAnonymous, {})
        const token = yield* claimToken
        for (const caller of [asAnonymous, asNobody]) {
          assertEquals(yield* Effect.flip(catalog.claim(caller, sessionId, token)), new UnauthorizedError())
        }
        assertEquals(
          yield* Effect.flip(catalog.claim(asBob, sessionId, ClaimToken.make("x".repeat(43)))),
          new ClaimRefusedError({ sessionId })
        )
        const claimed = yield* catalog.claim(asAlice, sessionId, token)
        assert.deepStrictEqual(claimed.userId, Option.some(alice))
        assert.deepStrictEqual(yield* catalog.claim(asAlice, sessionId, token), claimed)
        const notFound = new SessionNotFoundError({ sessionId })
        assertEquals(yield* Effect.flip(catalog.claim(asBob, sessionId, token)), notFound)
        assertEquals(yield* Effect.flip(manager.load(asAnonymous, sessionId)), notFound)
      })
    )
  )

  it.effect("knows no session of somebody else", () =>
    withSessions((catalog) =>
      Effect.gen(function* () {
        const mine = yield* catalog.create(asAlice, {})
        for (const unseen of [mine.id, SessionId.make("session_0_missing")]) {
          const failures = [
            yield* Effect.flip(catalog.messagesText(asBob, unseen, { limit: 1 })),
            yield* Effect.flip(catalog.version(asBob, unseen)),
            yield* Effect.flip(catalog.update(asBob, unseen, { title })),
            yield* Effect.flip(catalog.remove(asBob, unseen)),
            yield* Effect.flip(catalog.claim(asBob, unseen, ClaimToken.make("x".repeat(43))))
          ]
          for (const failure of failures) {
            assertEquals(failure, new SessionNotFoundError({ sessionId: unseen }))
          }
        }
        assert.deepStrictEqual(
          (yield* Effect.flatMap(catalog.listText(asAlice, { limit: 1 }), readList)).sessions,
          [mine]
        )
      })
    )
  )
})
