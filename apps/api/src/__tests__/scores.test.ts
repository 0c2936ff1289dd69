import { assert, layer as itWithLayer } from "@effect/vitest"
import { layerPostgres } from "@workspace/database/test-utils"
import {
  AgentPart,
  AssessmentNote,
  AssessmentResults,
  type Conversation,
  EstimateTimeline,
  Evidence,
  ItemId,
  PrecisionKeeper
} from "@workspace/domain"
import { Array, Effect, Layer, Option, Schema, Stream } from "effect"
import { ask, posting } from "../test-utils/exchange.ts"
import * as ScriptedSessions from "../test-utils/scripted-sessions.ts"
import * as ServerInMemory from "../test-utils/server-in-memory.ts"
import { asConversation, newCaller, refusedFields } from "../test-utils/session-caller.ts"

/** An agent that finds in every message the highest answer to the item that it names. */
const findsAnswers = ({ messages }: Conversation) => {
  const itemId = ItemId.make(messages.at(-1)?.content ?? "")
  const evidence = [new Evidence({ itemId, score: 5, confidence: 1 })]
  const note = new AssessmentNote({ asks: Option.none(), evidence })
  return Stream.make("Noted.", AgentPart.Data({ data: note.metadata }))
}

const inMemory = ServerInMemory.layerSessions(findsAnswers)
const onServer = ScriptedSessions.layerOf(findsAnswers)

const stores = {
  "in memory": Layer.merge(ServerInMemory.layerServer(inMemory), inMemory),
  "on a server": Layer.merge(ServerInMemory.layerServer(onServer), onServer).pipe(
    Layer.provide(layerPostgres)
  )
}

/** The first three items: one of neuroticism, of extraversion and of openness. */
const items = [
  "43c98ce8-a07a-4dc2-80f6-c1b2a2485f06",
  "d50a597f-632b-4f7b-89e6-6d85b50fd1c9",
  "888dd864-7449-4e96-8d5c-7a439603ea91"
] as const

const catchUp = Effect.flatMap(PrecisionKeeper, (keeper) =>
  Effect.repeat(keeper.catchUp, { until: (taken) => taken === 0 })
)

/** A session in which each item is asked and answered high, and its reads. */
const answered = Effect.fnUntraced(function* (metadata: object, answers: ReadonlyArray<string>) {
  const caller = yield* newCaller
  const { id } = yield* caller.create({ metadata })
  for (const itemId of answers) {
    const said = posting("/api/assessment/message", { sessionId: id, message: itemId })
    const { status, text } = yield* ask({
      ...said,
      headers: { ...said.headers, "x-user-id": caller.userId }
    })
    assert.strictEqual(status, 200, text)
  }
  yield* catchUp
  const estimates = (query: string) => caller.get(`/${id}/estimates${query}`)
  return {
    id,
    estimates,
    timeline: (query: string) =>
      Effect.flatMap(estimates(query), ({ body }) => Schema.decodeUnknown(EstimateTimeline)(body)),
    results: ask({ path: `/api/assessment/sessions/${id}/results`, headers: { "x-user-id": caller.userId } }),
    session: Effect.map(Effect.flatMap(caller.get(`/${id}`), asConversation), ({ session }) => session)
  }
})

for (const [store, layer] of Object.entries(stores)) {
  itWithLayer(layer, { excludeTestServices: true, timeout: "60 seconds" })(`scores, ${store}`, (it) => {
    it.effect("rise with the answers, and stay to be seen as of any message", () =>
      Effect.gen(function* () {
        const { session, timeline } = yield* answered({}, items)
        const { estimates, scoredThrough } = yield* timeline("")
        assert.strictEqual(scoredThrough, 6)
        assert.deepStrictEqual(
          estimates.map(({ throughSequence, traits }) => [throughSequence, traits.answers]),
          [
            [2, 1],
            [4, 2],
            [6, 3]
          ]
        )
        const { precision } = yield* session
        assert.deepStrictEqual(precision, { ...estimates[2]?.traits.precision })
        assert.isAbove(precision.openness, 0.5)
        assert.strictEqual(precision.agreeableness, 0.5)
        assert.deepStrictEqual((yield* timeline("?through=5&limit=1")).estimates, estimates.slice(1, 2))
        assert.deepStrictEqual((yield* timeline("?through=5")).estimates, estimates.slice(0, 2))
        assert.deepStrictEqual((yield* timeline("?through=1")).estimates, [])
      })
    )

    it.effect("are told in the language of the session, with how sure they are", () =>
      Effect.gen(function* () {
        for (const [metadata, language, title] of [
          [{}, "en", "Neuroticism"],
          [{ language: "de-AT" }, "de", "Neurotizismus"]
        ] as const) {
          const { results } = yield* answered(metadata, items)
          const { body, status, text } = yield* results
          assert.strictEqual(status, 200, text)
          const told = yield* Schema.decodeUnknown(AssessmentResults)(body)
          const { neuroticism } = told.traits
          assert.deepInclude(told, { language, scoredThrough: 6 })
          assert.deepInclude(neuroticism, { title, answers: 1 })
          assert.isAbove(neuroticism.percentile, 50)
          assert.closeTo(neuroticism.reliability, 1 - neuroticism.standardError ** 2, 2e-4)
          assert.closeTo(neuroticism.precision, 1 / (1 + neuroticism.standardError ** 2), 2e-4)
          assert.deepStrictEqual(
            neuroticism.facets.map(({ answers }) => answers),
            [1, ...Array.replicate(0, 5)]
          )
        }
      })
    )

    it.effect("are not there before the first answer is scored", () =>
      Effect.gen(function* () {
        const { id, results, timeline } = yield* answered({}, [])
        const { body, status } = yield* results
        assert.strictEqual(status, 400)
        assert.deepInclude(body, { _tag: "NotScoredError", code: "INVALID_STATE", sessionId: id })
        assert.deepStrictEqual({ ...(yield* timeline("")) }, { estimates: [], scoredThrough: 0 })
      })
    )

    it.effect("are refused as of what is no sequence", () =>
      Effect.gen(function* () {
        const { estimates } = yield* answered({}, [])
        for (const [query, field] of [
          ["?through=0", "through"],
          ["?through=x", "through"],
          ["?limit=201", "limit"]
        ] as const) {
          assert.deepStrictEqual(yield* refusedFields(yield* estimates(query)), [field])
        }
      })
    )
  })
}
