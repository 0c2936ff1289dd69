import { FileSystem } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import {
  BranchName,
  branchOf,
  type MadeInGit,
  Session,
  SessionId,
  UnavailableError,
  Workspace,
  WorkspaceId,
  WorkspaceName,
  WorkspaceRepository,
  WorkspaceSnapshots
} from "@workspace/domain"
import { slotsHeld } from "@workspace/domain/test-utils"
import { Context, DateTime, Effect, Exit, Layer, Option } from "effect"
import * as FileWorkspaceSnapshots from "../snapshot/file-workspace-snapshots.ts"
import {
  alice,
  asAlice,
  asBob,
  managerOf,
  named,
  newStore,
  onWorktrees,
  rootOf,
  savedIn,
  trusted,
  world
} from "./manager/managed.ts"
import { branches, folders, git, newRepository, worktreesOf } from "./manager/repositories.ts"

const withWorld = Effect.provide(world)

const died = Effect.dieMessage("Broken")
const away = Effect.die(new UnavailableError())

let made = 0

/** What a process leaves that is killed while it makes a workspace of Alice's. */
const halfMade = Effect.fnUntraced(function* (
  root: string,
  {
    branch = true,
    making = "branch",
    worktree = true
  }: {
    readonly making?: MadeInGit
    readonly branch?: boolean
    readonly worktree?: boolean
  } = {}
) {
  made += 1
  const name = WorkspaceName.make(`half-${made}`)
  const id = WorkspaceId.make(`3f0c1f5e-7a52-4d0b-9c3e-${String(made).padStart(12, "0")}`)
  const now = yield* DateTime.now
  const session = Session.start(SessionId.make(`session_1_${name}`), Option.some(alice), now)
  const workspace = new Workspace({
    id,
    userId: Option.some(alice),
    name,
    status: "active",
    branch: branch ? Option.some(branchOf(name)) : Option.none(),
    worktree: `${root}/.worktrees/${id}`,
    sessionId: Option.some(session.id),
    ptyPid: Option.none(),
    currentPhase: Option.none(),
    metadata: {},
    createdAt: now,
    lastActivity: now
  })
  const repository = yield* WorkspaceRepository
  yield* repository.add(yield* rootOf(root), workspace, { session, making })
  if (worktree) {
    yield* onWorktrees(root, (worktrees) =>
      worktrees.add({ id, branch: branchOf(name), making }, { follows: false })
    )
  }
  return workspace
})

describe("what was cut off", () => {
  it.scopedLive("while it was made is gone after a restore", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const row = yield* halfMade(root, { worktree: false })
      const whole = yield* halfMade(root)
      const unnamed = yield* halfMade(root, { branch: false })
      assert.strictEqual(yield* slotsHeld(yield* rootOf(root)), 3)
      const report = yield* (yield* managerOf(root)).restore(asAlice)
      assert.deepStrictEqual(new Set(report.removed), new Set([row.id, whole.id, unnamed.id]))
      assert.deepInclude(report, { source: "database", adopted: [], sessions: [] })
      assert.strictEqual(yield* slotsHeld(yield* rootOf(root)), 0)
      assert.deepStrictEqual(yield* worktreesOf(root), [])
      assert.deepStrictEqual(yield* folders(root), [])
      assert.deepStrictEqual(yield* branches(root), ["main"])
    }).pipe(withWorld)
  )

  it.scopedLive("while it was made is nobody else's business, and keeps what was there before it", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const name = `feature/half-${made + 1}`
      yield* git(root, "branch", name)
      yield* halfMade(root, { making: "worktree" })
      assert.deepStrictEqual((yield* (yield* managerOf(root)).restore(asBob)).removed, [])
      assert.deepStrictEqual(yield* branches(root), [name, "main"])
      assert.deepStrictEqual(yield* worktreesOf(root), [])
    }).pipe(withWorld)
  )

  it.scopedLive(
    "only in the store, which forgot the end of a creation that the snapshot file knows, is kept",
    () =>
      Effect.gen(function* () {
        const root = yield* newRepository
        const half = yield* halfMade(root)
        const whole = yield* halfMade(root)
        const snapshots = yield* FileWorkspaceSnapshots.layer({ root }).pipe(
          Layer.build,
          Effect.map(Context.get(WorkspaceSnapshots))
        )
        yield* snapshots.write(Effect.succeed([whole]))
        const manager = yield* managerOf(root)
        const report = yield* manager.restore(asAlice)
        assert.deepInclude(report, { source: "database", restored: [whole.id], removed: [half.id] })
        assert.deepStrictEqual(report.sessions, [whole.restored({ ...whole, status: "idle" })])
        assert.deepStrictEqual(yield* worktreesOf(root), [whole.worktree])
        const repository = yield* WorkspaceRepository
        assert.deepStrictEqual(yield* repository.unfinished(yield* rootOf(root)), [])
      }).pipe(withWorld)
  )

  it.scopedLive("while it was made, and cannot be undone yet, is neither seen nor adopted", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const half = yield* halfMade(root)
      const stuck = yield* managerOf(root, { worktrees: () => ({ discard: () => died }) })
      assert.deepInclude(yield* stuck.restore(trusted), { removed: [], adopted: [], sessions: [] })
      assert.deepStrictEqual(yield* worktreesOf(root), [half.worktree])
      // Until then it has its slot and its name.
      const branch = BranchName.make("other")
      const taken = yield* Effect.flip(stuck.create(asAlice, { name: half.name, branch }))
      assert.deepInclude(taken, { reason: "busy" })
      const small = yield* managerOf(root, { limit: 1, worktrees: () => ({ discard: () => died }) })
      const full = yield* Effect.flip(small.create(asAlice, named("other")))
      assert.deepInclude(full, { maximum: 1, sessions: [] })
      assert.deepStrictEqual((yield* (yield* managerOf(root)).restore(trusted)).removed, [half.id])
      assert.deepStrictEqual(yield* worktreesOf(root), [])
    }).pipe(withWorld)
  )

  it.scopedLive("after the worktree was retired is destroyed by the next restore", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root, { repository: () => ({ remove: () => away }) })
      const a = yield* manager.create(asAlice, named("a"))
      const b = yield* manager.create(asAlice, named("b"))
      assert.isTrue(Exit.isFailure(yield* Effect.exit(manager.destroy(asAlice, a.id, { force: false }))))
      assert.deepStrictEqual(yield* folders(root), [`.removing-${a.id}`, b.id].sort())
      const next = yield* managerOf(root)
      const report = yield* next.restore(asBob)
      assert.deepInclude(report, { removed: [], lost: [], sessions: [] })
      const idle = b.restored({ ...b, status: "idle" })
      assert.deepStrictEqual((yield* next.list(trusted)).sessions, [idle])
      assert.deepStrictEqual((yield* savedIn(root)).sessions, [idle])
      assert.deepStrictEqual(yield* folders(root), [b.id])
      assert.deepStrictEqual(yield* branches(root), ["feature/a", "feature/b", "main"])
    }).pipe(withWorld)
  )

  it.scopedLive("after that is not brought back by the snapshot file, and is named to its owner", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root, { repository: () => ({ remove: () => away }) })
      const a = yield* manager.create(asAlice, named("a"))
      yield* Effect.exit(manager.destroy(asAlice, a.id, { force: false }))
      assert.lengthOf((yield* savedIn(root)).sessions, 1)
      yield* Effect.gen(function* () {
        const report = yield* (yield* managerOf(root)).restore(trusted)
        assert.deepInclude(report, { source: "snapshot", removed: [a.id], lost: [], sessions: [] })
        assert.deepStrictEqual(yield* folders(root), [])
      }).pipe(Effect.provide(newStore))
      const report = yield* (yield* managerOf(root)).restore(asAlice)
      assert.deepInclude(report, { source: "database", removed: [], lost: [a.id] })
    }).pipe(withWorld)
  )

  it.scopedLive("after that is destroyed by a repetition, too", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      let isAway = true
      const manager = yield* managerOf(root, {
        repository: (real) => ({ remove: (...all) => (isAway ? away : real.remove(...all)) })
      })
      const { id } = yield* manager.create(asAlice, named("a"))
      assert.isTrue(Exit.isFailure(yield* Effect.exit(manager.destroy(asAlice, id, { force: false }))))
      isAway = false
      yield* manager.destroy(asAlice, id, { force: false })
      assert.strictEqual((yield* manager.list(trusted)).count, 0)
      assert.deepStrictEqual(yield* folders(root), [])
    }).pipe(withWorld)
  )

  it.scopedLive.each(["create", "destroy"] as const)(
    "after that is destroyed before the next workspace is made or destroyed: %s",
    (next) =>
      Effect.gen(function* () {
        const root = yield* newRepository
        let isAway = false
        const manager = yield* managerOf(root, {
          repository: (real) => ({
            remove: (...all) => Effect.tap(real.remove(...all), () => (isAway ? away : Effect.void))
          })
        })
        const a = yield* manager.create(asAlice, named("a"))
        const b = yield* manager.create(asAlice, named("b"))
        isAway = true
        assert.isTrue(Exit.isFailure(yield* Effect.exit(manager.destroy(asAlice, a.id, { force: false }))))
        // It may be gone, and so it is in the file.
        assert.deepStrictEqual((yield* savedIn(root)).sessions, [b])
        assert.sameMembers([...(yield* folders(root))], [`.removing-${a.id}`, b.id])
        isAway = false
        if (next === "create") yield* manager.create(asAlice, named("c"))
        else yield* manager.destroy(asAlice, b.id, { force: false })
        assert.notInclude(yield* folders(root), `.removing-${a.id}`)
      }).pipe(withWorld)
  )

  it.scopedLive("after that is not made again under its id before nothing is left of it", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root, { worktrees: () => ({ clear: () => died }) })
      const { id } = yield* manager.create(asAlice, named("a"))
      yield* manager.destroy(asAlice, id, { force: false })
      const again = { ...named("a"), id }
      assert.deepInclude(yield* Effect.flip(manager.create(asAlice, again)), { reason: "busy" })
      assert.strictEqual((yield* (yield* managerOf(root)).create(asAlice, again)).id, id)
    }).pipe(withWorld)
  )

  it.scopedLive("keeps its mark for as long as the snapshot file tells of it", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      let isFull = false
      const manager = yield* managerOf(root, {
        snapshots: (real) => ({ write: (read) => (isFull ? died : real.write(read)) })
      })
      const { id } = yield* manager.create(asAlice, named("a"))
      isFull = true
      yield* manager.destroy(asAlice, id, { force: false })
      // The room that it took is free all the same.
      const files = yield* FileSystem.FileSystem
      assert.deepStrictEqual(yield* folders(root), [`.removing-${id}`])
      assert.deepStrictEqual(yield* files.readDirectory(`${root}/.worktrees/.removing-${id}`), [])
      assert.deepStrictEqual(yield* worktreesOf(root), [])
      assert.lengthOf((yield* savedIn(root)).sessions, 1)
      const report = yield* (yield* managerOf(root)).restore(trusted)
      assert.deepInclude(report, { removed: [id], lost: [], sessions: [] })
      assert.deepStrictEqual(yield* folders(root), [])
      assert.deepStrictEqual((yield* savedIn(root)).sessions, [])
    }).pipe(withWorld)
  )

  it.scopedLive("and was made again by hand is not marked", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      let isFull = false
      const manager = yield* managerOf(root, {
        snapshots: (real) => ({ write: (read) => (isFull ? died : real.write(read)) }),
        worktrees: (real) => ({
          clear: (id) =>
            Effect.zipRight(
              real.clear(id),
              git(root, "worktree", "add", "-q", "-b", "own", `.worktrees/${id}`)
            )
        })
      })
      const { id } = yield* manager.create(asAlice, named("a"))
      isFull = true
      yield* manager.destroy(asAlice, id, { force: false })
      assert.deepStrictEqual(yield* folders(root), [id])
    }).pipe(withWorld)
  )

  it.scopedLive("is removed by a later one where it cannot be yet", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root, {
        repository: () => ({ remove: () => died })
      })
      const { id } = yield* manager.create(asAlice, named("a"))
      yield* Effect.exit(manager.destroy(asAlice, id, { force: false }))
      const report = yield* manager.restore(trusted)
      assert.deepInclude(report, { removed: [], lost: [] })
      const keeping = yield* managerOf(root, { worktrees: () => ({ clear: () => died }) })
      assert.deepInclude(yield* keeping.restore(trusted), { removed: [id], sessions: [] })
      assert.deepStrictEqual(yield* folders(root), [`.removing-${id}`])
      assert.deepStrictEqual((yield* (yield* managerOf(root)).restore(trusted)).removed, [id])
      assert.deepStrictEqual(yield* folders(root), [])
    }).pipe(withWorld)
  )
})
