import { readdir, rm, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert } from "@effect/vitest"
import { Effect, Option } from "effect"
import { ask } from "../../test-utils/exchange.ts"
import { git, initialize, makeFolder, makeRepository } from "../../test-utils/git-repository.ts"
import { snapshotName, snapshotOf, workspaceCaller } from "../../test-utils/workspace-caller.ts"
import { onEveryStore, rootAt } from "../../test-utils/workspace-stores.ts"

const api = workspaceCaller(ask)

onEveryStore("restoring workspaces", (it, serverOf) => {
  it.scoped("brings them back on demand, and tells what it did", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      yield* Effect.gen(function* () {
        const [kept, lost] = [yield* api.create({ name: "kept" }), yield* api.create({ name: "lost" })]
        yield* api.update(kept.id, { ptyPid: 1, status: "active", currentPhase: "tests" })
        yield* Effect.promise(() => rm(lost.worktree, { recursive: true }))
        yield* git(root, "worktree", "add", "-b", "feature/found", join(root, "elsewhere"))
        yield* git(root, "worktree", "add", "--detach", `${root}-outside`)
        const restore = yield* api.restore
        const [found = ""] = restore.adopted
        assert.deepStrictEqual(restore, {
          source: "database",
          snapshot: "read",
          restored: [kept.id],
          adopted: [found],
          lost: [lost.id],
          removed: [],
          leftAlone: [`${root}-outside`],
          sessions: restore.sessions
        })
        assert.deepStrictEqual(restore.sessions.slice(0, 2), [
          { ...kept, status: "idle", ptyPid: null, currentPhase: "tests" },
          { ...lost, status: "error" }
        ])
        assert.deepInclude(restore.sessions[2], {
          id: found,
          name: "found",
          status: "idle",
          branch: "feature/found",
          worktree: join(root, "elsewhere")
        })
        assert.deepStrictEqual(yield* snapshotOf(root), restore.sessions)
        assert.deepStrictEqual((yield* api.list).sessions, restore.sessions)
      }).pipe(Effect.provide(serverOf(rootAt(root))))
    })
  )

  it.scoped("is done by a start; a start of another database takes them from the snapshot file", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      const made = yield* Effect.gen(function* () {
        const { id } = yield* api.create({ name: "one" })
        return yield* api.update(id, { ptyPid: 1, metadata: { a: 1 } })
      }).pipe(Effect.provide(serverOf(rootAt(root))))
      // In memory every server has a store of its own.
      yield* Effect.gen(function* () {
        const { sessions } = yield* api.list
        assert.deepStrictEqual(sessions, [
          { ...made, status: "idle", ptyPid: null, sessionId: sessions[0]?.sessionId ?? null }
        ])
        assert.deepStrictEqual(yield* snapshotOf(root), sessions)
      }).pipe(Effect.provide(serverOf(rootAt(root))))
    })
  )

  it.scoped("never fails a start, whatever is in the place of the snapshot file", () =>
    Effect.gen(function* () {
      const whole = JSON.stringify({ version: "1.0", sessions: [] })
      const contents: ReadonlyArray<string | Buffer> = [
        "",
        whole.slice(0, -3),
        "not JSON",
        "null",
        "[]",
        '{"version":"2.0","sessions":[]}',
        '{"version":"1.0","sessions":{}}',
        '{"version":"1.0","sessions":[1,{"id":"../../x"}]}',
        "[".repeat(100_000),
        Buffer.from([0xff, 0xfe, 0x00])
      ]
      yield* Effect.forEach(
        contents,
        (content) =>
          Effect.gen(function* () {
            const root = yield* makeRepository
            yield* git(root, "worktree", "add", "-b", "feature/found", join(root, ".worktrees", "found"))
            yield* Effect.promise(() => writeFile(join(root, snapshotName), content))
            yield* Effect.gen(function* () {
              const { sessions } = yield* api.list
              assert.deepStrictEqual(
                sessions.map(({ name, status }) => [name, status]),
                [["found", "idle"]]
              )
              assert.deepStrictEqual(yield* snapshotOf(root), sessions)
              const { source } = yield* api.restore
              assert.strictEqual(source, "database")
            }).pipe(Effect.provide(serverOf(rootAt(root))))
            const files = yield* Effect.promise(() => readdir(root))
            assert.isTrue(
              files.some((file) => file.startsWith(`${snapshotName}.`)),
              files.join()
            )
          }).pipe(Effect.scoped),
        { concurrency: 2 }
      )
    })
  )

  it.scoped("follows no link and reads no folder in the place of the snapshot file", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      const elsewhere = join(`${root}-elsewhere`)
      yield* Effect.promise(() => writeFile(elsewhere, "a secret"))
      yield* Effect.promise(() => symlink(elsewhere, join(root, snapshotName)))
      yield* Effect.gen(function* () {
        const made = yield* api.create()
        assert.deepStrictEqual(yield* snapshotOf(root), [made])
      }).pipe(Effect.provide(serverOf(rootAt(root))))
    })
  )

  it.scoped("comes about without a restart once the root is a repository", () =>
    Effect.gen(function* () {
      const { root } = yield* makeFolder
      yield* Effect.gen(function* () {
        for (const reply of [
          yield* api.post({ name: "early" }),
          yield* ask({ path: "/api/workspaces" }),
          yield* ask({ method: "POST", path: "/api/workspaces/restore" })
        ]) {
          assert.strictEqual(reply.status, 503, reply.text)
          assert.strictEqual(reply.headers["content-type"], "application/problem+json")
          assert.deepInclude(reply.body, {
            _tag: "WorkspacesUnavailableError",
            code: "UNAVAILABLE",
            reason: "not-a-repository"
          })
        }
        yield* initialize(root)
        const made = yield* api.create({ name: "first" })
        assert.strictEqual(yield* git(made.worktree, "symbolic-ref", "HEAD"), "refs/heads/feature/first")
        assert.deepStrictEqual(yield* snapshotOf(root), [made])
      }).pipe(Effect.provide(serverOf(rootAt(root))))
    })
  )

  it.scoped("leaves the conversations alone where there is no root", () =>
    Effect.gen(function* () {
      const { text } = yield* ask({ path: "/api/workspaces" })
      assert.include(text, '"reason":"not-configured"')
      assert.strictEqual((yield* ask({ path: "/api/sessions" })).status, 200)
    }).pipe(Effect.provide(serverOf({ ...rootAt(""), root: Option.none() })))
  )
})
