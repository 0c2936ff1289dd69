import { assert, describe, it } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Effect, Layer, Option } from "effect"
import { NotScoredError } from "../errors/scoring.ts"
import { SessionNotFoundError } from "../errors/session.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { PrecisionKeeper } from "../services/precision-keeper.ts"
import { SessionScores } from "../services/session-scores.ts"
import { alice, asAlice, asBob } from "../test-utils/callers.ts"
import * as ScorerCounting from "../test-utils/scorer-counting.ts"
import * as ScoringRepositoryInMemory from "../test-utils/scoring-repository-in-memory.ts"
import * as SessionRepositoryInMemory from "../test-utils/session-repository-in-memory/index.ts"
import { createSession, message, now } from "../test-utils/session-repository-suite/fixtures.ts"
import { AssessmentNote, Evidence, ItemId } from "../types/evidence.ts"
import type { JsonObject } from "../types/json.ts"

const layer = Layer.merge(PrecisionKeeper.layer, SessionScores.layer).pipe(
  Layer.provide([ScoringRepositoryInMemory.layer, ScorerCounting.layer]),
  Layer.provideMerge(SessionRepositoryInMemory.layer)
)

/** A session of Alice in which each message tells of one item, scored. */
const scored = Effect.fnUntraced(function* (metadata: JsonObject, ...items: ReadonlyArray<string>) {
  const sessions = yield* SessionRepository
  const { id } = yield* createSession({ userId: Option.some(alice), metadata })
  yield* Effect.forEach(items, (item) => {
    const confidence = item.startsWith("unsure") ? 0 : 1
    const evidence = [new Evidence({ itemId: ItemId.make(item), score: 4, confidence })]
    const note = new AssessmentNote({ asks: Option.none(), evidence })
    return sessions.append(asAlice, message(id, item, { metadata: note.metadata }), { now })
  })
  yield* (yield* PrecisionKeeper).catchUp
  return id
})

describe("SessionScores", () => {
  it.effect("shows how the estimates went, as of any sequence", () =>
    Effect.gen(function* () {
      const scores = yield* SessionScores
      const id = yield* scored({}, "a", "b", "c")
      const { estimates, scoredThrough } = yield* scores.timeline(asAlice, id, { limit: 50 })
      assert.strictEqual(scoredThrough, 3)
      assert.deepStrictEqual(
        estimates.map(({ throughSequence, traits }) => [throughSequence, traits.answers]),
        [
          [1, 5],
          [2, 10],
          [3, 15]
        ]
      )
      const asOf = yield* scores.timeline(asAlice, id, { limit: 1, through: 2 })
      assert.deepStrictEqual(asOf.estimates, estimates.slice(1, 2))
    }).pipe(Effect.provide(layer))
  )

  it.effect("puts the newest into words, in the session's language or in English", () =>
    Effect.gen(function* () {
      const scores = yield* SessionScores
      for (const [metadata, language] of [
        [{}, "en"],
        [{ language: "pt-BR" }, "pt-BR"],
        [{ language: 7 }, "en"],
        [{ language: "Português" }, "en"]
      ] as const) {
        const id = yield* scored(metadata, "a", "b")
        const results = yield* scores.results(asAlice, id)
        assert.deepInclude(results, { language, scoredThrough: 2 })
        assert.strictEqual(results.traits.neuroticism.answers, 2)
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("has no results while no answer is scored", () =>
    Effect.gen(function* () {
      const scores = yield* SessionScores
      for (const items of [[], ["unknown-item"], ["unsure"]]) {
        const sessionId = yield* scored({}, ...items)
        assertEquals(
          yield* Effect.flip(scores.results(asAlice, sessionId)),
          new NotScoredError({ sessionId })
        )
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("knows nothing of somebody else's session", () =>
    Effect.gen(function* () {
      const scores = yield* SessionScores
      const sessionId = yield* scored({}, "a")
      const notFound = new SessionNotFoundError({ sessionId })
      assertEquals(yield* Effect.flip(scores.results(asBob, sessionId)), notFound)
      assertEquals(yield* Effect.flip(scores.timeline(asBob, sessionId, { limit: 1 })), notFound)
    }).pipe(Effect.provide(layer))
  )
})
