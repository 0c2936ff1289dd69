import { FileSystem } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { SessionRepository, type WorkspaceManager } from "@workspace/domain"
import { Effect, Option } from "effect"
import { atWork, idle, idsOf, lost } from "./manager/at-work.ts"
import {
  asAlice,
  asBob,
  logged,
  managerOf,
  newStore,
  savedIn,
  snapshotFile,
  trusted,
  world
} from "./manager/managed.ts"
import { git, newRepository } from "./manager/repositories.ts"

const withWorld = Effect.provide(world)

describe("a restore with a new database", () => {
  it.scoped("brings back what the snapshot file tells of", () =>
    Effect.gen(function* () {
      const { ids, root, workspaces } = yield* atWork
      const [a, b, c] = workspaces
      if (a === undefined || b === undefined || c === undefined) return assert.fail()
      yield* git(root, "worktree", "remove", "--force", b.worktree)
      yield* Effect.gen(function* () {
        const manager = yield* managerOf(root)
        const report = yield* manager.restore(trusted)
        assert.deepInclude(report, { source: "snapshot", snapshot: "read", lost: [ids[1]], adopted: [] })
        assert.deepStrictEqual(report.restored, [ids[0], ids[2]])
        assert.deepStrictEqual(
          new Map(report.sessions.map((workspace) => [workspace.id, workspace])),
          new Map([idle(a), lost(b), idle(c)].map((workspace) => [workspace.id, workspace]))
        )
        const sessions = yield* SessionRepository
        const { session } = yield* sessions.load(asAlice, Option.getOrThrow(a.sessionId))
        assert.deepInclude(session, { userId: a.userId, metadata: { workspaceId: a.id } })
        assert.deepStrictEqual(idsOf((yield* manager.list(asBob)).sessions), [c.id])
      }).pipe(Effect.provide(newStore))
    }).pipe(withWorld)
  )

  it.scoped("and no snapshot file makes workspaces of nobody of the worktrees", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const { ids, root } = yield* atWork
      yield* files.remove(snapshotFile(root))
      const lines = yield* logged(() =>
        Effect.gen(function* () {
          const manager = yield* managerOf(root)
          const report = yield* manager.restore(asBob)
          assert.deepInclude(report, { source: "worktrees", snapshot: "missing", restored: [], lost: [] })
          assert.deepStrictEqual(new Set(report.adopted), new Set(ids))
          assert.deepStrictEqual(report.sessions.map(({ name }) => name).sort(), ["a", "b", "c"])
          for (const { status, userId } of report.sessions) {
            assert.deepStrictEqual([status, userId], ["idle", Option.none()])
          }
        }).pipe(Effect.provide(newStore))
      )
      assert.deepInclude(
        lines.find(({ message }) => message === "There is no snapshot file"),
        { level: "WARN" }
      )
    }).pipe(withWorld)
  )

  it.scoped("and an unreadable snapshot file does so too, and keeps the file aside", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const { ids, root } = yield* atWork
      const whole = yield* files.readFileString(snapshotFile(root))
      const unreadable = [
        "",
        "\0\0\0\0",
        whole.slice(0, whole.length / 2),
        whole.replace('"1.0"', '"2.0"'),
        '{"version":"1.0"}',
        "[]"
      ]
      for (const text of unreadable) {
        yield* files.writeFileString(snapshotFile(root), text)
        yield* Effect.gen(function* () {
          const manager: WorkspaceManager["Type"] = yield* managerOf(root)
          const report = yield* manager.restore(trusted)
          assert.deepInclude(report, { source: "worktrees", snapshot: "unreadable" })
          assert.deepStrictEqual(new Set(report.adopted), new Set(ids))
          assert.lengthOf((yield* savedIn(root)).sessions, 3)
        }).pipe(Effect.provide(newStore))
      }
      const names = yield* files.readDirectory(root)
      assert.isNotEmpty(names.filter((name) => name.includes("unreadable")))
    }).pipe(withWorld)
  )

  it.scoped("and nothing at all tells of nothing", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const lines = yield* logged(() =>
        Effect.gen(function* () {
          const manager = yield* managerOf(root)
          assert.deepInclude(yield* manager.restore(trusted), {
            source: "worktrees",
            snapshot: "missing",
            sessions: []
          })
        })
      )
      assert.deepStrictEqual(
        lines.filter(({ level }) => level !== "DEBUG" && level !== "INFO"),
        []
      )
      assert.deepStrictEqual((yield* savedIn(root)).sessions, [])
    }).pipe(withWorld)
  )
})
