import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { assert } from "@effect/vitest"
import { MaxSessionsError } from "@workspace/domain"
import { Array, Effect, Schema } from "effect"
import { ask, posting } from "../../test-utils/exchange.ts"
import { commit, git, makeRepository } from "../../test-utils/git-repository.ts"
import { asConversation } from "../../test-utils/session-caller.ts"
import { snapshotOf, workspaceCaller } from "../../test-utils/workspace-caller.ts"
import { onEveryStore, rootAt } from "../../test-utils/workspace-stores.ts"

const api = workspaceCaller(ask)

const decodeFull = Schema.decodeUnknown(Schema.encodedSchema(MaxSessionsError))

onEveryStore("creating workspaces", (it, serverOf) => {
  it.scoped("makes a worktree on a branch, a conversation, and an entry in the snapshot file", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      const head = yield* git(root, "rev-parse", "HEAD")
      yield* Effect.gen(function* () {
        const reply = yield* api.post({ name: "search-box" })
        const made = yield* api.create({ name: "other" })
        const { sessions } = yield* api.list
        const [first] = sessions
        assert(first !== undefined && first.sessionId !== null)
        assert.deepStrictEqual(reply.body, first)
        assert.match(first.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
        assert.deepStrictEqual(first, {
          id: first.id,
          name: "search-box",
          status: "active",
          branch: "feature/search-box",
          worktree: join(root, ".worktrees", first.id),
          sessionId: first.sessionId,
          ptyPid: null,
          currentPhase: null,
          metadata: {},
          createdAt: first.createdAt,
          lastActivity: first.createdAt
        })
        assert.strictEqual(new Date(first.createdAt).toISOString(), first.createdAt)
        assert.strictEqual(
          yield* git(first.worktree, "symbolic-ref", "HEAD"),
          "refs/heads/feature/search-box"
        )
        assert.strictEqual(yield* git(first.worktree, "rev-parse", "HEAD"), head)
        assert.strictEqual(yield* git(root, "status", "--porcelain"), "")
        assert.deepStrictEqual(yield* snapshotOf(root), [first, made])

        const path = `/api/sessions/${first.sessionId}`
        const said = yield* ask(posting(`${path}/messages`, { role: "user", content: "Where were we?" }))
        assert.strictEqual(said.status, 201)
        const { messages, session } = yield* Effect.flatMap(ask({ path }), asConversation)
        assert.deepInclude(session, {
          title: "search-box",
          metadata: { workspaceId: first.id },
          status: "active"
        })
        assert.deepStrictEqual(
          messages.map(({ content }) => content),
          ["Where were we?"]
        )
      }).pipe(Effect.provide(serverOf(rootAt(root))))
    })
  )

  it.scoped("gives the next free name of the day to who names none", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      const [one, two, three] = yield* Effect.gen(function* () {
        const one = yield* api.create()
        const day = one.name.slice(0, -4)
        // A workspace has the second name, and a branch the third.
        yield* api.create({ name: `${day}-002`, branch: "anything" })
        yield* git(root, "branch", `feature/${day}-003`)
        const two = yield* api.create()
        yield* api.destroy(one.id)
        return [one, two, yield* api.create()] as const
      }).pipe(Effect.provide(serverOf(rootAt(root))))
      const day = one.createdAt.slice(0, 10)
      assert.deepStrictEqual([one.name, one.branch], [`feature-${day}-001`, `feature/feature-${day}-001`])
      assert.strictEqual(two.name, `feature-${two.createdAt.slice(0, 10)}-004`)
      // The branch of the first one is still there.
      assert.strictEqual(three.name, `feature-${three.createdAt.slice(0, 10)}-005`)
    })
  )

  it.scoped("refuses the fifth with those that could be closed, and takes it when one is closed", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      yield* Effect.gen(function* () {
        const made = yield* Effect.forEach(["a", "b", "c", "d"], (name) => api.create({ name }))
        const [first] = made
        assert(first !== undefined)
        yield* api.touch(first.id)
        const refused = yield* api.post({ name: "e" })
        assert.strictEqual(refused.status, 409)
        const { code, detail, maximum, sessions } = yield* decodeFull(refused.body)
        assert.deepStrictEqual(
          [code, detail, maximum],
          ["MAX_SESSIONS", "Maximum 4 sessions supported. Destroy a session to create a new one.", 4]
        )
        // The least recently active one first.
        assert.deepStrictEqual(
          sessions.map(({ name }) => name),
          ["b", "c", "d", "a"]
        )
        assert.deepStrictEqual(yield* git(root, "branch", "--list", "feature/e"), "")
        yield* api.destroy(first.id)
        assert.strictEqual((yield* api.create({ name: "e" })).name, "e")
        const { count, maximum: most } = yield* api.list
        assert.deepStrictEqual([count, most], [4, 4])
      }).pipe(Effect.provide(serverOf(rootAt(root))))
    })
  )

  it.scoped("admits as many as there may be of 20 at once", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      yield* Effect.gen(function* () {
        const replies = yield* Effect.replicateEffect(api.post(), 20, { concurrency: "unbounded" })
        const [refused, admitted] = Array.partition(replies, ({ status }) => status === 201)
        assert.lengthOf(admitted, 3)
        for (const { body, status, text } of refused) {
          assert.strictEqual(status, 409, text)
          assert.propertyVal(body, "code", "MAX_SESSIONS")
        }
        const { sessions } = yield* api.list
        assert.sameDeepMembers(
          [...sessions],
          admitted.map(({ body }) => body)
        )
        assert.deepStrictEqual(yield* snapshotOf(root), sessions)
        const folders = yield* Effect.promise(() => readdir(join(root, ".worktrees")))
        assert.sameMembers(
          folders,
          sessions.map(({ id }) => id)
        )
        const worktrees = yield* git(root, "worktree", "list", "--porcelain")
        assert.lengthOf(worktrees.match(/^worktree /gm) ?? [], 4)
        assert.lengthOf((yield* git(root, "branch", "--list", "feature/*")).split("\n"), 3)
      }).pipe(Effect.provide(serverOf(rootAt(root, 3))))
    })
  )

  it.scoped("takes a branch that is there, and refuses one that cannot be had", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      yield* git(root, "branch", "ready")
      yield* commit(root, "later")
      yield* Effect.gen(function* () {
        const ready = yield* api.create({ name: "ready", branch: "ready" })
        assert.notStrictEqual(
          yield* git(ready.worktree, "rev-parse", "HEAD"),
          yield* git(root, "rev-parse", "HEAD")
        )
        for (const [fields, problem] of [
          [{ name: "ready" }, { _tag: "WorkspaceExistsError", code: "CONFLICT", name: "ready" }],
          [{ branch: "main" }, { _tag: "BranchConflictError", branch: "main", reason: "checked-out" }],
          [{ branch: "ready" }, { _tag: "BranchConflictError", branch: "ready", reason: "checked-out" }],
          [
            { branch: "ready/more" },
            { _tag: "BranchConflictError", branch: "ready/more", reason: "name-taken" }
          ]
        ] as const) {
          const { body, status, text } = yield* api.post(fields)
          assert.strictEqual(status, 409, text)
          assert.deepInclude(body, problem)
        }
        assert.deepStrictEqual((yield* api.list).sessions, [ready])
        assert.deepStrictEqual(yield* Effect.promise(() => readdir(join(root, ".worktrees"))), [ready.id])
        assert.deepStrictEqual(yield* snapshotOf(root), [ready])
      }).pipe(Effect.provide(serverOf(rootAt(root))))
    })
  )
})
