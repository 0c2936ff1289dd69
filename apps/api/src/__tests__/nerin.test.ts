import { HttpApiClient } from "@effect/platform"
import { assert, layer as itWithLayer } from "@effect/vitest"
import { Agents, type Item, items, LanguageModels, score, scoreOfChoice } from "@workspace/agents"
import { BigOceanApi } from "@workspace/contracts"
import { layerEmbeddedInMemory } from "@workspace/database/test-utils"
import {
  AgentName,
  AssessmentNote,
  evidenceIn,
  LanguageTag,
  MessageContent,
  MessageId,
  Precision,
  type Trait,
  traits
} from "@workspace/domain"
import { Array, Effect, Layer, Number, Option, Order, Struct } from "effect"
import * as Scoring from "../scoring.ts"
import * as Sessions from "../sessions.ts"
import { layerFiles } from "../test-utils/scripted-sessions.ts"
import * as ServerInMemory from "../test-utils/server-in-memory.ts"

const layerServer = ServerInMemory.layerServer(Layer.provide(Sessions.layer, layerFiles)).pipe(
  Layer.merge(Layer.provide(Scoring.layer, Layer.provide(Sessions.layer, layerFiles))),
  Layer.provide([
    layerEmbeddedInMemory,
    Agents.layer({ definitions: [], rule: { targetPrecision: 0.9, maxItems: 120 } }).pipe(
      Layer.provide(LanguageModels.layerNone)
    )
  ])
)

/** Starts an assessment; every message has an id of its own. */
const begin = Effect.fnUntraced(function* (payload: { readonly language?: LanguageTag } = {}) {
  const { assessment, sessions } = yield* HttpApiClient.make(BigOceanApi)
  const { sessionId } = yield* assessment.start({ payload })
  const path = { sessionId }
  const send = (id: string, text: string) =>
    assessment.message({
      headers: {},
      payload: { sessionId, id: MessageId.make(id), message: MessageContent.make(text) }
    })
  const load = sessions.get({ path })
  return {
    send,
    load,
    /** The whole timeline, once the scorer has seen the messages up to this one. */
    scored: (through: number) =>
      Effect.repeat(Effect.delay(sessions.estimates({ path, urlParams: { limit: 200 } }), "10 millis"), {
        until: ({ scoredThrough }) => scoredThrough >= through
      }),
    results: assessment.results({ path }),
    pause: assessment.pause({ path }),
    resume: assessment.resume({ path }),
    /** The item that is asked now. */
    pending: Effect.map(load, ({ messages }) =>
      Option.flatMap(Option.flatMap(Array.last(messages), AssessmentNote.of), ({ asks }) =>
        Array.findFirst(items, ({ id }) => Option.contains(asks, id))
      )
    )
  }
})

/** Five answers of somebody to each trait, from 1 to 5 in its direction, in turn. */
const person: Readonly<Record<Trait, ReadonlyArray<number>>> = {
  neuroticism: [5, 4, 5, 4, 4],
  openness: [4, 3, 4, 4, 3],
  agreeableness: [3, 3, 3, 4, 2],
  extraversion: [2, 3, 2, 2, 3],
  conscientiousness: [1, 2, 1, 2, 2]
}

const words: ReadonlyArray<string> = [
  "Very inaccurate",
  "moderately inaccurate",
  "neither accurate nor inaccurate",
  "Moderately accurate.",
  "5, very accurate"
]

/** In a number, and every third time in words. */
const answerTo = (item: Item, turn: number) => {
  const score = person[item.trait][turn % 5] ?? 3
  const choice = scoreOfChoice(item, score)
  return turn % 3 === 0 ? (words[choice - 1] ?? "") : `${choice}`
}

const sumOf = (precision: Precision) => Number.sumAll(traits.map((trait) => precision[trait]))

itWithLayer(layerServer, { excludeTestServices: true, timeout: "60 seconds" })(
  "an assessment with Nerin",
  (it) => {
    it.scoped(
      "goes from the greeting to its end, with a pause in the middle, and finds the person",
      () =>
        Effect.gen(function* () {
          const { load, pause, pending, results, resume, scored, send } = yield* begin()
          const greeting = yield* send("greeting", "Good evening")
          assert.include(greeting.response, "not a person")
          assert.deepStrictEqual({ ...greeting.precision }, { ...Precision.initial })

          let last = greeting
          let early = 0
          let turn = 0
          for (let asked = yield* pending; Option.isSome(asked); asked = yield* pending) {
            turn += 1
            if (turn === 7) {
              assert.include((yield* send("unreadable", "It is purple.")).response, "could not place")
              assert.deepStrictEqual(yield* pending, asked)
            }
            if (turn === 11) {
              assert.strictEqual((yield* pause).status, "paused")
              const refused = yield* Effect.flip(send("while-paused", "4"))
              assert.strictEqual(refused._tag, "InvalidSessionStateError")
              // Scoring does not wait for the person to come back.
              const { estimates } = yield* scored(last.sequence)
              assert.strictEqual((yield* resume).status, "active")
              last = yield* send("again", "I am back")
              assert.include(last.response, asked.value.text)
              assert.deepStrictEqual(last.precision, estimates.at(-1)?.traits.precision)
              early = sumOf(last.precision)
            }
            last = yield* send(`turn-${turn}`, answerTo(asked.value, turn))
          }

          const { messages, session } = yield* load
          assert.deepStrictEqual([session.status, session.messageCount], ["completed", last.sequence])
          assert.include(last.response, `/api/assessment/sessions/${session.id}/results`)
          const estimates = score(evidenceIn(messages))
          for (const trait of traits) assert.isAtLeast(estimates[trait].precision, 0.9)
          assert.isTrue(turn > 50 && turn < 120, `${turn} items`)

          // A surprising answer may make a trait less certain for a while; over the whole, they rise.
          assert.isAbove(early, sumOf(Precision.initial))
          assert.isAbove(sumOf(estimates.precision), early)
          const timeline = yield* scored(session.messageCount)
          const told = yield* results
          assert.deepStrictEqual(
            [timeline.scoredThrough, told.scoredThrough],
            [session.messageCount, session.messageCount]
          )
          // One for each answer, and the last of them is what the whole history gives.
          assert.deepStrictEqual(
            timeline.estimates.map(({ traits }) => traits.answers),
            Array.range(1, turn)
          )
          assert.deepStrictEqual(timeline.estimates.at(-1)?.traits, estimates)
          for (const trait of traits) assert.closeTo(told.traits[trait].mean, estimates[trait].mean, 5e-5)
          assert.deepStrictEqual(
            Array.sort(
              traits,
              Order.mapInput(Order.reverse(Order.number), (_: Trait) => told.traits[_].mean)
            ),
            Struct.keys(person)
          )

          // A copy of the last message gets its answer, with what is known by now; a new one comes too late.
          const { precision } = estimates
          assert.deepStrictEqual(yield* send(`turn-${turn}`, messages.at(-2)?.content ?? ""), {
            ...last,
            precision
          })
          const late = yield* Effect.flip(send("late", "4"))
          assert(late._tag === "InvalidSessionStateError")
          assert.strictEqual(late.currentStatus, "completed")
        }),
      60_000
    )

    it.scoped("is held in the person's language", () =>
      Effect.gen(function* () {
        const { load, send } = yield* begin({ language: LanguageTag.make("de-AT") })
        assert.include((yield* send("1", "Servus")).response, "5 = Sehr zutreffend")
        yield* send("2", "sehr zutreffend")
        const { messages, session } = yield* load
        assert.deepStrictEqual(session.metadata, { language: "de-AT" })
        assert.deepStrictEqual(
          evidenceIn(messages).map((_) => _.score),
          [5]
        )
      })
    )

    it.scoped("leaves no other agent to choose, and an unknown one is refused", () =>
      Effect.gen(function* () {
        const { sessions } = yield* HttpApiClient.make(BigOceanApi)
        const create = (agent: string) =>
          sessions.create({ headers: {}, payload: { agent: AgentName.make(agent) } })
        const refused = yield* Effect.flip(create("nobody"))
        assert(refused._tag === "UnknownAgentError")
        assert.deepStrictEqual(
          [refused.status, refused.code, refused.agents],
          [400, "VALIDATION_ERROR", ["nerin"]]
        )
        assert.strictEqual((yield* create("nerin")).agent, "nerin")
      })
    )
  }
)
