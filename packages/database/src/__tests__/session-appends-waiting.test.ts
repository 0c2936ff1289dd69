import { assert, it, layer } from "@effect/vitest"
import { type SessionId, SessionRepository } from "@workspace/domain"
import { asNobody } from "@workspace/domain/test-utils"
import { sql } from "drizzle-orm"
import { Array, Context, Effect, Exit, Fiber, FiberId, Layer, Redacted, Scope } from "effect"
import { inject } from "vitest"
import { Database } from "../client.ts"
import { layerMigrated } from "../migrate.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { layerServer } from "../server.ts"
import { freshDatabase } from "../test-utils/databases.ts"
import { layerPostgres, patientLimits } from "../test-utils/layers.ts"
import { append, areInTheQueue, heldSessions, isUnavailable, someSessions } from "./appending.ts"
import { lockedSession } from "./locked-session.ts"
import { eventually } from "./observe.ts"
import { makeStillClock } from "./still-clock.ts"

const options = { timeout: "60 seconds", excludeTestServices: true } as const
const atOnce = { concurrency: "unbounded" } as const

const { layer: clock, pass } = makeStillClock()

const sent = (ids: ReadonlyArray<SessionId>) =>
  Effect.forEach(ids, (id) => Effect.fork(Effect.exit(append(id, "m"))))

const isOver = <A, E>(fiber: Fiber.RuntimeFiber<A, E>) => fiber.unsafePoll() !== null

layer(SessionRepositoryPg.layer.pipe(Layer.provideMerge(layerPostgres), Layer.merge(clock)), options)(
  "messages that wait for others",
  (it) => {
    it.effect("are told when they have waited for two seconds, as soon as another one comes", () =>
      Effect.gen(function* () {
        const [first, second] = Array.splitAt(yield* someSessions(30), 20)
        const { released } = yield* heldSessions
        const early = yield* sent(first)
        yield* areInTheQueue(4)
        pass(1)
        const later = yield* sent(second)
        yield* areInTheQueue(4)
        pass(1)
        const last = yield* Effect.forEach(Array.take(second, 1), (id) =>
          Effect.fork(Effect.exit(append(id, "n")))
        )
        // Four are in statements, which nobody ends.
        yield* eventually(Effect.sync(() => early.filter(isOver).length === 16))
        yield* released
        const told = yield* Effect.forEach(early, Fiber.join)
        assert.strictEqual(told.filter(isUnavailable).length, 16)
        assert.strictEqual(told.filter(Exit.isSuccess).length, 4)
        for (const exit of yield* Effect.forEach([...later, ...last], Fiber.join)) {
          assert.isTrue(Exit.isSuccess(exit))
        }
      })
    )

    it.effect("are told when they have waited for two seconds, as soon as a statement ends", () =>
      Effect.gen(function* () {
        const ids = yield* someSessions(20)
        const { released } = yield* heldSessions
        const fibers = yield* sent(ids)
        yield* areInTheQueue(4)
        pass(2)
        yield* released
        const told = yield* Effect.forEach(fibers, Fiber.join)
        assert.strictEqual(told.filter(isUnavailable).length, 16)
        assert.strictEqual(told.filter(Exit.isSuccess).length, 4)
      })
    )

    it.effect("for one of their own session leave the next statement to another, and keep their order", () =>
      Effect.gen(function* () {
        const repository = yield* SessionRepository
        const [alone, other] = Array.splitAt(yield* someSessions(3), 2)
        const [busy] = yield* someSessions(1)
        assert.isDefined(busy)
        const { released } = yield* heldSessions
        const before = yield* sent(alone)
        const own = yield* Effect.forEach(["m1", "m2", "m3"], (name) =>
          Effect.fork(Effect.exit(append(busy, name)))
        )
        yield* areInTheQueue(3)
        pass(1)
        const another = yield* sent(other)
        yield* areInTheQueue(4)
        yield* released
        const exits = yield* Effect.forEach([...before, ...own, ...another], Fiber.join)
        for (const exit of exits) assert.isTrue(Exit.isSuccess(exit))
        const { messages } = yield* repository.load(asNobody, busy)
        assert.deepStrictEqual(
          messages.map(({ id }) => id.valueOf()),
          ["m1", "m2", "m3"]
        )
      })
    )

    it.effect("are stored though nobody waits for them any more", () =>
      Effect.gen(function* () {
        const repository = yield* SessionRepository
        const ids = yield* someSessions(10)
        const { released } = yield* heldSessions
        const fibers = yield* Effect.forEach(ids, (id) => Effect.fork(append(id, "m")))
        yield* areInTheQueue(4)
        for (const fiber of fibers) yield* fiber.interruptAsFork(FiberId.none)
        yield* released
        yield* Effect.forEach(fibers, Fiber.await)
        for (const id of ids) {
          assert.strictEqual((yield* repository.load(asNobody, id)).session.messageCount, 1)
        }
      })
    )

    it.effect("wait for no session but their own", () =>
      Effect.gen(function* () {
        const { id, released } = yield* lockedSession()
        const ids = yield* someSessions(20)
        const fibers = yield* Effect.forEach([id, id, id, id, ...ids], (one, n) =>
          Effect.fork(append(one, `m${n}`))
        )
        yield* Effect.forEach(fibers.slice(4), Fiber.join)
        for (const fiber of fibers.slice(0, 4)) assert.isNull(fiber.unsafePoll())
        yield* released
        const stored = yield* Effect.forEach(fibers.slice(0, 4), Fiber.join)
        assert.sameMembers(
          stored.map(({ sequence }) => sequence),
          [1, 2, 3, 4]
        )
      })
    )
  }
)

it.scopedLive("messages that wait when the server stops are told so, or stored", () =>
  Effect.gen(function* () {
    const url = yield* freshDatabase(inject("postgresUrl"))
    const server = layerServer({ url: Redacted.make(url), limits: patientLimits })
    const context = yield* Layer.build(
      SessionRepositoryPg.layer.pipe(Layer.provideMerge(layerMigrated), Layer.provideMerge(server))
    )
    const ids = yield* Effect.provide(someSessions(30), context)
    const { released } = yield* Effect.provide(heldSessions, context)
    const scope = yield* Scope.make()
    const stopping = yield* Layer.buildWithScope(
      SessionRepositoryPg.layer.pipe(Layer.provideMerge(server)),
      scope
    )
    const fiber = yield* Effect.fork(
      Effect.forEach(ids, (id) => Effect.exit(append(id, "m")), atOnce).pipe(
        Effect.provide(stopping),
        Effect.provide(clock)
      )
    )
    yield* Effect.provide(areInTheQueue(4), context)
    const stopped = yield* Effect.fork(Scope.close(scope, Exit.void))
    const isUp = Effect.flatMap(Database, ({ client, query }) => query(() => client.execute(sql`select 1`)))
    yield* eventually(Effect.map(Effect.exit(Effect.provide(isUp, stopping)), isUnavailable))
    yield* released
    const told = yield* Fiber.join(fiber)
    yield* Fiber.join(stopped)
    const { load } = Context.get(context, SessionRepository)
    for (const [id, exit] of Array.zip(ids, told)) {
      const { messages } = yield* load(asNobody, id)
      assert.deepStrictEqual(messages, Exit.isSuccess(exit) ? [exit.value] : [])
      assert.isTrue(Exit.isSuccess(exit) || isUnavailable(exit))
    }
    assert.isAbove(told.filter(isUnavailable).length, 0)
    assert.isAbove(told.filter(Exit.isSuccess).length, 0)
  })
)
