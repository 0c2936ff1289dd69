import { assert, it } from "@effect/vitest"
import {
  Caller,
  MessageContent,
  MessageId,
  SessionId,
  SessionRepository,
  Title,
  UserId
} from "@workspace/domain"
import { createTestSession, listOf } from "@workspace/domain/test-utils"
import { DateTime, Duration, Effect, Layer, Option, TestServices } from "effect"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { layerPostgres } from "../test-utils/layers.ts"

const userId = UserId.make("searcher")
const caller = Caller.User({ userId })
const now = DateTime.unsafeMake("2030-01-01T00:00:00.000Z")
const names = ["calm", "stormy", "quoted"]

const fill = Effect.gen(function* () {
  const repository = yield* SessionRepository
  const session = (name: string) =>
    createTestSession({
      id: SessionId.make(name),
      userId: Option.some(userId),
      title: Option.some(Title.make(`The ${name} sea`)),
      createdAt: now,
      updatedAt: now
    })
  yield* Effect.forEach(names, (name) => repository.create(session(name), Option.none()))
  yield* repository.append(
    caller,
    {
      id: MessageId.make("m1"),
      sessionId: SessionId.make("quoted"),
      role: "user",
      content: MessageContent.make("deep blue and wide"),
      metadata: {}
    },
    { now }
  )
})

const layer = Layer.effectDiscard(fill).pipe(
  Layer.provideMerge(SessionRepositoryPg.layer),
  Layer.provide(layerPostgres)
)

it.layer(layer, { timeout: "60 seconds" })("a search", (it) => {
  it.effect.each<[string, Array<string>]>([
    ["calm or stormy", ["calm", "stormy"]],
    ["sea -calm", ["stormy", "quoted"]],
    ["sea -calm -stormy", ["quoted"]],
    ['"deep blue"', ["quoted"]],
    // All words, but not beside each other.
    ['"blue deep"', ["quoted"]],
    ['"blue wide"', ["quoted"]],
    ['"blue narrow"', []],
    // Nothing can be found by what is not there.
    ["-calm", []],
    ["calm or -stormy", []],
    ['"deep blue', ["quoted"]],
    ['sea -"the calm"', ["stormy", "quoted"]],
    ["deep-blue", ["quoted"]],
    ["-", []],
    ['"', []],
    ["&|!<->:*()\\'`;", []],
    ["\u{feff}\u{200b}", []]
  ])("reads %j as websearch_to_tsquery does", ([q, expected]) =>
    Effect.gen(function* () {
      const { sessions } = yield* listOf(caller, { limit: 10, q })
      assert.sameMembers(
        sessions.map(({ id }) => id.valueOf()),
        expected
      )
    })
  )

  // Looking for more than words, PostgreSQL takes 5 to 25 seconds for each of these. A statement may take 3.
  it.effect.each(["~/", "a_", "a-b.", "<!--", "http_"])("does not hold up a message full of %j", (text) =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const id = SessionId.make(`long-${text.length}-${text.codePointAt(0)}`)
      yield* repository.create(createTestSession({ id }), Option.none())
      const append = (n: number) =>
        repository.append(
          Caller.Anonymous(),
          {
            id: MessageId.make(`m${n}`),
            sessionId: id,
            role: "user",
            content: MessageContent.make(text.repeat(Math.floor(65_536 / text.length))),
            metadata: {}
          },
          { now }
        )
      // A machine that stalls makes one of them slow, but not all.
      const taken = yield* Effect.forEach([1, 2, 3], (n) =>
        Effect.map(TestServices.provideLive(Effect.timed(append(n))), ([time]) => Duration.toMillis(time))
      )
      assert.isBelow(Math.min(...taken), 3_000)
    })
  )
})
