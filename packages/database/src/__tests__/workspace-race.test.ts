import { assert, layer } from "@effect/vitest"
import {
  type Session,
  SessionId,
  SessionRepository,
  type Workspace,
  WorkspaceRepository
} from "@workspace/domain"
import { asNobody, createTestSession, createTestWorkspace, slotsHeld } from "@workspace/domain/test-utils"
import { asc, eq, sql } from "drizzle-orm"
import { Effect, Fiber, Layer, Option } from "effect"
import { Database } from "../client.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { fromSession } from "../repositories/session-rows.ts"
import * as WorkspaceRepositoryPg from "../repositories/workspace-repository.ts"
import { fromWorkspace } from "../repositories/workspace-rows.ts"
import { sessions, workspaceSessions } from "../schema.ts"
import { layerPostgres } from "../test-utils/layers.ts"
import { heldTransaction } from "./locked-session.ts"

let made = 0
const newRoot = () => `root ${++made}`
const newWorkspace = (overrides: Partial<Workspace> = {}) => createTestWorkspace(++made, overrides)
const newSession = () => createTestSession({ id: SessionId.make(`session_${++made}_race`) })

const add = (root: string, workspace: Workspace, options: { limit?: number; session?: Session } = {}) =>
  Effect.flatMap(WorkspaceRepository, (workspaces) =>
    workspaces.add(root, workspace, { session: newSession(), ...options })
  )

/** A transaction that has added a workspace in a slot. */
const addition = (root: string, workspace: Workspace, slot: number) =>
  heldTransaction((transaction) =>
    transaction.insert(workspaceSessions).values({ ...fromWorkspace(workspace), root, slot })
  )

const slotsOf = (root: string) =>
  Effect.flatMap(Database, ({ client, query }) =>
    query(() =>
      client
        .select({ slot: workspaceSessions.slot, id: workspaceSessions.id })
        .from(workspaceSessions)
        .where(eq(workspaceSessions.root, root))
        .orderBy(asc(workspaceSessions.slot))
    )
  )

const linkOf = (root: string, { id }: Workspace) =>
  Effect.flatMap(WorkspaceRepository, (workspaces) =>
    Effect.map(workspaces.get(asNobody, root, id), ({ sessionId }) => sessionId)
  )

const isStored = ({ id }: Pick<Session, "id">) =>
  Effect.flatMap(SessionRepository, (repository) =>
    Effect.map(Effect.option(repository.load(asNobody, id)), Option.isSome)
  )

const repositories = Layer.merge(WorkspaceRepositoryPg.layer, SessionRepositoryPg.layer)

layer(repositories.pipe(Layer.provideMerge(layerPostgres)), {
  timeout: "60 seconds",
  excludeTestServices: true
})("whoever waits for a workspace", (it) => {
  it.effect("gets the slot after the one that was taken meanwhile, or none", () =>
    Effect.gen(function* () {
      const root = newRoot()
      const [first, second, third] = [newWorkspace(), newWorkspace(), newWorkspace()]
      const { queue, released } = yield* addition(root, first, 1)
      const added = yield* queue(add(root, second, { limit: 2 }))
      const full = yield* queue(add(root, third, { limit: 1 }))
      yield* released
      assert.strictEqual(yield* Fiber.join(added), "added")
      assert.strictEqual(yield* Fiber.join(full), "full")
      assert.deepStrictEqual(yield* slotsOf(root), [
        { slot: 1, id: first.id },
        { slot: 2, id: second.id }
      ])
    })
  )

  it.effect("gets the slot that was not taken after all", () =>
    Effect.gen(function* () {
      const root = newRoot()
      const workspace = newWorkspace()
      const { queue, rolledBack } = yield* addition(root, newWorkspace(), 1)
      const added = yield* queue(add(root, workspace, { limit: 1 }))
      yield* rolledBack
      assert.strictEqual(yield* Fiber.join(added), "added")
      assert.deepStrictEqual(yield* slotsOf(root), [{ slot: 1, id: workspace.id }])
    })
  )

  it.effect.each(["name", "worktree", "id"] as const)("knows who took its %s meanwhile", (key) =>
    Effect.gen(function* () {
      const root = newRoot()
      const first = newWorkspace()
      const session = newSession()
      // In another slot than the one that is free for the other.
      const { queue, released } = yield* addition(root, first, 2)
      const refused = yield* queue(add(root, newWorkspace({ [key]: first[key] }), { session }))
      yield* released
      assert.strictEqual(yield* Fiber.join(refused), key === "name" ? "name-taken" : "present")
      assert.deepStrictEqual(yield* slotsOf(root), [{ slot: 2, id: first.id }])
      assert.isFalse(yield* isStored(session))
    })
  )

  it.effect("is not linked to a conversation that was removed meanwhile", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const root = newRoot()
      const named = yield* repository.create(newSession(), Option.none())
      const workspace = newWorkspace({ sessionId: Option.some(named.id) })
      const session = newSession()
      const { queue, released } = yield* heldTransaction((transaction) =>
        transaction.delete(sessions).where(eq(sessions.id, named.id))
      )
      const added = yield* queue(add(root, workspace, { session }))
      yield* released
      assert.strictEqual(yield* Fiber.join(added), "added")
      assert.deepStrictEqual(yield* linkOf(root, workspace), Option.some(session.id))
      assert.isTrue(yield* isStored(session))
    })
  )

  it.effect("is linked to the conversation that was made meanwhile", () =>
    Effect.gen(function* () {
      const root = newRoot()
      const workspace = newWorkspace()
      const session = newSession()
      const title = "as it was made first"
      const { queue, released } = yield* heldTransaction((transaction) =>
        transaction.insert(sessions).values({ ...fromSession(session), title })
      )
      const added = yield* queue(add(root, workspace, { session }))
      yield* released
      assert.strictEqual(yield* Fiber.join(added), "added")
      assert.deepStrictEqual(yield* linkOf(root, workspace), Option.some(session.id))
      const repository = yield* SessionRepository
      const stored = yield* repository.load(asNobody, session.id)
      assert.deepStrictEqual(stored.session.title.pipe(Option.map(String)), Option.some(title))
    })
  )

  it.effect("gets a new conversation when its own is removed while it is restored", () =>
    Effect.gen(function* () {
      const workspaces = yield* WorkspaceRepository
      const root = newRoot()
      const [workspace, session, again] = [newWorkspace(), newSession(), newSession()]
      yield* add(root, workspace, { session })
      const { queue, released } = yield* heldTransaction((transaction) =>
        transaction.delete(sessions).where(eq(sessions.id, session.id))
      )
      const restored = yield* queue(workspaces.restore(root, workspace, again))
      yield* released
      yield* Fiber.join(restored)
      assert.deepStrictEqual(yield* linkOf(root, workspace), Option.some(again.id))
      assert.isTrue(yield* isStored(again))
    })
  )

  it.effect("keeps a conversation in which something is said while its creation is forgotten", () =>
    Effect.gen(function* () {
      const workspaces = yield* WorkspaceRepository
      const root = newRoot()
      const workspace = newWorkspace()
      const session = newSession()
      yield* workspaces.add(root, workspace, { session, making: "branch" })
      const { queue, released } = yield* heldTransaction(async (transaction) => {
        await transaction.execute(sql`
          insert into messages (session_id, sequence, id, role, content, metadata, created_at)
          values (${session.id}, 1, 'm', 'user', 'x', '{}', now())`)
        await transaction.update(sessions).set({ messageCount: 1 }).where(eq(sessions.id, session.id))
      })
      const forgotten = yield* queue(workspaces.forget(root, workspace.id))
      yield* released
      yield* Fiber.join(forgotten)
      assert.strictEqual(yield* slotsHeld(root), 0)
      assert.isTrue(yield* isStored(session))
    })
  )

  it.effect("is not in the way of whoever removes the conversation of a creation that is forgotten", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const workspaces = yield* WorkspaceRepository
      const root = newRoot()
      const workspace = newWorkspace()
      const session = newSession()
      yield* workspaces.add(root, workspace, { session, making: "branch" })
      const { queue, released } = yield* heldTransaction((transaction) =>
        transaction.select().from(sessions).where(eq(sessions.id, session.id)).for("update")
      )
      const removed = yield* queue(repository.remove(asNobody, session.id))
      const forgotten = yield* queue(workspaces.forget(root, workspace.id))
      yield* released
      yield* Fiber.join(removed)
      yield* Fiber.join(forgotten)
      assert.strictEqual(yield* slotsHeld(root), 0)
      assert.isFalse(yield* isStored(session))
    })
  )

  it.effect("names a conversation that is there, or none, while conversations are removed", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const workspaces = yield* WorkspaceRepository
      const root = newRoot()
      yield* Effect.forEach(
        Array.from({ length: 30 }, newSession),
        Effect.fnUntraced(function* (named) {
          yield* repository.create(named, Option.none())
          const workspace = newWorkspace({ sessionId: Option.some(named.id) })
          yield* Effect.all(
            [
              add(root, workspace),
              repository.remove(asNobody, named.id),
              workspaces.restore(root, workspace, newSession())
            ],
            { concurrency: "unbounded" }
          )
        }),
        { concurrency: "unbounded" }
      )
      const all = yield* workspaces.list(asNobody, root)
      assert.lengthOf(all, 30)
      for (const { sessionId } of all) {
        for (const id of Option.toArray(sessionId)) assert.isTrue(yield* isStored({ id }))
      }
    })
  )
})
