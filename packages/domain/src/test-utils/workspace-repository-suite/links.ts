import { assert } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Cause, Effect, Option } from "effect"
import { SessionNotFoundError } from "../../errors/session.ts"
import { SessionRepository } from "../../ports/session-repository.ts"
import { WorkspaceRepository } from "../../ports/workspace-repository.ts"
import { ClaimHash } from "../../types/claim.ts"
import type { SessionId } from "../../types/ids.ts"
import { Workspace } from "../../types/workspace.ts"
import { alice, asAlice, asNobody, bob } from "../callers.ts"
import { createTestSession } from "../create-test-session.ts"
import { createSession, now } from "../session-repository-suite/fixtures.ts"
import { slotsHeld } from "../slots-held.ts"
import {
  add,
  added,
  all,
  get,
  newRoot,
  newSessionId,
  newWorkspace,
  remove,
  sessionOf,
  type WorkspacesIt
} from "./fixtures.ts"

const load = (sessionId: SessionId) =>
  Effect.flatMap(SessionRepository, (sessions) =>
    Effect.map(sessions.load(asNobody, sessionId), ({ session }) => session)
  )

const removeSession = (sessionId: SessionId) =>
  Effect.flatMap(SessionRepository, (sessions) => sessions.remove(asNobody, sessionId))

const isMissing = (sessionId: SessionId) =>
  Effect.map(Effect.flip(load(sessionId)), (error) => {
    assertEquals(error, new SessionNotFoundError({ sessionId }))
  })

const restore = (root: string, workspace: Workspace, session = sessionOf(newWorkspace())) =>
  Effect.flatMap(WorkspaceRepository, (workspaces) => workspaces.restore(root, workspace, session))

const linkOf = (root: string, workspace: Workspace) =>
  Effect.map(get(root, workspace), ({ sessionId }) => sessionId)

const alices = { userId: Option.some(alice) }
const bobs = { userId: Option.some(bob) }
const nobodys = { userId: Option.none() }

export const describeLinks = (it: WorkspacesIt) => {
  it.effect("makes a conversation with a workspace, and keeps it when the workspace is removed", () =>
    Effect.gen(function* () {
      const root = newRoot()
      const workspace = newWorkspace()
      const session = sessionOf(workspace, { metadata: { workspaceId: workspace.id, "a'": [null, "🙂"] } })
      assert.strictEqual(yield* add(root, workspace, { session }), "added")
      assert.deepStrictEqual(yield* load(session.id), session)
      yield* remove(root, workspace)
      assert.deepStrictEqual(yield* load(session.id), session)
    })
  )

  it.effect("makes no conversation with a workspace that is refused", () =>
    Effect.gen(function* () {
      const root = newRoot()
      const first = yield* added(root)
      for (const [refused, limit] of [
        [newWorkspace(), 1],
        [newWorkspace({ name: first.name }), 2],
        [newWorkspace({ id: first.id }), 2]
      ] as const) {
        assert.notStrictEqual(yield* add(root, refused, { limit }), "added")
        yield* isMissing(Option.getOrThrow(refused.sessionId))
      }
    })
  )

  it.effect.each([
    ["its owner's own", alices, alices, true],
    ["nobody's", nobodys, alices, true],
    ["nobody's, as it is", nobodys, nobodys, true],
    ["somebody else's", bobs, alices, false],
    ["somebody's, and it is nobody's", bobs, nobodys, false]
  ] as const)(
    "takes the conversation that it names only if its owner may see it: %s",
    ([, named, owner, isTaken]) =>
      Effect.gen(function* () {
        const root = newRoot()
        const there = yield* createSession(named)
        const workspace = newWorkspace({ ...owner, sessionId: Option.some(there.id) })
        const other = createTestSession({ ...owner, id: newSessionId() })
        assert.strictEqual(yield* add(root, workspace, { session: other }), "added")
        const expected = isTaken ? there.id : other.id
        assert.deepStrictEqual(
          yield* get(root, workspace),
          new Workspace({ ...workspace, sessionId: Option.some(expected) })
        )
        assert.deepStrictEqual(yield* load(there.id), there)
        if (isTaken) yield* isMissing(other.id)
        else assert.deepStrictEqual(yield* load(other.id), other)
      })
  )

  it.effect("makes a conversation where it names none, or one that is gone", () =>
    Effect.gen(function* () {
      const root = newRoot()
      for (const sessionId of [Option.none(), Option.some(newSessionId())]) {
        const workspace = newWorkspace({ sessionId })
        const session = createTestSession({ ...alices, id: newSessionId() })
        assert.strictEqual(yield* add(root, workspace, { session }), "added")
        assert.deepStrictEqual(yield* linkOf(root, workspace), Option.some(session.id))
        assert.deepStrictEqual(yield* load(session.id), session)
      }
    })
  )

  it.effect("takes the conversation of an earlier try as it is by now", () =>
    Effect.gen(function* () {
      const root = newRoot()
      const workspace = newWorkspace()
      const session = yield* createSession({
        ...alices,
        id: Option.getOrThrow(workspace.sessionId),
        version: 7
      })
      assert.strictEqual(yield* add(root, workspace), "added")
      assert.deepStrictEqual(yield* load(session.id), session)
      const unnamed = newWorkspace({ sessionId: Option.none() })
      assert.strictEqual(yield* add(root, unnamed, { session: sessionOf(workspace) }), "added")
      assert.deepStrictEqual(yield* linkOf(root, unnamed), Option.some(session.id))
    })
  )

  it.effect("stores nothing where the conversation to be made has the id of somebody else's", () =>
    Effect.gen(function* () {
      const root = newRoot()
      const foreign = yield* createSession(bobs)
      const workspace = newWorkspace({ sessionId: Option.some(foreign.id) })
      const cause = yield* Effect.flip(Effect.sandbox(add(root, workspace)))
      assert.isTrue(Cause.isDie(cause))
      assert.strictEqual(yield* slotsHeld(root), 0)
      assert.deepStrictEqual(yield* load(foreign.id), foreign)

      const stored = yield* added(root)
      yield* removeSession(Option.getOrThrow(stored.sessionId))
      const session = sessionOf(workspace)
      assert.isTrue(Cause.isDie(yield* Effect.flip(Effect.sandbox(restore(root, stored, session)))))
      assert.deepStrictEqual(yield* linkOf(root, stored), Option.none())
    })
  )

  it.effect("is without a conversation once that is removed, until it is restored", () =>
    Effect.gen(function* () {
      const root = newRoot()
      const workspace = yield* added(root)
      const untouched = yield* added(root)
      yield* removeSession(Option.getOrThrow(workspace.sessionId))
      const without = new Workspace({ ...workspace, sessionId: Option.none() })
      assert.deepStrictEqual(yield* all(root), [without, untouched])

      const session = createTestSession({ ...alices, id: newSessionId() })
      yield* restore(root, without, session)
      assert.deepStrictEqual(yield* linkOf(root, workspace), Option.some(session.id))
      assert.deepStrictEqual(yield* load(session.id), session)

      const another = createTestSession({ ...alices, id: newSessionId() })
      yield* restore(root, without, another)
      assert.deepStrictEqual(yield* linkOf(root, workspace), Option.some(session.id))
      yield* isMissing(another.id)
    })
  )

  it.effect("stays nobody's, and linked, when somebody claims its conversation", () =>
    Effect.gen(function* () {
      const sessions = yield* SessionRepository
      const root = newRoot()
      const claimHash = ClaimHash.make("c".repeat(64))
      const { id } = yield* createSession({}, Option.some(claimHash))
      const workspace = yield* added(root, { ...nobodys, sessionId: Option.some(id) })
      yield* sessions.claim(bob, id, claimHash, now)
      assert.deepStrictEqual(yield* get(root, workspace, asAlice), workspace)
      yield* restore(root, workspace, sessionOf(workspace))
      assert.deepStrictEqual(yield* linkOf(root, workspace), Option.some(id))
    })
  )
}
