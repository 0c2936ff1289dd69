import { FileSystem } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { SessionRepository } from "@workspace/domain"
import { Effect, Option } from "effect"
import { atWork, idle, lost } from "./manager/at-work.ts"
import { asAlice, asBob, managerOf, savedIn, snapshotFile, trusted, world } from "./manager/managed.ts"
import { git, worktreesOf } from "./manager/repositories.ts"

const withWorld = Effect.provide(world)

describe("a restore from the database", () => {
  it.scoped("brings all back as idle, without a process, and else as they were", () =>
    Effect.gen(function* () {
      const { ids, root, workspaces } = yield* atWork
      const manager = yield* managerOf(root)
      const report = yield* manager.restore(trusted)
      assert.deepInclude(report, {
        source: "database",
        snapshot: "read",
        restored: ids,
        adopted: [],
        lost: [],
        removed: [],
        leftAlone: []
      })
      assert.deepStrictEqual(report.sessions, workspaces.map(idle))
      assert.deepStrictEqual((yield* manager.list(trusted)).sessions, workspaces.map(idle))
      assert.deepStrictEqual((yield* savedIn(root)).sessions, workspaces.map(idle))
    }).pipe(withWorld)
  )

  it.scoped("changes nothing the second time, and says the same", () =>
    Effect.gen(function* () {
      const { root } = yield* atWork
      yield* git(root, "worktree", "add", "-q", "-b", "own", "own")
      const manager = yield* managerOf(root)
      const first = yield* manager.restore(trusted)
      const second = yield* manager.restore(trusted)
      assert.deepStrictEqual(second.sessions, first.sessions)
      assert.deepStrictEqual(new Set(second.restored), new Set([...first.restored, ...first.adopted]))
      assert.deepStrictEqual(second.adopted, [])
      const third = yield* manager.restore(trusted)
      assert.deepStrictEqual(third, second)
    }).pipe(withWorld)
  )

  it.scoped("says of one whose worktree is gone that it is in error, until it is back", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const { ids, root, workspaces } = yield* atWork
      const [a, b, c] = workspaces
      assert.isDefined(a)
      if (a === undefined || b === undefined || c === undefined) return
      yield* files.rename(a.worktree, `${root}-aside`)
      yield* git(root, "worktree", "remove", "--force", b.worktree)
      const manager = yield* managerOf(root)
      const report = yield* manager.restore(trusted)
      assert.deepStrictEqual(report.lost, [ids[0], ids[1]])
      assert.deepStrictEqual(report.restored, [ids[2]])
      assert.deepStrictEqual(report.sessions, [lost(a), lost(b), idle(c)])
      yield* files.rename(`${root}-aside`, a.worktree)
      yield* git(root, "worktree", "add", "-q", b.worktree, "feature/b")
      assert.deepStrictEqual((yield* manager.restore(trusted)).sessions, [idle(a), idle(b), idle(c)])
    }).pipe(withWorld)
  )

  it.scoped("finds what was moved by itself or with the root, and the branch that it has by now", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const { root, workspaces } = yield* atWork
      const [a, b, c] = workspaces
      if (a === undefined || b === undefined || c === undefined) return assert.fail()
      yield* git(root, "worktree", "move", a.worktree, `${root}/moved`)
      yield* git(b.worktree, "checkout", "-q", "-b", "other")
      yield* git(c.worktree, "checkout", "-q", "--detach")
      const there = `${root}-there`
      yield* Effect.acquireRelease(files.rename(root, there), () => Effect.orDie(files.rename(there, root)))
      const manager = yield* managerOf(there)
      const { adopted, lost, sessions } = yield* manager.restore(trusted)
      assert.deepStrictEqual([adopted, lost], [[], []])
      assert.deepStrictEqual(
        sessions.map(({ branch, id, status, worktree }) => ({ branch, id, status, worktree })),
        [
          { ...a, worktree: `${there}/moved` },
          { ...b, branch: Option.some("other"), worktree: `${there}/.worktrees/${b.id}` },
          { ...c, branch: Option.none(), worktree: `${there}/.worktrees/${c.id}` }
        ].map(({ branch, id, worktree }) => ({ branch, id, status: "idle" as const, worktree }))
      )
      assert.lengthOf(yield* worktreesOf(there), 3)
    }).pipe(withWorld)
  )

  it.scoped("makes a conversation where it was deleted", () =>
    Effect.gen(function* () {
      const { root, workspaces } = yield* atWork
      const [a] = workspaces
      if (a === undefined) return assert.fail()
      const sessions = yield* SessionRepository
      yield* sessions.remove(asAlice, Option.getOrThrow(a.sessionId))
      const manager = yield* managerOf(root)
      assert.deepStrictEqual((yield* manager.get(asAlice, a.id)).sessionId, Option.none())
      yield* manager.restore(trusted)
      const { sessionId } = yield* manager.get(asAlice, a.id)
      const { session } = yield* sessions.load(asAlice, Option.getOrThrow(sessionId))
      assert.deepInclude(session, { userId: a.userId, metadata: { workspaceId: a.id } })
    }).pipe(withWorld)
  )

  it.scoped("of a user leaves those of others as they are, and says nothing of them", () =>
    Effect.gen(function* () {
      const { ids, root, workspaces } = yield* atWork
      const [a, b, c] = workspaces
      if (a === undefined || b === undefined || c === undefined) return assert.fail()
      const manager = yield* managerOf(root)
      yield* manager.restore(trusted)
      for (const { id } of workspaces) yield* manager.update(trusted, id, { status: "active" })
      yield* git(root, "worktree", "remove", "--force", a.worktree)
      const report = yield* manager.restore(asBob)
      assert.deepInclude(report, { restored: [ids[2]], lost: [], sessions: [idle(c)] })
      assert.deepStrictEqual(
        (yield* manager.list(trusted)).sessions.map(({ status }) => status),
        ["active", "active", "idle"]
      )
      assert.deepStrictEqual((yield* manager.restore(asAlice)).lost, [ids[0]])
      assert.deepStrictEqual((yield* manager.list(trusted)).sessions, [lost(a), idle(b), idle(c)])
    }).pipe(withWorld)
  )

  it.scoped("of a user is everybody's where there was none since the process began", () =>
    Effect.gen(function* () {
      const { ids, root, workspaces } = yield* atWork
      const [, , c] = workspaces
      if (c === undefined) return assert.fail()
      const manager = yield* managerOf(root)
      assert.deepInclude(yield* manager.restore(asBob), { restored: [ids[2]], sessions: [idle(c)] })
      assert.deepStrictEqual((yield* manager.list(trusted)).sessions, workspaces.map(idle))
    }).pipe(withWorld)
  )

  it.scoped("keeps what it cannot read aside, and writes the file anew", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const { root, workspaces } = yield* atWork
      yield* files.writeFileString(snapshotFile(root), '{"version":"1.0","sess')
      const manager = yield* managerOf(root)
      const report = yield* manager.restore(trusted)
      assert.deepInclude(report, { source: "database", snapshot: "unreadable" })
      assert.deepStrictEqual((yield* savedIn(root)).sessions, workspaces.map(idle))
      const kept = (yield* files.readDirectory(root)).filter((name) => name.includes("unreadable"))
      assert.lengthOf(kept, 1)
      assert.strictEqual(yield* files.readFileString(`${root}/${kept.join()}`), '{"version":"1.0","sess')
      yield* files.remove(snapshotFile(root))
      assert.strictEqual((yield* manager.restore(trusted)).snapshot, "missing")
      assert.lengthOf((yield* savedIn(root)).sessions, 3)
    }).pipe(withWorld)
  )
})
