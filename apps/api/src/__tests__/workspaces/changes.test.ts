import { access, mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { ask, posting } from "../../test-utils/exchange.ts"
import { commit, git, makeRepository } from "../../test-utils/git-repository.ts"
import { snapshotOf, workspaceCaller } from "../../test-utils/workspace-caller.ts"
import { onEveryStore, rootAt } from "../../test-utils/workspace-stores.ts"

const api = workspaceCaller(ask)

const isThere = (path: string) =>
  Effect.promise(() =>
    access(path).then(
      () => true,
      () => false
    )
  )

onEveryStore("a workspace", (it, serverOf) => {
  it.scoped("changes as it is said, and so does the snapshot file", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      yield* Effect.gen(function* () {
        const made = yield* api.create({ name: "search-box" })
        const steps = [
          { status: "waiting", ptyPid: 4_711, currentPhase: "tests", metadata: { a: 1, b: [] } },
          {},
          { metadata: { c: { d: null } } },
          { ptyPid: null },
          { currentPhase: null, status: "stopped" },
          { status: "error" },
          { status: "active", currentPhase: "👩‍👩‍👧‍👦 \u202Eright" },
          // What nobody knows, and what nobody can change.
          {
            name: "other",
            branch: "other",
            worktree: "/",
            id: "x",
            userId: "bob",
            sessionId: null,
            unknown: 1
          }
        ]
        let expected: object = made
        for (const step of steps) {
          const { lastActivity, ...changed } = yield* api.update(made.id, step)
          const known = "unknown" in step ? {} : step
          expected = { ...expected, ...known, lastActivity }
          assert.deepStrictEqual({ ...changed, lastActivity }, expected)
          assert.deepStrictEqual<unknown>(yield* api.get(made.id), expected)
          assert.deepStrictEqual<unknown>(yield* snapshotOf(root), [expected])
        }
      }).pipe(Effect.provide(serverOf(rootAt(root))))
    })
  )

  it.scoped("notes that something happened in it, and nothing else", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      yield* Effect.gen(function* () {
        const made = yield* api.create()
        yield* Effect.sleep("5 millis")
        const touched = yield* api.touch(made.id)
        assert.isAbove(Date.parse(touched.lastActivity), Date.parse(made.lastActivity))
        assert.deepStrictEqual(touched, { ...made, lastActivity: touched.lastActivity })
        const times = yield* Effect.replicateEffect(api.touch(made.id), 20, { concurrency: "unbounded" })
        const [last = ""] = times
          .map(({ lastActivity }) => lastActivity)
          .sort()
          .reverse()
        assert.deepStrictEqual(yield* snapshotOf(root), [{ ...made, lastActivity: last }])
      }).pipe(Effect.provide(serverOf(rootAt(root))))
    })
  )

  it.scoped("is destroyed with its worktree; its branch and its conversation stay", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      yield* Effect.gen(function* () {
        const [gone, kept] = [yield* api.create({ name: "gone" }), yield* api.create({ name: "kept" })]
        yield* commit(gone.worktree, "work")
        const head = yield* git(gone.worktree, "rev-parse", "HEAD")
        yield* api.destroy(gone.id)
        assert.isFalse(yield* isThere(gone.worktree))
        assert.isTrue(yield* isThere(kept.worktree))
        assert.strictEqual(yield* git(root, "rev-parse", "feature/gone"), head)
        assert.notInclude(yield* git(root, "worktree", "list"), gone.id)
        assert.strictEqual((yield* ask({ path: `/api/sessions/${gone.sessionId}` })).status, 200)
        assert.deepStrictEqual((yield* api.list).sessions, [kept])
        assert.deepStrictEqual(yield* snapshotOf(root), [kept])
        for (const reply of [
          yield* api.read(gone.id),
          yield* api.patch(gone.id, {}),
          yield* ask(posting(`/api/workspaces/${gone.id}/activity`, "")),
          yield* api.remove(gone.id),
          yield* api.remove(gone.id, "?force=true")
        ]) {
          assert.strictEqual(reply.status, 404)
          assert.deepStrictEqual(reply.body, (yield* api.read("unknown")).body)
        }
        // The name is free again, and the branch goes on where it was.
        const again = yield* api.create({ name: "gone" })
        assert.strictEqual(yield* git(again.worktree, "rev-parse", "HEAD"), head)
      }).pipe(Effect.provide(serverOf(rootAt(root))))
    })
  )

  it.scoped("is not destroyed with work that would be lost, unless that is said", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      yield* Effect.gen(function* () {
        const made = yield* api.create({ name: "work" })
        yield* Effect.promise(() => writeFile(join(made.worktree, "readme"), "changed"))
        yield* Effect.promise(() => mkdir(join(made.worktree, "new")))
        yield* Effect.promise(() => writeFile(join(made.worktree, "new", "file"), "new"))
        for (const query of ["", "?force=false"]) {
          const refused = yield* api.remove(made.id, query)
          assert.strictEqual(refused.status, 409, refused.text)
          assert.deepInclude(refused.body, {
            _tag: "UncommittedWorkError",
            code: "INVALID_STATE",
            workspaceId: made.id,
            changedFiles: 2,
            unnamedCommits: false
          })
        }
        yield* git(made.worktree, "add", ".")
        yield* git(made.worktree, "checkout", "--quiet", "--detach")
        yield* git(made.worktree, "commit", "--quiet", "--message", "unnamed")
        const unnamed = yield* api.remove(made.id)
        assert.deepInclude(unnamed.body, { changedFiles: 0, unnamedCommits: true })
        assert.deepStrictEqual(yield* api.get(made.id), made)
        assert.deepStrictEqual(yield* snapshotOf(root), [made])
        yield* api.destroy(made.id, "?force=true")
        assert.isFalse(yield* isThere(made.worktree))
        assert.deepStrictEqual(yield* snapshotOf(root), [])
      }).pipe(Effect.provide(serverOf(rootAt(root))))
    })
  )
})
