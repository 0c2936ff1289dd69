import { assert, it } from "@effect/vitest"
import { AgentName, AgentUnavailableError, IdempotencyStore } from "@workspace/domain"
import { AgentScripted } from "@workspace/domain/test-utils"
import { Context, Deferred, Effect, Fiber, Layer, Queue, Stream } from "effect"
import { ask } from "../../test-utils/exchange.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { isReplay } from "./asking.ts"
import { append, by, claim, said, send, serverOf, start, turn, under } from "./callers.ts"

/** What each copy of a request is told to do, as it is told. */
class Attempts extends Context.Tag("Attempts")<Attempts, Queue.Queue<string>>() {}

/** A server whose agent answers as the script says, and whose copies can be watched. */
const serverWith = (...script: Parameters<typeof AgentScripted.make>) => {
  const layerWatched = Layer.effect(
    IdempotencyStore,
    Effect.gen(function* () {
      const attempts = yield* Attempts
      const store = yield* IdempotencyStore
      return {
        ...store,
        begin: (...request) => Effect.tap(store.begin(...request), ({ _tag }) => Queue.offer(attempts, _tag))
      }
    })
  ).pipe(Layer.provideMerge(ServerInMemory.layerSessions(...script)))
  return serverOf(layerWatched).pipe(Layer.provideMerge(Layer.effect(Attempts, Queue.unbounded<string>())))
}

const nextAttempt = Effect.flatMap(Attempts, Queue.take)

it.live("a copy of a request that is running gets its answer", () =>
  Effect.gen(function* () {
    const isAsked = yield* Deferred.make<void>()
    const answer = yield* Deferred.make<string>()
    const agent = () =>
      Stream.fromEffect(Effect.zipRight(Deferred.succeed(isAsked, undefined), Deferred.await(answer)))

    yield* Effect.gen(function* () {
      const { sessionId } = yield* start
      const exchange = under("k", send(sessionId))
      const first = yield* Effect.fork(ask(exchange))
      yield* Deferred.await(isAsked)
      const copies = yield* Effect.fork(
        Effect.replicateEffect(ask(exchange), 3, { concurrency: "unbounded" })
      )
      const seen = yield* Effect.replicateEffect(nextAttempt, 4)
      assert.deepStrictEqual(seen, ["Fresh", "Running", "Running", "Running"])
      yield* Deferred.succeed(answer, "Thank you.")

      const { status, text } = yield* Fiber.join(first)
      assert.strictEqual(status, 200)
      for (const copy of yield* Fiber.join(copies)) {
        assert.deepStrictEqual([copy.status, copy.text, isReplay(copy)], [200, text, true])
      }
      assert.deepStrictEqual(yield* said(sessionId), ["user: hello", "assistant: Thank you."])
    }).pipe(Effect.provide(serverWith(agent)))
  })
)

it.live("a copy that waits in vain is told when to come again", () =>
  Effect.gen(function* () {
    const { sessionId } = yield* start
    const exchange = under("k", send(sessionId))
    const first = yield* Effect.fork(ask(exchange))
    assert.strictEqual(yield* nextAttempt, "Fresh")
    const { body, headers, status } = yield* ask(exchange)
    assert.strictEqual(status, 409)
    assert.strictEqual(headers["content-type"], "application/problem+json")
    assert.propertyVal(body, "_tag", "RequestRunningError")
    assert.propertyVal(body, "code", "CONFLICT")
    const seconds = Number(headers["retry-after"])
    assert.propertyVal(body, "retryAfterSeconds", seconds)
    assert.isAtLeast(seconds, 1)
    assert.isAtMost(seconds, 90)
    const other = yield* ask(under("k", send(sessionId, "other")))
    assert.strictEqual(other.status, 422)
    yield* Fiber.interrupt(first)
  }).pipe(Effect.provide(serverWith(() => Stream.never)))
)

it.live("a copy that waits for a session that somebody claims is told that there is none", () =>
  Effect.gen(function* () {
    const { claimToken, sessionId } = yield* start
    const first = yield* Effect.fork(ask(under("k", send(sessionId))))
    assert.strictEqual(yield* nextAttempt, "Fresh")
    const copy = yield* Effect.fork(ask(under("k", send(sessionId))))
    assert.strictEqual(yield* nextAttempt, "Running")
    yield* ask(by("alice", claim(sessionId, claimToken)))
    const { body, status } = yield* Fiber.join(copy)
    assert.deepStrictEqual([status, body], [404, (yield* ask(send(sessionId))).body])
    yield* Fiber.interrupt(first)
  }).pipe(Effect.provide(serverWith(() => Stream.never)))
)

it.live("a request whose client goes away is done by its repetition", () =>
  Effect.gen(function* () {
    const isAsked = yield* Deferred.make<void>()
    const silent = () =>
      Stream.fromEffect(Effect.zipRight(Deferred.succeed(isAsked, undefined), Effect.never))

    yield* Effect.gen(function* () {
      const { sessionId } = yield* start
      const exchange = under("k", send(sessionId))
      const first = yield* Effect.fork(ask(exchange))
      yield* Deferred.await(isAsked)
      yield* Fiber.interrupt(first)
      const again = yield* ask(exchange)
      assert.deepStrictEqual([again.status, isReplay(again)], [200, false], again.text)
      assert.deepStrictEqual(yield* said(sessionId), ["user: hello", "assistant: Thank you."])
      assert.strictEqual((yield* ask(exchange)).text, again.text)
    }).pipe(Effect.provide(serverWith(silent, AgentScripted.says("Thank you."))))
  })
)

it.live("a message that was stored in a session that was paused then is answered by its repetition", () =>
  Effect.gen(function* () {
    const isAsked = yield* Deferred.make<void>()
    const answer = yield* Deferred.make<string>()
    const slow = () =>
      Stream.fromEffect(Effect.zipRight(Deferred.succeed(isAsked, undefined), Deferred.await(answer)))

    yield* Effect.gen(function* () {
      const { sessionId } = yield* start
      const exchange = under("k", send(sessionId))
      const first = yield* Effect.fork(ask(exchange))
      yield* Deferred.await(isAsked)
      yield* ask(turn("pause", sessionId))
      yield* Deferred.succeed(answer, "Too late.")
      assert.propertyVal((yield* Fiber.join(first)).body, "_tag", "InvalidSessionStateError")
      yield* ask(turn("resume", sessionId))
      const again = yield* ask(exchange)
      assert.deepStrictEqual([again.status, isReplay(again)], [200, false], again.text)
      assert.deepStrictEqual(yield* said(sessionId), ["user: hello", "assistant: Thank you."])
    }).pipe(Effect.provide(serverWith(slow, AgentScripted.says("Thank you."))))
  })
)

it.effect("nothing is left of a key for a session that is not there", () =>
  Effect.gen(function* () {
    for (const content of ["one", "other"]) {
      const { status } = yield* ask(under("k", append("session_1_missing", { content })))
      assert.deepStrictEqual([status, yield* nextAttempt], [404, "Fresh"])
    }
  }).pipe(Effect.provide(serverWith(AgentScripted.says("Thank you."))))
)

it.effect("a request that failed is done by its repetition, with one message of the user", () =>
  Effect.gen(function* () {
    const { sessionId } = yield* start
    const exchange = under("k", send(sessionId))
    const replies = yield* Effect.replicateEffect(ask(exchange), 4)
    assert.deepStrictEqual(
      replies.map((reply) => [reply.status, isReplay(reply)]),
      [
        [503, false],
        [503, false],
        [200, false],
        [200, true]
      ]
    )
    assert.deepStrictEqual(yield* said(sessionId), ["user: hello", "assistant: Thank you."])
  }).pipe(
    Effect.provide(
      serverWith(
        () => Stream.fail(new AgentUnavailableError({ agent: AgentName.make("nerin") })),
        () => Stream.die(new Error("a defect")),
        AgentScripted.says("Thank you.")
      )
    )
  )
)
