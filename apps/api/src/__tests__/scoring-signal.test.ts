import { assert, it } from "@effect/vitest"
import {
  type Message,
  MessageContent,
  MessageId,
  ReplyRepository,
  SessionRepository
} from "@workspace/domain"
import {
  asNobody,
  createTestSession,
  ReplyRepositoryInMemory,
  SessionRepositoryInMemory
} from "@workspace/domain/test-utils"
import { DateTime, Duration, Effect, Layer, Option, Ref } from "effect"
import { layerGiving, layerGivingForReplies, ScoringSignal } from "../scoring-signal.ts"

const now = DateTime.unsafeMake(0)
const session = createTestSession()

/** How often the signal was given after each of the messages, which are stored one after another. */
const given = (messages: ReadonlyArray<Pick<Message, "metadata">>, status: "active" | "paused" = "active") =>
  Effect.gen(function* () {
    const times = yield* Ref.make(0)
    const signal = Layer.succeed(ScoringSignal, {
      give: Ref.update(times, (n) => n + 1),
      await: Effect.never
    })
    return yield* Effect.gen(function* () {
      const sessions = yield* SessionRepository
      yield* sessions.create(session, Option.none())
      yield* sessions.setStatus(asNobody, session.id, status, now)
      return yield* Effect.forEach(messages, ({ metadata }, index) =>
        sessions
          .append(
            asNobody,
            {
              id: MessageId.make(`m${index}`),
              sessionId: session.id,
              role: "assistant",
              content: MessageContent.make("Noted."),
              metadata
            },
            { now }
          )
          .pipe(Effect.either, Effect.zipRight(Ref.get(times)))
      )
    }).pipe(Effect.provide(Layer.provide(layerGiving(SessionRepositoryInMemory.layer), signal)))
  })

const noted = { metadata: { assessment: { evidence: [{ itemId: "a", score: 5, confidence: 1 }] } } }

it.effect("a stored message with a note signals, and no other does", () =>
  Effect.gen(function* () {
    const others = [{ metadata: {} }, { metadata: { assessment: "mine" } }, { metadata: { mood: "good" } }]
    assert.deepStrictEqual(yield* given([...others, noted, ...others, noted]), [0, 0, 0, 1, 1, 1, 1, 2])
  })
)

it.effect("a message that is refused does not signal", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* given([noted], "paused"), [0])
  })
)

it.effect("a reply that ends signals, by itself or stopped", () =>
  Effect.gen(function* () {
    const times = yield* Ref.make(0)
    const signal = Layer.succeed(ScoringSignal, {
      give: Ref.update(times, (n) => n + 1),
      await: Effect.never
    })
    yield* Effect.gen(function* () {
      const sessions = yield* SessionRepository
      const replies = yield* ReplyRepository
      yield* sessions.create(session, Option.none())
      const begin = (id: string) =>
        replies.begin(
          asNobody,
          {
            id: MessageId.make(id),
            sessionId: session.id,
            role: "user",
            content: MessageContent.make("hello"),
            metadata: {}
          },
          { replyId: MessageId.make(`${id}.answer`), now, lease: Duration.minutes(1) }
        )
      yield* begin("m1")
      assert.strictEqual(yield* Ref.get(times), 0)
      yield* replies.stop(asNobody, session.id, now)
      assert.strictEqual(yield* Ref.get(times), 1)
      yield* begin("m2")
      yield* replies.end(
        { sessionId: session.id, id: MessageId.make("m2.answer") },
        { status: "complete", now }
      )
      assert.strictEqual(yield* Ref.get(times), 2)
    }).pipe(
      Effect.provide(
        layerGivingForReplies(ReplyRepositoryInMemory.layer).pipe(
          Layer.provideMerge(SessionRepositoryInMemory.layer),
          Layer.provide(signal)
        )
      )
    )
  })
)
