import { assert, layer as itWithLayer } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Array, DateTime, Duration, Effect, type Layer, Option } from "effect"
import { SessionNotFoundError } from "../errors/session.ts"
import { ScoringRepository } from "../ports/scoring-repository.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { type BehindSession, Estimate, notesAtOnce, takenAtOnce } from "../types/estimate.ts"
import { AssessmentNote, Evidence, ItemId } from "../types/evidence.ts"
import type { SessionId } from "../types/ids.ts"
import { precisionOf } from "../types/precision.ts"
import { byTrait, Facet } from "../types/trait.ts"
import { FacetEstimate, TraitEstimate, TraitEstimates } from "../types/trait-estimate.ts"
import { alice, asAlice, asAnonymous, asBob, asNobody } from "./callers.ts"
import { createSession, message, now } from "./session-repository-suite/fixtures.ts"

const lease = Duration.seconds(10)
const later = (duration: Duration.DurationInput) => DateTime.addDuration(now, duration)
const everything = { limit: 1_000 }

const note = new AssessmentNote({
  asks: Option.none(),
  evidence: [new Evidence({ itemId: ItemId.make("item"), score: 4, confidence: 0.9 })]
}).metadata

/** An estimate with numbers that have no short form. */
const estimateAt = (throughSequence: number) => {
  const standardError = 1 / (2 + throughSequence) ** 0.5
  const estimate = { mean: -Math.PI / throughSequence, standardError, answers: throughSequence }
  const facets = Facet.literals.map((facet) => new FacetEstimate({ facet, ...estimate }))
  const traits = byTrait(
    () => new TraitEstimate({ ...estimate, precision: precisionOf(standardError), facets })
  )
  return new Estimate({ throughSequence, traits: new TraitEstimates(traits) })
}

const append = Effect.fnUntraced(function* (id: SessionId, count: number, metadata = note) {
  const repository = yield* SessionRepository
  const { session } = yield* repository.load(asNobody, id)
  yield* Effect.forEach(Array.range(1, count), (n) =>
    repository.append(asNobody, message(id, `m${session.messageCount + n}`, { metadata }), { now })
  )
})

/** A session of Alice with so many messages that hold evidence. */
const createNoted = Effect.fnUntraced(function* (count: number) {
  const { id } = yield* createSession({ userId: Option.some(alice) })
  yield* append(id, count)
  return id
})

const createMany = (count: number) => Effect.replicateEffect(createNoted(1), count, { concurrency: 4 })

/** Takes all that is behind, and gives what it got of one session. */
const take = Effect.fnUntraced(function* (id: SessionId, at = now) {
  const repository = yield* ScoringRepository
  const taken: Array<BehindSession> = []
  yield* Effect.repeat(repository.takeBehind({ lease, now: at }), {
    until: (some) => {
      taken.push(...some)
      return some.length === 0
    }
  })
  return taken.filter(({ sessionId }) => sessionId === id)
})

const sessionOf = (id: SessionId) =>
  Effect.flatMap(SessionRepository, (repository) =>
    Effect.map(repository.load(asNobody, id), ({ session }) => session)
  )

/** The promises of `ScoringRepository`, for every store that makes them. */
export const describeScoringRepository = <E>(
  name: string,
  layer: Layer.Layer<ScoringRepository | SessionRepository, E>,
  options?: { readonly timeout?: Duration.DurationInput }
) => {
  itWithLayer(layer, { ...options, excludeTestServices: true })(name, (it) => {
    it.effect("takes a session that is behind, once, until its lease is over", () =>
      Effect.gen(function* () {
        const id = yield* createNoted(3)
        const behind = [{ sessionId: id, scoredThrough: 0, through: 3 }]
        assert.deepStrictEqual(yield* take(id), behind)
        assert.deepStrictEqual(yield* take(id), [])
        assert.deepStrictEqual(yield* take(id, later("9999 millis")), [])
        yield* append(id, 1)
        assert.deepStrictEqual(yield* take(id, later("10 seconds")), [
          { sessionId: id, scoredThrough: 0, through: 4 }
        ])
        assert.deepStrictEqual(yield* take(id, later("19 seconds")), [])
      })
    )

    it.effect("gives each session to one of many takers, so many at once", () =>
      Effect.gen(function* () {
        const repository = yield* ScoringRepository
        const ids = yield* createMany(2 * takenAtOnce)
        const taken = yield* Effect.replicateEffect(repository.takeBehind({ lease, now }), 12, {
          concurrency: "unbounded"
        })
        for (const { length } of taken) assert.isAtMost(length, takenAtOnce)
        // Of two takers at the same instant one may pass over all that the other is taking.
        const rest = yield* Effect.replicateEffect(repository.takeBehind({ lease, now }), 3)
        const own = [...taken, ...rest].flat().map(({ sessionId }) => sessionId)
        assert.sameMembers(
          own.filter((id) => ids.includes(id)),
          ids
        )
      })
    )

    it.effect("takes what was never taken before what others have let go", () =>
      Effect.gen(function* () {
        const repository = yield* ScoringRepository
        const [old] = yield* createMany(takenAtOnce)
        assert(old !== undefined)
        yield* take(old)
        const fresh = yield* createNoted(1)
        const taken = yield* repository.takeBehind({ lease, now: later("1 day") })
        assert.include(
          taken.map(({ sessionId }) => sessionId),
          fresh
        )
        assert.lengthOf(taken, takenAtOnce)
      })
    )

    it.effect("counts messages without a note as scored, and keeps what was found", () =>
      Effect.gen(function* () {
        const repository = yield* ScoringRepository
        const id = yield* createNoted(1)
        yield* take(id)
        yield* repository.store(id, { through: 1, estimates: [estimateAt(1)] })
        yield* append(id, 2, {})
        const before = yield* sessionOf(id)
        assert.deepStrictEqual(yield* take(id), [{ sessionId: id, scoredThrough: 3, through: 3 }])
        const after = yield* sessionOf(id)
        assert.deepInclude(after, { scoredThrough: 3, version: before.version + 1 })
        assert.deepStrictEqual([after.precision, after.updatedAt], [before.precision, before.updatedAt])
        assert.deepStrictEqual(yield* take(id, later("1 day")), [])
        yield* append(id, 1)
        assert.deepStrictEqual(yield* take(id), [{ sessionId: id, scoredThrough: 3, through: 4 }])
      })
    )

    it.effect("never passes over a note that is written meanwhile", () =>
      Effect.gen(function* () {
        const repository = yield* ScoringRepository
        const { id } = yield* createSession()
        const isNoted = (sequence: number) => sequence % 3 === 0
        const writer = Effect.forEach(Array.range(1, 60), (n) => append(id, 1, isNoted(n) ? note : {}))
        const scorer = Effect.gen(function* () {
          for (const { scoredThrough, through } of yield* take(id)) {
            const noted = yield* repository.noted({ sessionId: id, through }, 0)
            const fresh = noted.map(({ sequence }) => sequence).filter((_) => _ > scoredThrough)
            if (scoredThrough < through) {
              yield* repository.store(id, { through, estimates: fresh.map(estimateAt) })
            }
          }
          // A writer on the same thread gets its turn.
          yield* Effect.yieldNow()
        })
        yield* Effect.raceFirst(writer, Effect.forever(Effect.uninterruptible(scorer)))
        yield* Effect.replicateEffect(scorer, 3)
        const { estimates, session } = yield* repository.load(asNobody, id, everything)
        assert.strictEqual(session.scoredThrough, 60)
        assert.deepStrictEqual(
          estimates.map(({ throughSequence }) => throughSequence),
          Array.range(1, 60).filter(isNoted)
        )
      })
    )

    it.effect("gives the messages with notes, in order, up to where it is asked", () =>
      Effect.gen(function* () {
        const repository = yield* ScoringRepository
        const id = yield* createNoted(1)
        yield* append(id, 1, { mood: "assessment" })
        yield* append(id, 2, { assessment: "none that can be read" })
        yield* append(id, 1)
        const noted = yield* repository.noted({ sessionId: id, through: 4 }, 0)
        assert.deepStrictEqual(
          noted.map(({ metadata, sequence }) => [sequence, metadata]),
          [
            [1, note],
            [3, { assessment: "none that can be read" }],
            [4, { assessment: "none that can be read" }]
          ]
        )
        yield* append(id, notesAtOnce)
        const sequences = (after: number) =>
          Effect.map(
            repository.noted({ sessionId: id, through: notesAtOnce + 5 }, after),
            Array.map(({ sequence }) => sequence)
          )
        assert.deepStrictEqual(yield* sequences(1), Array.range(3, notesAtOnce + 2))
        assert.deepStrictEqual(
          yield* sequences(notesAtOnce + 2),
          Array.range(notesAtOnce + 3, notesAtOnce + 5)
        )
        assert.deepStrictEqual(yield* sequences(notesAtOnce + 5), [])
      })
    )

    it.effect("stores estimates with the precision of the last, and lets the session go", () =>
      Effect.gen(function* () {
        const repository = yield* ScoringRepository
        const id = yield* createNoted(4)
        yield* take(id)
        const before = yield* sessionOf(id)
        const estimates = [estimateAt(1), estimateAt(3)]
        yield* repository.store(id, { through: 3, estimates })
        const stored = yield* repository.load(asAlice, id, everything)
        assert.deepStrictEqual(stored.estimates, estimates)
        assert.deepStrictEqual(stored.session, yield* sessionOf(id))
        assert.deepInclude(stored.session, { scoredThrough: 3, version: before.version + 1 })
        assert.deepStrictEqual(stored.session.precision, estimateAt(3).traits.precision)
        assert.deepStrictEqual(stored.session.updatedAt, before.updatedAt)
        assert.deepStrictEqual(yield* take(id), [{ sessionId: id, scoredThrough: 3, through: 4 }])
        yield* repository.store(id, { through: 4, estimates: [] })
        const after = yield* repository.load(asAlice, id, everything)
        assert.deepStrictEqual(after.estimates, estimates)
        assert.deepStrictEqual(after.session.precision, stored.session.precision)
        assert.strictEqual(after.session.scoredThrough, 4)
      })
    )

    it.effect("keeps the newest estimate when an older one comes last, and what is there as it is", () =>
      Effect.gen(function* () {
        const repository = yield* ScoringRepository
        const id = yield* createNoted(2)
        yield* take(id)
        yield* append(id, 2)
        yield* take(id, later("1 minute"))
        const newer = [estimateAt(2), estimateAt(4)]
        yield* repository.store(id, { through: 4, estimates: newer })
        const after = yield* sessionOf(id)
        yield* repository.store(id, {
          through: 2,
          estimates: [estimateAt(1), new Estimate({ ...estimateAt(9), throughSequence: 2 })]
        })
        assert.deepStrictEqual(yield* sessionOf(id), after)
        const { estimates } = yield* repository.load(asAlice, id, everything)
        assert.deepStrictEqual(estimates, [estimateAt(1), ...newer])
      })
    )

    it.effect("stores what two scorers found at once as one of them does", () =>
      Effect.gen(function* () {
        const repository = yield* ScoringRepository
        const id = yield* createNoted(8)
        const estimates = Array.range(1, 8).map(estimateAt)
        yield* Effect.forEach(
          [...estimates, ...estimates],
          ({ throughSequence: through }) =>
            repository.store(id, { through, estimates: estimates.slice(0, through) }),
          { concurrency: "unbounded" }
        )
        const stored = yield* repository.load(asAlice, id, everything)
        assert.deepStrictEqual(stored.estimates, estimates)
        assert.deepStrictEqual(stored.session.precision, estimateAt(8).traits.precision)
        assert.strictEqual(stored.session.scoredThrough, 8)
      })
    )

    it.effect("gives the last estimates of those at or before a sequence", () =>
      Effect.gen(function* () {
        const repository = yield* ScoringRepository
        const id = yield* createNoted(9)
        yield* repository.store(id, { through: 9, estimates: [2, 4, 6, 8].map(estimateAt) })
        const sequences = (range: Parameters<typeof repository.load>[2]) =>
          Effect.map(repository.load(asAlice, id, range), ({ estimates }) =>
            estimates.map(({ throughSequence }) => throughSequence)
          )
        assert.deepStrictEqual(yield* sequences({ limit: 3 }), [4, 6, 8])
        assert.deepStrictEqual(yield* sequences({ limit: 3, through: 6 }), [2, 4, 6])
        assert.deepStrictEqual(yield* sequences({ limit: 1, through: 7 }), [6])
        assert.deepStrictEqual(yield* sequences({ limit: 1, through: 1 }), [])
        assert.deepStrictEqual(yield* sequences({ limit: 1, through: 2_147_483_647 }), [8])
      })
    )

    it.effect("knows a session for whoever may see it, as long as it exists", () =>
      Effect.gen(function* () {
        const repository = yield* ScoringRepository
        const id = yield* createNoted(1)
        yield* repository.store(id, { through: 1, estimates: [estimateAt(1)] })
        const notFound = new SessionNotFoundError({ sessionId: id })
        for (const caller of [asBob, asAnonymous]) {
          assertEquals(yield* Effect.flip(repository.load(caller, id, everything)), notFound)
        }
        const sessions = yield* SessionRepository
        yield* sessions.remove(asAlice, id)
        yield* repository.store(id, { through: 1, estimates: [estimateAt(1)] })
        assert.deepStrictEqual(yield* repository.noted({ sessionId: id, through: 1 }, 0), [])
        assertEquals(yield* Effect.flip(repository.load(asAlice, id, everything)), notFound)
      })
    )
  })
}
