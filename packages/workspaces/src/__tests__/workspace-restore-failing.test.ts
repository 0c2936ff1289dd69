import { FileSystem } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { UnavailableError, WorkspacesUnavailableError } from "@workspace/domain"
import { Effect, Exit, Option } from "effect"
import { idle, lost } from "./manager/at-work.ts"
import {
  asAlice,
  asBob,
  logged,
  managerOf,
  named,
  newStore,
  savedIn,
  snapshotFile,
  trusted,
  world
} from "./manager/managed.ts"
import { git, newFolder, newRepository } from "./manager/repositories.ts"

const withWorld = Effect.provide(world)

const died = Effect.dieMessage("Broken")
const away = Effect.die(new UnavailableError())

/** Three workspaces, and their root. */
const three = Effect.gen(function* () {
  const root = yield* newRepository
  const manager = yield* managerOf(root)
  const workspaces = yield* Effect.forEach(["a", "b", "c"], (name) => manager.create(asAlice, named(name)))
  return { root, workspaces, ids: workspaces.map(({ id }) => id) }
})

describe("a restore", () => {
  it.scopedLive("leaves one that fails, and brings back the others", () =>
    Effect.gen(function* () {
      const { ids, root } = yield* three
      const manager = yield* managerOf(root, {
        repository: (real) => ({
          restore: (...all) => (all[1].name === "b" ? died : real.restore(...all))
        })
      })
      const lines = yield* logged(() =>
        Effect.gen(function* () {
          const report = yield* manager.restore(asAlice)
          assert.deepStrictEqual(
            report.restored,
            ids.filter((id) => id !== ids[1])
          )
          assert.deepStrictEqual(
            report.sessions.map(({ status }) => status),
            ["idle", "active", "idle"]
          )
        })
      )
      const warning = lines.find(({ level }) => level === "WARN")
      assert.deepInclude(warning, {
        message: "A workspace could not be restored, and is left as it is",
        workspaceId: ids[1],
        name: "b"
      })
    }).pipe(withWorld)
  )

  it.scopedLive("leaves a worktree for which there is no place in the store", () =>
    Effect.gen(function* () {
      const { ids, root, workspaces } = yield* three
      yield* Effect.gen(function* () {
        const manager = yield* managerOf(root, {
          repository: () => ({ add: () => Effect.succeed("present") })
        })
        assert.deepInclude(yield* manager.restore(trusted), { restored: [], adopted: [], sessions: [] })
        // The file goes on telling of them, so that they are nobody else's when there is a place.
        assert.deepStrictEqual((yield* savedIn(root)).sessions, workspaces)
        const next = yield* (yield* managerOf(root)).restore(trusted)
        assert.deepStrictEqual(new Set(next.restored), new Set(ids))
        assert.deepStrictEqual(next.sessions, (yield* savedIn(root)).sessions)
        assert.deepStrictEqual(next.adopted, [])
      }).pipe(Effect.provide(newStore))
    }).pipe(withWorld)
  )

  it.scopedLive("of which nothing can be written keeps at it, and brings back all the same", () =>
    Effect.gen(function* () {
      const { root } = yield* three
      let isFull = true
      const manager = yield* managerOf(root, {
        snapshots: (real) => ({ write: (read) => (isFull ? died : real.write(read)) })
      })
      assert.lengthOf((yield* manager.restore(trusted)).restored, 3)
      assert.strictEqual((yield* savedIn(root)).sessions[0]?.status, "active")
      isFull = false
      yield* manager.restore(trusted)
      assert.strictEqual((yield* savedIn(root)).sessions[0]?.status, "idle")
    }).pipe(withWorld)
  )

  it.scopedLive("fails without the store, and leaves the snapshot file alone", () =>
    Effect.gen(function* () {
      const { root, workspaces } = yield* three
      yield* Effect.gen(function* () {
        let added = 0
        const manager = yield* managerOf(root, {
          repository: (real) => ({
            add: (...all) => Effect.suspend(() => (++added > 1 ? away : real.add(...all)))
          })
        })
        assert.isTrue(Exit.isFailure(yield* Effect.exit(manager.restore(trusted))))
        assert.deepStrictEqual((yield* savedIn(root)).sessions, workspaces)
        // Nor is a change of what there is already made before all is back.
        const [first] = (yield* manager.list(trusted)).sessions
        assert.isDefined(first)
        if (first === undefined) return
        assert.isTrue(Exit.isFailure(yield* Effect.exit(manager.touch(asAlice, first.id))))
        assert.deepStrictEqual((yield* savedIn(root)).sessions, workspaces)

        const next = yield* managerOf(root)
        const { adopted, restored, sessions } = yield* next.restore(trusted)
        assert.lengthOf(restored, 3)
        assert.deepStrictEqual(adopted, [])
        assert.deepStrictEqual(
          new Set(sessions.map(({ id, name }) => [id, name].join())),
          new Set(workspaces.map(({ id, name }) => [id, name].join()))
        )
      }).pipe(Effect.provide(newStore))
    }).pipe(withWorld)
  )

  it.scopedLive("that did not take place yet comes before what is made or destroyed", () =>
    Effect.gen(function* () {
      const { ids, root } = yield* three
      yield* Effect.gen(function* () {
        const manager = yield* managerOf(root)
        yield* manager.create(asAlice, named("d"))
        assert.strictEqual((yield* manager.list(asAlice)).count, 4)
        assert.deepStrictEqual(
          new Set((yield* savedIn(root)).sessions.map(({ name }) => name)),
          new Set(["a", "b", "c", "d"])
        )
        const next = yield* managerOf(root)
        const [first] = ids
        if (first === undefined) return assert.fail()
        yield* next.destroy(asAlice, first, { force: false })
        assert.deepStrictEqual(
          new Set((yield* next.list(asAlice)).sessions.map(({ name, status }) => `${name} ${status}`)),
          new Set(["b idle", "c idle", "d idle"])
        )
      }).pipe(Effect.provide(newStore))
    }).pipe(withWorld)
  )

  it.scopedLive("that failed at first comes before what is changed, and takes nothing of that back", () =>
    Effect.gen(function* () {
      const { ids, root } = yield* three
      const [a, b] = ids
      if (a === undefined || b === undefined) return assert.fail()
      let isBusy = true
      const manager = yield* managerOf(root, {
        worktrees: (real) => ({
          exclusively: (effect) =>
            Effect.suspend(() =>
              isBusy ? new WorkspacesUnavailableError({ reason: "busy" }) : real.exclusively(effect)
            )
        })
      })
      const busy = new WorkspacesUnavailableError({ reason: "busy" })
      assertEquals(yield* Effect.flip(manager.restoreOnce), busy)
      assertEquals(yield* Effect.flip(manager.update(asAlice, a, { status: "waiting" })), busy)
      assertEquals(yield* Effect.flip(manager.touch(asAlice, a)), busy)
      isBusy = false
      yield* manager.update(asAlice, a, { status: "waiting", ptyPid: Option.some(77) })
      const statuses = Effect.map(savedIn(root), ({ sessions }) => sessions.map(({ status }) => status))
      assert.deepStrictEqual(yield* statuses, ["waiting", "idle", "idle"])
      yield* manager.update(asAlice, b, { status: "stopped" })
      yield* manager.restoreOnce
      yield* manager.create(asBob, named("d"))
      assert.deepStrictEqual(yield* statuses, ["waiting", "stopped", "idle", "active"])
      assert.deepStrictEqual((yield* manager.get(asAlice, a)).ptyPid, Option.some(77))
      assert.deepStrictEqual((yield* savedIn(root)).sessions, (yield* manager.list(trusted)).sessions)
    }).pipe(withWorld)
  )

  it.scopedLive.each(["interrupted", "broken"] as const)(
    "from the snapshot file that is %s after any of its steps loses nothing, also of what has no worktree",
    (how) =>
      Effect.gen(function* () {
        const { root, workspaces } = yield* three
        const [a, b, c] = workspaces
        if (a === undefined || b === undefined || c === undefined) return assert.fail()
        for (const { worktree } of [a, b]) yield* git(root, "worktree", "remove", "--force", worktree)
        const text = yield* savedIn(root)
        const files = yield* FileSystem.FileSystem
        const file = yield* files.readFileString(snapshotFile(root))
        for (const last of [1, 2, 3]) {
          yield* files.writeFileString(snapshotFile(root), file)
          yield* Effect.gen(function* () {
            let added = 0
            const manager = yield* managerOf(root, {
              repository: (real) => ({
                add: (...all) =>
                  Effect.tap(real.add(...all), () => {
                    added += 1
                    return added === last ? (how === "broken" ? away : Effect.interrupt) : Effect.void
                  })
              })
            })
            assert.isTrue(Exit.isFailure(yield* Effect.exit(manager.restore(trusted))))
            assert.lengthOf((yield* manager.list(trusted)).sessions, last)
            assert.deepStrictEqual((yield* savedIn(root)).sessions, text.sessions)
            const { sessions } = yield* (yield* managerOf(root)).restore(trusted)
            assert.deepStrictEqual(
              new Map(sessions.map((workspace) => [workspace.id, workspace])),
              new Map([lost(a), lost(b), idle(c)].map((workspace) => [workspace.id, workspace]))
            )
            assert.deepStrictEqual((yield* savedIn(root)).sessions, sessions)
          }).pipe(Effect.provide(newStore))
        }
      }).pipe(withWorld)
  )

  it.scopedLive(
    "from the snapshot file keeps in it what the store would not take, whoever writes it then",
    () =>
      Effect.gen(function* () {
        const { ids, root, workspaces } = yield* three
        const [a, b, c] = workspaces
        if (a === undefined || b === undefined || c === undefined) return assert.fail()
        yield* git(root, "worktree", "remove", "--force", a.worktree)
        yield* Effect.gen(function* () {
          const manager = yield* managerOf(root, {
            repository: (real) => ({
              add: (...all) => (["a", "b"].includes(all[1].name) ? died : real.add(...all))
            })
          })
          const report = yield* manager.restore(asBob)
          assert.deepInclude(report, { restored: [], adopted: [], lost: [], sessions: [] })
          const made = yield* manager.create(asBob, named("d"))
          yield* manager.update(asBob, made.id, { status: "waiting" })
          assert.sameMembers(
            (yield* savedIn(root)).sessions.map(({ name, status }) => `${name} ${status}`),
            ["a active", "b active", "c idle", "d waiting"]
          )
          const next = yield* (yield* managerOf(root)).restore(asAlice)
          assert.sameMembers([...next.restored, ...next.lost], ids)
          assert.deepStrictEqual(next.adopted, [])
        }).pipe(Effect.provide(newStore))
      }).pipe(withWorld)
  )

  it.scopedLive("from the snapshot file brings one back under another name where its own is taken", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const { root, workspaces } = yield* three
      const [a] = workspaces
      if (a === undefined) return assert.fail()
      yield* git(root, "worktree", "remove", "--force", a.worktree)
      const file = yield* files.readFileString(snapshotFile(root))
      yield* Effect.gen(function* () {
        yield* files.remove(snapshotFile(root))
        const manager = yield* managerOf(root)
        yield* manager.create(asBob, { name: a.name })
        yield* files.writeFileString(snapshotFile(root), file)
        const { lost, sessions } = yield* (yield* managerOf(root)).restore(trusted)
        assert.deepStrictEqual(lost, [a.id])
        const again = sessions.find(({ id }) => id === a.id)
        assert.match(again?.name ?? "", /^feature-.*-001$/)
        assert.deepStrictEqual(again?.userId, a.userId)
      }).pipe(Effect.provide(newStore))
    }).pipe(withWorld)
  )

  it.scopedLive("is refused where there is no repository, until there is one", () =>
    Effect.gen(function* () {
      const root = yield* newFolder
      const manager = yield* managerOf(root)
      const calls: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
        manager.restore(trusted),
        manager.list(trusted),
        manager.create(asBob, {}),
        (yield* managerOf(`${root}/missing`)).restore(trusted)
      ]
      for (const call of calls) {
        assertEquals(yield* Effect.flip(call), new WorkspacesUnavailableError({ reason: "not-a-repository" }))
      }
      yield* git(root, "init", "-q")
      assert.deepStrictEqual((yield* manager.restore(trusted)).sessions, [])
      assert.strictEqual((yield* manager.create(asBob, named("a"))).name, "a")
    }).pipe(withWorld)
  )
})
