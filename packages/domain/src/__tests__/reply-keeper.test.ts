import { assert, it } from "@effect/vitest"
import { Chunk, Effect, Fiber, Option, Stream, TestClock } from "effect"
import { AgentPart } from "../ports/agent.ts"
import { says } from "../test-utils/agent-scripted.ts"
import { asNobody } from "../test-utils/callers.ts"
import { hello, makeReplies, readAll } from "../test-utils/make-replies.ts"
import { AssessmentNote, Evidence, ItemId } from "../types/evidence.ts"
import { MessageId } from "../types/ids.ts"

const note = (itemId: string) =>
  AgentPart.Data({
    data: new AssessmentNote({
      asks: Option.none(),
      evidence: [new Evidence({ itemId: ItemId.make(itemId), score: 4, confidence: 1 })]
    }).metadata
  })

it.scoped("chunks that nobody reads any more are swept, and the message tells the reply", () =>
  Effect.gen(function* () {
    const { chats, keeper, session } = yield* makeReplies([says("Thank you.")])
    const ask = Effect.flatMap(chats.submit(asNobody, hello(session.id)), readAll)
    const first = yield* ask
    yield* TestClock.adjust("59 minutes")
    assert.strictEqual(yield* keeper.sweep, 0)
    yield* TestClock.adjust("2 minutes")
    assert.strictEqual(yield* keeper.sweep, 1)
    assert.deepStrictEqual(yield* ask, first)
    const position = Option.some({ replyId: MessageId.make("m-1.answer"), after: 1 })
    assert.isTrue(Option.isNone(yield* chats.resume(asNobody, session.id, position)))
  })
)

it.scoped("a reply without text is told as such when its chunks are gone", () =>
  Effect.gen(function* () {
    const { chats, keeper, session } = yield* makeReplies([says(note("a")), says("Thank you.")])
    yield* Effect.flatMap(chats.submit(asNobody, hello(session.id)), readAll)
    yield* Effect.flatMap(chats.submit(asNobody, hello(session.id, "m-2")), readAll)
    yield* TestClock.adjust("2 hours")
    assert.strictEqual(yield* keeper.sweep, 2)
    const position = Option.some({ replyId: MessageId.make("m-1.answer"), after: 0 })
    const { events } = yield* Effect.flatten(chats.resume(asNobody, session.id, position))
    const kinds = Chunk.map(yield* Stream.runCollect(events), ({ _tag }) => _tag)
    assert.deepStrictEqual(Chunk.toReadonlyArray(kinds), ["Told", "Ended"])
  })
)

it.scoped("who reads so slowly that the chunks are gone meanwhile learns so", () =>
  Effect.gen(function* () {
    const pieces = Stream.range(1, 40).pipe(
      Stream.mapEffect((n) => Effect.delay(Effect.succeed(`${n} `), "1 seconds"))
    )
    const { chats, keeper, session } = yield* makeReplies([() => pieces])
    const asking = yield* Effect.fork(chats.submit(asNobody, hello(session.id)))
    yield* TestClock.adjust("60 seconds")
    const { events } = yield* Fiber.join(asking)
    const kinds = yield* events.pipe(
      Stream.rechunk(1),
      Stream.tap(() => Effect.zipRight(TestClock.adjust("2 hours"), keeper.sweep)),
      Stream.map(({ _tag }) => _tag),
      Stream.runCollect
    )
    assert.deepStrictEqual(Chunk.toReadonlyArray(kinds).slice(-1), ["Lost"])
  })
)

it.scoped("an answer that tells something gives the scores that it has changed", () =>
  Effect.gen(function* () {
    const { chats, scores, session } = yield* makeReplies([
      says("One.", note("a")),
      says("Two.", note("a")),
      says("Three.", note("unknown"))
    ])
    const ask = (id: string) =>
      Effect.gen(function* () {
        const reading = yield* chats.submit(asNobody, hello(session.id, id))
        const read = yield* Effect.fork(Stream.runCollect(reading.events))
        yield* TestClock.adjust("500 millis")
        yield* scores.catchUp
        yield* TestClock.adjust("250 millis")
        return Chunk.toReadonlyArray(yield* Fiber.join(read))
      })
    const scored = (yield* ask("m-1")).flatMap((event) => (event._tag === "Scored" ? [event] : []))
    assert.deepStrictEqual(
      scored.map(({ precision, scoredThrough }) => [precision.openness, scoredThrough]),
      [[0.8, 2]]
    )
    for (const id of ["m-2", "m-3"]) {
      assert.deepStrictEqual(
        (yield* ask(id)).map(({ _tag }) => _tag),
        ["Chunk", "Told", "Ended"]
      )
    }
  })
)

it.scoped("a reply does not wait for scores for long", () =>
  Effect.gen(function* () {
    const { chats, session } = yield* makeReplies([says("One.", note("a"))])
    const reading = yield* chats.submit(asNobody, hello(session.id))
    const read = yield* Effect.fork(readAll(reading))
    yield* TestClock.adjust("2 seconds")
    assert.deepStrictEqual((yield* Fiber.join(read)).kinds, ["Chunk", "Told", "Ended"])
  })
)
