import { assert, layer as itWithLayer } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Array, DateTime, Duration, Effect, type Layer, Option } from "effect"
import { SessionNotFoundError } from "../errors/session.ts"
import { ScoringRepository } from "../ports/scoring-repository.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { type BehindSession, Estimate, longestLease, notesAtOnce, takenAtOnce } from "../types/estimate.ts"
import { AssessmentNote, Evidence, ItemId } from "../types/evidence.ts"
import type { SessionId } from "../types/ids.ts"
import { precisionOf } from "../types/precision.ts"
import { byTrait, Facet } from "../types/trait.ts"
import { FacetEstimate, TraitEstimate, TraitEstimates } from "../types/trait-estimate.ts"
import { alice, asAlice, asAnonymous, asBob, asNobody } from "./callers.ts"
import { createSession, message, now } from "./session-repository-suite/fixtures.ts"

/** Longer than any test takes. */
const lease = longestLease
const everything = { limit: 1_000 }

const note = new AssessmentNote({
  asks: Option.none(),
  evidence: [new Evidence({ itemId: ItemId.make("item"), score: 4, confidence: 0.9 })]
}).metadata

/** An estimate with numbers that have no short form. */
export const estimateAt = (throughSequence: number) => {
  const standardError = 1 / (2 + throughSequence) ** 0.5
  const estimate = { mean: -Math.PI / throughSequence, standardError, answers: throughSequence }
  const facets = Facet.literals.map((facet) => new FacetEstimate({ facet, ...estimate }))
  const traits = byTrait(
    () => new TraitEstimate({ ...estimate, precision: precisionOf(standardError), facets })
  )
  return new Estimate({ throughSequence, traits: new TraitEstimates(traits) })
}

/** Stores estimates as a scorer does that nobody waits for any more. */
export const storeEstimates = (sessionId: SessionId, through: number, estimates: ReadonlyArray<Estimate>) =>
  Effect.flatMap(ScoringRepository, (repository) =>
    repository.store({ sessionId, scoredThrough: 0, through, until: now }, { through, estimates })
  )

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

/** Takes all that is behind, for long, and gives what it got of one session. */
const take = Effect.fnUntraced(function* (id: SessionId) {
  const repository = yield* ScoringRepository
  const taken: Array<BehindSession> = []
  yield* Effect.repeat(repository.takeBehind(lease), {
    until: ({ held, settled }) => {
      taken.push(...held)
      return held.length + settled === 0
    }
  })
  return taken.filter(({ sessionId }) => sessionId === id)
})

/** Takes a session for some time, and no other. */
const takeFor = (id: SessionId, duration: Duration.DurationInput) =>
  Effect.gen(function* () {
    const repository = yield* ScoringRepository
    const { held } = yield* repository.takeBehind(Duration.decode(duration))
    const [others, own] = Array.partition(held, ({ sessionId }) => sessionId === id)
    yield* repository.giveBack(others)
    return yield* Array.head(own)
  }).pipe(Effect.eventually)

const hold = (id: SessionId) => takeFor(id, lease)

/** Takes a session, and lets the lease be over at once. */
const lose = (id: SessionId) => takeFor(id, Duration.zero)

const rangeOf = ({ scoredThrough, through }: BehindSession) => [scoredThrough, through]

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
        assert.deepStrictEqual(rangeOf(yield* lose(id)), [0, 3])
        yield* append(id, 1)
        assert.deepStrictEqual((yield* take(id)).map(rangeOf), [[0, 4]])
        assert.deepStrictEqual(yield* take(id), [])
        yield* append(id, 1)
        assert.deepStrictEqual(yield* take(id), [])
      })
    )

    it.effect("gives each session to one of many takers, so many at once", () =>
      Effect.gen(function* () {
        const repository = yield* ScoringRepository
        const ids = yield* createMany(2 * takenAtOnce)
        const taken = yield* Effect.replicateEffect(repository.takeBehind(lease), 12, {
          concurrency: "unbounded"
        })
        for (const { held, settled } of taken) assert.isAtMost(held.length + settled, takenAtOnce)
        // Of two takers at the same instant one may pass over all that the other is taking.
        const rest = yield* Effect.replicateEffect(repository.takeBehind(lease), 3)
        const own = [...taken, ...rest].flatMap(({ held }) => held.map(({ sessionId }) => sessionId))
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
        yield* lose(old)
        const fresh = yield* createNoted(1)
        const { held } = yield* repository.takeBehind(lease)
        assert.include(
          held.map(({ sessionId }) => sessionId),
          fresh
        )
        assert.lengthOf(held, takenAtOnce)
        yield* take(old)
      })
    )

    it.effect("takes for longer and longer what is taken in vain, up to the longest lease", () =>
      Effect.gen(function* () {
        const repository = yield* ScoringRepository
        const [fresh, twice, often, stored] = [
          yield* createNoted(1),
          yield* createNoted(1),
          yield* createNoted(1),
          yield* createNoted(2)
        ]
        for (const [id, times] of [
          [twice, 2],
          [often, 40],
          [stored, 3]
        ] as const) {
          yield* Effect.repeatN(lose(id), times - 1)
        }
        yield* repository.store(yield* lose(stored), { through: 1, estimates: [estimateAt(1)] })
        const { held } = yield* repository.takeBehind(Duration.minutes(10))
        const leaseOf = (id: SessionId) => {
          const until = held.find(({ sessionId }) => sessionId === id)?.until
          const first = held.find(({ sessionId }) => sessionId === fresh)?.until
          return until && first && DateTime.distance(first, until) / 60_000 + 10
        }
        assert.deepStrictEqual([fresh, twice, often, stored].map(leaseOf), [10, 40, 60, 10])
        yield* repository.giveBack(held)
      })
    )

    it.effect("lets go what is given back, as if it had not been taken, but of no other taker", () =>
      Effect.gen(function* () {
        const repository = yield* ScoringRepository
        const id = yield* createNoted(1)
        const lost = yield* lose(id)
        const held = yield* hold(id)
        yield* repository.giveBack([lost])
        assert.deepStrictEqual(yield* take(id), [])
        yield* repository.store(lost, { through: 1, estimates: [estimateAt(1)] })
        yield* append(id, 1)
        assert.deepStrictEqual(yield* take(id), [])
        yield* repository.giveBack([held, held])
        assert.deepStrictEqual((yield* take(id)).map(rangeOf), [[1, 2]])

        const [given, fresh] = [yield* createNoted(1), yield* createNoted(1)]
        yield* repository.giveBack([yield* takeFor(given, "1 minute")])
        const again = (yield* repository.takeBehind(Duration.minutes(1))).held
        const untilOf = (id: SessionId) => again.find(({ sessionId }) => sessionId === id)?.until
        assert.isDefined(untilOf(given))
        assert.deepStrictEqual(untilOf(given), untilOf(fresh))
        yield* repository.giveBack([])
      })
    )

    it.effect("counts messages without a note as scored, and keeps what was found", () =>
      Effect.gen(function* () {
        const repository = yield* ScoringRepository
        const id = yield* createNoted(1)
        const held = yield* hold(id)
        yield* append(id, 2, {})
        yield* repository.store(held, { through: 1, estimates: [estimateAt(1)] })
        const before = yield* sessionOf(id)
        assert.deepStrictEqual(yield* take(id), [])
        const after = yield* sessionOf(id)
        assert.deepInclude(after, { scoredThrough: 3, version: before.version + 1 })
        assert.deepStrictEqual([after.precision, after.updatedAt], [before.precision, before.updatedAt])
        assert.deepStrictEqual(yield* take(id), [])
        assert.deepStrictEqual(yield* sessionOf(id), after)
        yield* append(id, 1)
        assert.deepStrictEqual((yield* take(id)).map(rangeOf), [[3, 4]])
      })
    )

    it.effect("never finds a session without notes, which counts as scored with each message", () =>
      Effect.gen(function* () {
        const { id } = yield* createSession()
        yield* append(id, 3, { mood: "assessment" })
        const plain = yield* sessionOf(id)
        assert.deepInclude(plain, { scoredThrough: 3, messageCount: 3, version: 4 })
        assert.deepStrictEqual(yield* take(id), [])
        assert.deepStrictEqual(yield* sessionOf(id), plain)
        yield* append(id, 1)
        yield* append(id, 1, {})
        const behind = yield* sessionOf(id)
        assert.deepInclude(behind, { scoredThrough: 3, messageCount: 5, version: 6 })
        assert.deepStrictEqual((yield* take(id)).map(rangeOf), [[3, 5]])
      })
    )

    it.effect("never passes over a note that is written meanwhile", () =>
      Effect.gen(function* () {
        const repository = yield* ScoringRepository
        const { id } = yield* createSession()
        const isNoted = (sequence: number) => sequence % 3 === 0
        const writer = Effect.forEach(Array.range(1, 60), (n) => append(id, 1, isNoted(n) ? note : {}))
        const scorer = Effect.gen(function* () {
          for (const held of yield* take(id)) {
            const { scoredThrough, through } = held
            const noted = yield* repository.noted(held, 0)
            const fresh = noted.map(({ sequence }) => sequence).filter((_) => _ > scoredThrough)
            yield* repository.store(held, { through, estimates: fresh.map(estimateAt) })
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
        const held = yield* hold(id)
        const before = yield* sessionOf(id)
        const estimates = [estimateAt(1), estimateAt(3)]
        yield* repository.store(held, { through: 5, estimates: [estimateAt(5)] })
        yield* repository.store(held, { through: 3, estimates })
        const stored = yield* repository.load(asAlice, id, everything)
        assert.deepStrictEqual(stored.estimates, estimates)
        assert.deepStrictEqual(stored.session, yield* sessionOf(id))
        assert.deepInclude(stored.session, { scoredThrough: 3, version: before.version + 1 })
        assert.deepStrictEqual(stored.session.precision, estimateAt(3).traits.precision)
        assert.deepStrictEqual(stored.session.updatedAt, before.updatedAt)
        // What is left of it is still its taker's.
        assert.deepStrictEqual(yield* take(id), [])
        yield* append(id, 1)
        yield* repository.store(held, { through: 4, estimates: [] })
        const after = yield* repository.load(asAlice, id, everything)
        assert.deepStrictEqual(after.estimates, estimates)
        assert.deepStrictEqual(after.session.precision, stored.session.precision)
        assert.strictEqual(after.session.scoredThrough, 4)
        assert.deepStrictEqual((yield* take(id)).map(rangeOf), [[4, 5]])
      })
    )

    it.effect("keeps the newest estimate when an older one comes last, and what is there as it is", () =>
      Effect.gen(function* () {
        const repository = yield* ScoringRepository
        const id = yield* createNoted(2)
        const older = yield* lose(id)
        yield* append(id, 2)
        const newer = [estimateAt(2), estimateAt(4)]
        yield* repository.store(yield* hold(id), { through: 4, estimates: newer })
        const after = yield* sessionOf(id)
        yield* repository.store(older, {
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
        const held = yield* hold(id)
        const estimates = Array.range(1, 8).map(estimateAt)
        yield* Effect.forEach(
          [...estimates, ...estimates],
          ({ throughSequence: through }) =>
            repository.store(held, { through, estimates: estimates.slice(0, through) }),
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
        yield* repository.store(yield* hold(id), { through: 9, estimates: [2, 4, 6, 8].map(estimateAt) })
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
        const held = yield* hold(id)
        yield* repository.store(held, { through: 1, estimates: [estimateAt(1)] })
        const notFound = new SessionNotFoundError({ sessionId: id })
        for (const caller of [asBob, asAnonymous]) {
          assertEquals(yield* Effect.flip(repository.load(caller, id, everything)), notFound)
        }
        const sessions = yield* SessionRepository
        yield* sessions.remove(asAlice, id)
        yield* repository.store(held, { through: 1, estimates: [estimateAt(1)] })
        yield* repository.giveBack([held])
        assert.deepStrictEqual(yield* repository.noted({ sessionId: id, through: 1 }, 0), [])
        assertEquals(yield* Effect.flip(repository.load(asAlice, id, everything)), notFound)
      })
    )
  })
}
