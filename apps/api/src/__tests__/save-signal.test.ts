import { assert, it } from "@effect/vitest"
import {
  ClaimHash,
  MessageContent,
  MessageId,
  ReplyRepository,
  SessionRepository,
  UserId
} from "@workspace/domain"
import {
  asNobody,
  createTestSession,
  ReplyRepositoryInMemory,
  SessionRepositoryInMemory
} from "@workspace/domain/test-utils"
import { DateTime, Duration, Effect, Layer, Option, TestClock } from "effect"
import { layerTelling, layerTellingForReplies, SaveSignal } from "../save-signal.ts"

const now = DateTime.unsafeMake(0)
const session = createTestSession()
const claimHash = ClaimHash.make("a".repeat(64))

const stores = layerTellingForReplies(ReplyRepositoryInMemory.layer).pipe(
  Layer.provideMerge(layerTelling(SessionRepositoryInMemory.layer)),
  Layer.provideMerge(SessionRepositoryInMemory.layer)
)

const message = (id: string, role: "user" | "assistant") => ({
  id: MessageId.make(id),
  sessionId: session.id,
  role,
  content: MessageContent.make("hello"),
  metadata: {}
})

/** What a follower is told while something is done. */
const toldOf = <E>(act: Effect.Effect<unknown, E, SessionRepository | ReplyRepository>) =>
  Effect.gen(function* () {
    const told: Array<string> = []
    const tell = (what: string) => Effect.sync(() => told.push(what))
    yield* Effect.flatMap(SaveSignal, (signal) =>
      signal.followedBy({
        answered: (_, sequence) => tell(`answered ${sequence}`),
        changed: () => tell("changed"),
        claimed: () => tell("claimed")
      })
    )
    const sessions = yield* SessionRepository
    yield* sessions.create(session, Option.some(claimHash))
    yield* act
    return told
  }).pipe(Effect.scoped, Effect.provide(Layer.provideMerge(stores, SaveSignal.layer)))

const begin = (id: string) =>
  Effect.flatMap(ReplyRepository, (replies) =>
    replies.begin(asNobody, message(id, "user"), {
      replyId: MessageId.make(`${id}.answer`),
      now,
      lease: Duration.minutes(1)
    })
  )

const say = (id: string) =>
  Effect.flatMap(ReplyRepository, (replies) =>
    replies.write(
      { sessionId: session.id, id: MessageId.make(`${id}.answer`) },
      { index: 1, parts: [{ _tag: "Text", text: "Noted." }] },
      { lease: Duration.minutes(1) }
    )
  )

const end = (id: string, completes = false) =>
  Effect.flatMap(ReplyRepository, (replies) =>
    replies.end(
      { sessionId: session.id, id: MessageId.make(`${id}.answer`) },
      { status: "complete", now, completes }
    )
  )

it.effect("an answer of the agent is told of, and no message of the user", () =>
  Effect.gen(function* () {
    const sessions = Effect.map(SessionRepository, ({ append }) => append)
    const told = yield* toldOf(
      Effect.flatMap(sessions, (append) =>
        append(asNobody, message("m1", "user"), { now }).pipe(
          Effect.zipRight(append(asNobody, message("m2", "assistant"), { now })),
          Effect.zipRight(append(asNobody, message("m3", "assistant"), { now, completes: true }))
        )
      )
    )
    assert.deepStrictEqual(told, ["answered 2", "changed"])
  })
)

it.effect("a change is told of, and an owner", () =>
  Effect.gen(function* () {
    const told = yield* toldOf(
      Effect.flatMap(SessionRepository, ({ claim, setStatus, update }) =>
        setStatus(asNobody, session.id, "paused", now).pipe(
          Effect.zipRight(update(asNobody, session.id, { metadata: { mood: "good" } }, { now })),
          Effect.zipRight(claim(UserId.make("alice"), session.id, claimHash, now))
        )
      )
    )
    assert.deepStrictEqual(told, ["changed", "changed", "claimed"])
  })
)

it.effect("what is refused is not told of", () =>
  Effect.gen(function* () {
    const told = yield* toldOf(
      Effect.flatMap(SessionRepository, ({ append, setStatus }) =>
        setStatus(asNobody, session.id, "completed", now).pipe(
          Effect.zipRight(Effect.either(append(asNobody, message("m1", "assistant"), { now }))),
          Effect.zipRight(Effect.either(setStatus(asNobody, session.id, "active", now)))
        )
      )
    )
    assert.deepStrictEqual(told, ["changed"])
  })
)

it.effect("a reply is told of when it has become a message, by itself, stopped or left behind", () =>
  Effect.gen(function* () {
    const stop = Effect.flatMap(ReplyRepository, (replies) => replies.stop(asNobody, session.id, now))
    const endAbandoned = Effect.flatMap(ReplyRepository, (replies) => replies.endAbandoned(now))
    const told = yield* toldOf(
      Effect.all([begin("m1"), say("m1"), end("m1")]).pipe(
        Effect.zipRight(Effect.all([begin("m2"), stop, begin("m3"), say("m3"), stop])),
        Effect.zipRight(Effect.all([begin("m4"), say("m4"), TestClock.adjust("2 minutes"), endAbandoned])),
        Effect.zipRight(Effect.all([begin("m5"), say("m5"), end("m5", true)]))
      )
    )
    assert.deepStrictEqual(told, ["answered 2", "answered 5", "answered 7", "changed"])
  })
)

it.effect("nothing is told to who does not follow any more", () =>
  Effect.gen(function* () {
    const signal = yield* SaveSignal
    const told: Array<string> = []
    const tell = () => Effect.sync(() => told.push("told"))
    yield* Effect.scoped(signal.followedBy({ answered: tell, changed: tell, claimed: tell }))
    yield* signal.changed(session.id)
    assert.deepStrictEqual(told, [])
  }).pipe(Effect.provide(SaveSignal.layer))
)
