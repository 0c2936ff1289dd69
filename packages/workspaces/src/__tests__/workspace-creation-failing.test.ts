import { FileSystem } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import {
  UnavailableError,
  WorkspaceExistsError,
  WorkspaceId,
  type WorkspaceManager,
  WorkspaceName,
  type WorkspaceRepository,
  type WorkspaceSnapshots,
  WorkspacesUnavailableError,
  type Worktrees
} from "@workspace/domain"
import { slotsHeld } from "@workspace/domain/test-utils"
import { Effect, Exit, Fiber } from "effect"
import { asAlice, asBob, managerOf, named, rootOf, trusted, world } from "./manager/managed.ts"
import { branches, folders, git, newRepository, worktreesOf } from "./manager/repositories.ts"

const withWorld = Effect.provide(world)

const broken = Effect.dieMessage("Broken")
const away = Effect.die(new UnavailableError())

/** Nothing is there of any workspace. */
const nothingIsLeft = Effect.fnUntraced(function* (root: string) {
  assert.strictEqual(yield* slotsHeld(yield* rootOf(root)), 0)
  assert.deepStrictEqual(yield* worktreesOf(root), [])
  assert.deepStrictEqual(yield* folders(root), [])
  assert.deepStrictEqual(yield* branches(root), ["main"])
})

/** The only slot can be had. */
const slotIsFree = (manager: WorkspaceManager["Type"]) =>
  Effect.map(manager.create(asAlice, named("after")), ({ name }) => assert.strictEqual(name, "after"))

describe("a creation that fails", () => {
  it.scopedLive("while it is in the store leaves nothing", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const stored = yield* managerOf(root, {
        limit: 1,
        repository: (real) => ({ add: (...all) => Effect.zipRight(real.add(...all), broken) })
      })
      const finished = yield* managerOf(root, { limit: 1, repository: () => ({ finish: () => broken }) })
      for (const manager of [stored, finished]) {
        assert.isTrue(Exit.isFailure(yield* Effect.exit(manager.create(asAlice, named("a")))))
        yield* nothingIsLeft(root)
      }
      yield* slotIsFree(yield* managerOf(root, { limit: 1 }))
    }).pipe(withWorld)
  )

  it.scopedLive("while it makes the worktree leaves nothing", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const before = yield* managerOf(root, { worktrees: () => ({ add: () => broken }) })
      const after = yield* managerOf(root, {
        worktrees: (real) => ({ add: (...all) => Effect.zipRight(real.add(...all), broken) })
      })
      const interrupted = yield* managerOf(root, {
        worktrees: (real) => ({ add: (...all) => Effect.zipRight(real.add(...all), Effect.interrupt) })
      })
      for (const manager of [before, after, interrupted]) {
        assert.isTrue(Exit.isFailure(yield* Effect.exit(manager.create(asAlice, named("a")))))
        yield* nothingIsLeft(root)
      }
      yield* slotIsFree(yield* managerOf(root, { limit: 1 }))
    }).pipe(withWorld)
  )

  it.scopedLive("because git is refused what it needs leaves nothing, and is an error", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const root = yield* newRepository
      const manager = yield* managerOf(root, { limit: 1 })
      yield* files.makeDirectory(`${root}/.git/refs/heads/feature`)
      const lock = `${root}/.git/refs/heads/feature/a.lock`
      yield* files.writeFileString(lock, "")
      const busy = yield* Effect.flip(manager.create(asAlice, named("a")))
      assert.propertyVal(busy, "reason", "busy")
      yield* files.remove(lock, { force: true })
      yield* nothingIsLeft(root)

      yield* files.remove(`${root}/.worktrees`, { recursive: true, force: true })
      yield* files.writeFileString(`${root}/.worktrees`, "")
      const failed = yield* Effect.flip(manager.create(asAlice, named("a")))
      assert.propertyVal(failed, "reason", "failed")
      yield* files.remove(`${root}/.worktrees`)
      assert.deepStrictEqual(yield* branches(root), ["main"])
      yield* slotIsFree(manager)
    }).pipe(withWorld)
  )

  it.scopedLive("leaves a branch that was there, and one with commits of its own", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      yield* git(root, "branch", "feature/there")
      const manager = yield* managerOf(root, {
        worktrees: (real) => ({
          add: (planned, options) =>
            Effect.gen(function* () {
              yield* real.add(planned, options)
              const worktree = yield* real.pathOf(planned.id)
              yield* git(worktree, "commit", "-q", "--allow-empty", "-m", planned.branch)
              return yield* broken
            })
        })
      })
      for (const name of ["there", "new"]) {
        assert.isTrue(Exit.isFailure(yield* Effect.exit(manager.create(asAlice, named(name)))))
      }
      assert.deepStrictEqual(yield* branches(root), ["feature/new", "feature/there", "main"])
      assert.deepStrictEqual(yield* worktreesOf(root), [])
    }).pipe(withWorld)
  )

  it.scopedLive("together with the store is undone by whoever comes next", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root, {
        repository: () => ({ finish: () => away, forget: () => away })
      })
      assert.isTrue(Exit.isFailure(yield* Effect.exit(manager.create(asAlice, named("a")))))
      assert.deepStrictEqual((yield* manager.list(trusted)).sessions, [])
      assert.strictEqual(yield* slotsHeld(yield* rootOf(root)), 1)
      const next = yield* managerOf(root, { limit: 1 })
      yield* slotIsFree(next)
      assert.strictEqual(yield* slotsHeld(yield* rootOf(root)), 1)
      assert.deepStrictEqual(yield* branches(root), ["feature/after", "main"])
    }).pipe(withWorld)
  )

  it.scopedLive("because somebody took the process for dead is none, and leaves nothing", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root, {
        limit: 1,
        repository: (real) => ({
          finish: (...all) => Effect.zipRight(real.forget(...all), real.finish(...all))
        })
      })
      const error = yield* Effect.flip(manager.create(asAlice, named("a")))
      assertEquals(error, new WorkspacesUnavailableError({ reason: "busy" }))
      yield* nothingIsLeft(root)
      yield* slotIsFree(yield* managerOf(root, { limit: 1 }))
    }).pipe(withWorld)
  )

  it.scopedLive("and cannot be undone yet is in the way of its repetition until it can, which is told", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const id = WorkspaceId.make("3f0c1f5e-7a52-4d0b-9c3e-5b8f6d1a2c47")
      const busy = new WorkspacesUnavailableError({ reason: "busy" })
      let isStuck = true
      const manager = yield* managerOf(root, {
        worktrees: (real) => ({
          add: (...all) => (isStuck ? Effect.zipRight(real.add(...all), busy) : real.add(...all)),
          discard: (planned) => (isStuck ? busy : real.discard(planned))
        })
      })
      const create = manager.create(asAlice, { ...named("a"), id })
      for (let attempt = 0; attempt < 3; attempt += 1) assertEquals(yield* Effect.flip(create), busy)
      // Without its key it is the name that is in the way.
      assertEquals(yield* Effect.flip(manager.create(asBob, named("a"))), busy)
      isStuck = false
      assert.strictEqual((yield* create).id, id)
      assert.lengthOf(yield* worktreesOf(root), 1)
    }).pipe(withWorld)
  )

  it.scopedLive("because somebody took the name in the meantime says so", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root, {
        repository: () => ({ add: () => Effect.succeed("name-taken") })
      })
      const error = yield* Effect.flip(manager.create(asAlice, named("a")))
      assertEquals(error, new WorkspaceExistsError({ name: WorkspaceName.make("a") }))
      yield* nothingIsLeft(root)
    }).pipe(withWorld)
  )

  it.scopedLive("for an id that the store has elsewhere is to be asked for again", () =>
    Effect.gen(function* () {
      const [root, other] = [yield* newRepository, yield* newRepository]
      const { id } = yield* (yield* managerOf(other)).create(asAlice, named("a"))
      const error = yield* Effect.flip((yield* managerOf(root)).create(asAlice, { ...named("a"), id }))
      assertEquals(error, new WorkspacesUnavailableError({ reason: "busy" }))
    }).pipe(withWorld)
  )

  it.scopedLive("only in the answer of the store is none: a repetition gives what was made", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root, {
        repository: (real) => ({ finish: (...all) => Effect.zipRight(real.finish(...all), away) })
      })
      assert.isTrue(Exit.isFailure(yield* Effect.exit(manager.create(asAlice, named("a")))))
      const [made] = (yield* manager.list(asAlice)).sessions
      assert.strictEqual(made?.name, "a")
      assert.deepStrictEqual(yield* manager.create(asAlice, { id: made?.id }), made)
      assert.lengthOf(yield* worktreesOf(root), 1)
    }).pipe(withWorld)
  )
})

/** Whose `nth` call of any of these, or the answer to it, is an interruption. */
const interruptedAt = (nth: number) => {
  let calls = 0
  const maybe = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.suspend(() => {
      calls += 2
      if (calls === nth + 1) return Effect.interrupt
      return calls === nth ? Effect.zipRight(effect, Effect.interrupt) : effect
    })
  return {
    hasHappened: () => calls >= nth,
    ports: {
      repository: (real: WorkspaceRepository["Type"]): Partial<WorkspaceRepository["Type"]> => ({
        add: (...all) => maybe(real.add(...all)),
        finish: (...all) => maybe(real.finish(...all))
      }),
      worktrees: (real: Worktrees["Type"]): Partial<Worktrees["Type"]> => ({
        plan: (branch) => maybe(real.plan(branch)),
        add: (...all) => maybe(real.add(...all))
      }),
      snapshots: (real: WorkspaceSnapshots["Type"]): Partial<WorkspaceSnapshots["Type"]> => ({
        write: (read) => maybe(real.write(read))
      })
    }
  }
}

describe("a creation that is interrupted", () => {
  it.scopedLive("makes a whole workspace or nothing, whenever that happens", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      yield* (yield* managerOf(root)).restore(trusted)
      let nth = 0
      for (let isOver = false; !isOver; nth += 1) {
        const { hasHappened, ports } = interruptedAt(nth)
        const manager = yield* managerOf(root, { limit: 64, ...ports })
        yield* Effect.exit(manager.create(asAlice, named(`w-${nth}`)))
        const { count, sessions } = yield* manager.list(asAlice)
        assert.strictEqual(yield* slotsHeld(yield* rootOf(root)), count)
        assert.deepStrictEqual(
          (yield* worktreesOf(root)).sort(),
          sessions.map(({ worktree }) => worktree).sort()
        )
        assert.deepStrictEqual(
          yield* branches(root),
          [...sessions.map(({ name }) => `feature/${name}`), "main"].sort()
        )
        isOver = !hasHappened()
      }
      // Once before and once after each of them.
      assert.isAtLeast(nth, 10)
    }).pipe(withWorld)
  )

  it.scopedLive("gives up waiting for its turn at once", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root, {
        worktrees: (real) => ({
          plan: (branch) => (branch === "feature/a" ? Effect.never : real.plan(branch))
        })
      })
      const first = yield* Effect.fork(manager.create(asAlice, named("a")))
      const second = yield* Effect.fork(manager.create(asAlice, named("b")))
      yield* Effect.sleep("50 millis")
      yield* Fiber.interrupt(second)
      yield* Fiber.interrupt(first)
      yield* nothingIsLeft(root)
      assert.strictEqual((yield* manager.create(asAlice, named("b"))).name, "b")
    }).pipe(withWorld)
  )
})
