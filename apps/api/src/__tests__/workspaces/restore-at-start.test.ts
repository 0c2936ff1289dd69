import { assert, it } from "@effect/vitest"
import { WorkspaceManager, WorkspacesUnavailableError } from "@workspace/domain"
import { Deferred, Effect, Fiber, Layer, Option, TestClock } from "effect"
import * as Log from "../../test-utils/log.ts"
import * as NoWorkspaces from "../../test-utils/no-workspaces.ts"
import { layerRestored } from "../../workspace-restore.ts"

const startWith = (restoreOnce: WorkspaceManager["Type"]["restoreOnce"]) =>
  Layer.build(
    Layer.provide(
      layerRestored,
      Layer.effect(
        WorkspaceManager,
        Effect.map(WorkspaceManager, (workspaces) => ({ ...workspaces, restoreOnce }))
      ).pipe(Layer.provide(NoWorkspaces.layer))
    )
  )

const warnings = Effect.map(Log.Log, (lines) => lines.filter(({ level }) => level === "WARN"))

it.layer(Log.layer)("a start", (it) => {
  it.effect("waits ten seconds for workspaces that do not come, which are restored all the same", () =>
    Effect.gen(function* () {
      const [come, done] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      yield* Effect.gen(function* () {
        const start = yield* Effect.fork(
          startWith(
            Deferred.await(come).pipe(
              Effect.zipRight(Deferred.succeed(done, undefined)),
              Effect.zipRight(new WorkspacesUnavailableError({ reason: "busy" }))
            )
          )
        )
        yield* TestClock.adjust("9999 millis")
        assert.isTrue(Option.isNone(yield* Fiber.poll(start)))
        yield* TestClock.adjust("1 millis")
        yield* Fiber.join(start)
        assert.match((yield* warnings).at(-1)?.text ?? "", /in the background/)
        yield* Deferred.succeed(come, undefined)
        yield* Deferred.await(done)
      }).pipe(Effect.scoped)
    })
  )

  it.effect.each([
    ["a refusal", Effect.fail(new WorkspacesUnavailableError({ reason: "not-a-repository" }))],
    ["a defect", Effect.die(new Error("of the store"))]
  ] as const)("goes on after %s, tells of it, and tries again until it succeeds", ([, failure]) =>
    Effect.gen(function* () {
      let attempts = 0
      let isBroken = true
      yield* startWith(
        Effect.suspend(() => {
          attempts += 1
          return isBroken ? failure : Effect.void
        })
      )
      assert.strictEqual(attempts, 1)
      yield* TestClock.adjust("10 minutes")
      assert.match((yield* warnings).at(-1)?.text ?? "", /The workspaces were not restored/)
      // Their pauses grow to a minute.
      assert.isAtLeast(attempts, 10)
      assert.isAtMost(attempts, 25)
      isBroken = false
      attempts = 0
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(attempts, 1)
    }).pipe(Effect.scoped)
  )

  it.effect("without a root tries nothing again", () =>
    Effect.gen(function* () {
      let attempts = 0
      yield* startWith(
        Effect.suspend(() => {
          attempts += 1
          return new WorkspacesUnavailableError({ reason: "not-configured" })
        })
      )
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(attempts, 1)
    }).pipe(Effect.scoped)
  )

  it.effect("that is given up restores no longer", () =>
    Effect.gen(function* () {
      const interrupted = yield* Deferred.make<void>()
      const start = yield* Effect.fork(
        Effect.scoped(
          startWith(Effect.onInterrupt(Effect.never, () => Deferred.succeed(interrupted, undefined)))
        )
      )
      yield* TestClock.adjust("1 seconds")
      yield* Fiber.interrupt(start)
      yield* Deferred.await(interrupted)
    })
  )
})
