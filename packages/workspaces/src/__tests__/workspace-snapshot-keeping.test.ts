import { assert, describe, it } from "@effect/vitest"
import { UnavailableError, type WorkspaceSnapshots, WorkspacesUnavailableError } from "@workspace/domain"
import { Effect, Exit, Option, TestClock } from "effect"
import { asAlice, logged, managerOf, named, savedIn, world } from "./manager/managed.ts"
import { newRepository } from "./manager/repositories.ts"

const withWorld = Effect.provide(world)

const full = new WorkspacesUnavailableError({ reason: "failed" })

/** A disk on which the file cannot be written while it is full. */
const disk = () => {
  const state = { isFull: false, writes: 0 }
  const snapshots = (real: WorkspaceSnapshots["Type"]): Partial<WorkspaceSnapshots["Type"]> => ({
    write: (read) =>
      Effect.suspend(() => {
        state.writes += 1
        return state.isFull ? full : real.write(read)
      })
  })
  return { snapshots, state }
}

describe("the snapshot file", () => {
  it.scoped("is written before each change is answered, as it is in the store", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root)
      const isSaved = Effect.gen(function* () {
        assert.deepStrictEqual((yield* savedIn(root)).sessions, (yield* manager.list(asAlice)).sessions)
      })
      const { id } = yield* manager.create(asAlice, named("a"))
      yield* isSaved
      const change = { status: "stopped", ptyPid: Option.some(7), metadata: { a: 1 } } as const
      yield* manager.update(asAlice, id, change)
      yield* isSaved
      yield* TestClock.adjust("1 second")
      yield* manager.touch(asAlice, id)
      yield* isSaved
      yield* manager.destroy(asAlice, id, { force: false })
      yield* isSaved
      assert.deepStrictEqual((yield* savedIn(root)).sessions, [])
    }).pipe(withWorld)
  )

  it.scoped("that cannot be written keeps no change from being made, and is tried again until it can", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const { snapshots, state } = disk()
      const manager = yield* managerOf(root, { snapshots })
      const { id } = yield* manager.create(asAlice, named("a"))
      state.isFull = true
      const lines = yield* logged((told) =>
        Effect.gen(function* () {
          const waiting = yield* manager.update(asAlice, id, { status: "waiting" })
          assert.strictEqual(waiting.status, "waiting")
          yield* manager.update(asAlice, id, { status: "stopped" })
          assert.strictEqual((yield* savedIn(root)).sessions[0]?.status, "active")

          state.writes = 0
          yield* TestClock.adjust("10 minutes")
          // One series of attempts, whose pauses grow to a minute.
          assert.isAtLeast(state.writes, 10)
          assert.isAtMost(state.writes, 20)

          state.isFull = false
          yield* TestClock.adjust("2 minutes")
          const isOver = ({ message }: { readonly message: string }) =>
            message === "The snapshot file is written again"
          yield* Effect.repeat(Effect.yieldNow(), { until: () => told.some(isOver) })
          assert.strictEqual((yield* savedIn(root)).sessions[0]?.status, "stopped")
          state.writes = 0
          yield* TestClock.adjust("10 minutes")
          assert.strictEqual(state.writes, 0)
        })
      )
      assert.lengthOf(
        lines.filter(({ level }) => level === "WARN"),
        2
      )
    }).pipe(withWorld)
  )

  it.scoped("keeps no process from its end while it cannot be written", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const { snapshots, state } = disk()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const manager = yield* managerOf(root, { snapshots })
          const { id } = yield* manager.create(asAlice, named("a"))
          state.isFull = true
          yield* manager.update(asAlice, id, { status: "error" })
          yield* manager.update(asAlice, id, { status: "stopped" })
        })
      )
      state.writes = 0
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(state.writes, 0)
    }).pipe(withWorld)
  )

  it.scoped("is tried again also when it was the store that could not be read", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      let isAway = false
      const manager = yield* managerOf(root, {
        repository: (real) => ({
          list: (...all) =>
            Effect.suspend(() => (isAway ? Effect.die(new UnavailableError()) : real.list(...all)))
        })
      })
      const { id } = yield* manager.create(asAlice, named("a"))
      isAway = true
      assert.strictEqual((yield* manager.update(asAlice, id, { status: "error" })).status, "error")
      assert.strictEqual((yield* savedIn(root)).sessions[0]?.status, "active")
      isAway = false
      yield* TestClock.adjust("2 seconds")
      yield* Effect.repeat(savedIn(root), { until: ({ sessions }) => sessions[0]?.status === "error" })
    }).pipe(withWorld)
  )

  it.scoped("has also a change of which the answer was lost", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root, {
        repository: (real) => ({
          update: (...all) => Effect.zipRight(real.update(...all), Effect.die(new UnavailableError()))
        })
      })
      const { id } = yield* manager.create(asAlice, named("a"))
      assert.isTrue(Exit.isFailure(yield* Effect.exit(manager.update(asAlice, id, { status: "stopped" }))))
      assert.strictEqual((yield* savedIn(root)).sessions[0]?.status, "stopped")
    }).pipe(withWorld)
  )

  it.scoped("has its room as soon as a worktree is gone that filled the disk", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const { snapshots, state } = disk()
      const manager = yield* managerOf(root, {
        snapshots,
        worktrees: (real) => ({
          clear: (id) =>
            Effect.tap(real.clear(id), () => {
              state.isFull = false
            })
        })
      })
      const { id } = yield* manager.create(asAlice, named("a"))
      state.isFull = true
      yield* manager.destroy(asAlice, id, { force: false })
      assert.deepStrictEqual((yield* savedIn(root)).sessions, [])
    }).pipe(withWorld)
  )
})
