import { assert, describe, it } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import {
  Array,
  Cause,
  Chunk,
  Deferred,
  Duration,
  Effect,
  Fiber,
  Layer,
  Logger,
  Number,
  Option,
  TestClock
} from "effect"
import { UnavailableError } from "../errors/unavailable.ts"
import { Scorer } from "../ports/scorer.ts"
import { ScoringRepository } from "../ports/scoring-repository.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { PrecisionKeeper } from "../services/precision-keeper.ts"
import { asNobody } from "../test-utils/callers.ts"
import * as ScorerCounting from "../test-utils/scorer-counting.ts"
import * as ScoringRepositoryInMemory from "../test-utils/scoring-repository-in-memory.ts"
import * as SessionRepositoryInMemory from "../test-utils/session-repository-in-memory/index.ts"
import { createSession, message, now } from "../test-utils/session-repository-suite/fixtures.ts"
import { notesAtOnce } from "../types/estimate.ts"
import { AssessmentNote, Evidence, evidenceIn, ItemId } from "../types/evidence.ts"
import type { SessionId } from "../types/ids.ts"

const layer = PrecisionKeeper.layer.pipe(
  Layer.provideMerge(Layer.merge(ScoringRepositoryInMemory.layer, ScorerCounting.layer)),
  Layer.provideMerge(SessionRepositoryInMemory.layer)
)

const noteOf = (...items: ReadonlyArray<string>) =>
  new AssessmentNote({
    asks: Option.none(),
    evidence: items.map((item) => new Evidence({ itemId: ItemId.make(item), score: 4, confidence: 1 }))
  }).metadata

/** Adds a message for each list of items that it tells of. */
const tell = Effect.fnUntraced(function* (id: SessionId, told: ReadonlyArray<ReadonlyArray<string>>) {
  const sessions = yield* SessionRepository
  const { session } = yield* sessions.load(asNobody, id)
  yield* Effect.forEach(told, (items, index) => {
    const metadata = items.length === 0 ? {} : noteOf(...items)
    return sessions.append(asNobody, message(id, `m${session.messageCount + index}`, { metadata }), { now })
  })
})

const start = (...told: ReadonlyArray<ReadonlyArray<string>>) =>
  Effect.tap(
    Effect.map(createSession(), ({ id }) => id),
    (id) => tell(id, told)
  )

const stateOf = Effect.fnUntraced(function* (id: SessionId) {
  const repository = yield* ScoringRepository
  const { estimates, session } = yield* repository.load(asNobody, id, { limit: 1_000 })
  return {
    scoredThrough: session.scoredThrough,
    precision: session.precision,
    estimates,
    answers: estimates.map(({ throughSequence, traits }) => [throughSequence, traits.openness.answers])
  }
})

const catchUp = Effect.flatMap(PrecisionKeeper, (keeper) => keeper.catchUp)

describe("PrecisionKeeper", () => {
  it.effect("scores every message that tells something, and no other", () =>
    Effect.gen(function* () {
      const id = yield* start([], ["a"], [], ["a"], ["b", "c"], [])
      assert.strictEqual(yield* catchUp, 1)
      const state = yield* stateOf(id)
      assert.strictEqual(state.scoredThrough, 6)
      assert.deepStrictEqual(state.answers, [
        [2, 1],
        [4, 1],
        [5, 3]
      ])
      assert.deepStrictEqual(state.precision, state.estimates[2]?.traits.precision)
      assert.strictEqual(yield* catchUp, 0)
    }).pipe(Effect.provide(layer))
  )

  it.effect("finds for every prefix what its messages alone give, whenever they were scored", () =>
    Effect.gen(function* () {
      const scorer = yield* Scorer
      const sessions = yield* SessionRepository
      const told = [["a"], [], ["b"], ["a", "c"], [], ["d"]]
      const [late, live] = [yield* start(...told), yield* start()]
      for (const items of told) {
        yield* tell(live, [items])
        yield* catchUp
        const { messages, session } = yield* sessions.load(asNobody, live)
        assert.strictEqual(session.scoredThrough, session.messageCount)
        assert.deepStrictEqual(session.precision, scorer.score(evidenceIn(messages)).precision)
      }
      assert.deepStrictEqual(yield* stateOf(late), yield* stateOf(live))
      const { messages } = yield* sessions.load(asNobody, live)
      for (const { throughSequence, traits } of (yield* stateOf(live)).estimates) {
        assert.deepStrictEqual(traits, scorer.score(evidenceIn(messages.slice(0, throughSequence))))
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("only moves on where a note holds no evidence", () =>
    Effect.gen(function* () {
      const id = yield* start(["a"])
      yield* catchUp
      const before = yield* stateOf(id)
      const sessions = yield* SessionRepository
      const metadata = new AssessmentNote({ asks: Option.some(ItemId.make("b")) }).metadata
      yield* sessions.append(asNobody, message(id, "asks", { metadata }), { now })
      assert.strictEqual(yield* catchUp, 1)
      assert.deepStrictEqual(yield* stateOf(id), { ...before, scoredThrough: 2 })
    }).pipe(Effect.provide(layer))
  )

  it.effect("stores no estimate for what tells of unknown items only", () =>
    Effect.gen(function* () {
      const id = yield* start(["unknown"], ["a", "unknown"], ["unknown", "unknown-2"])
      assert.strictEqual(yield* catchUp, 1)
      const { answers, scoredThrough } = yield* stateOf(id)
      assert.deepStrictEqual([scoredThrough, answers], [3, [[2, 1]]])
    }).pipe(Effect.provide(layer))
  )

  it.effect("goes once through a long history, a part at a time", () =>
    Effect.gen(function* () {
      const repository = yield* ScoringRepository
      const id = yield* start(...Array.makeBy(notesAtOnce, (n) => [`item-${n}`]))
      yield* catchUp
      const asked: Array<number> = []
      const counting = Layer.succeed(ScoringRepository, {
        ...repository,
        noted: (session, after) => {
          asked.push(after)
          return repository.noted(session, after)
        }
      })
      yield* tell(
        id,
        Array.makeBy(notesAtOnce + 5, (n) => [`more-${n}`])
      )
      yield* Effect.provide(catchUp, PrecisionKeeper.layer.pipe(Layer.provide(counting)))
      assert.deepStrictEqual(asked, [0, notesAtOnce, 2 * notesAtOnce])
      const { answers, scoredThrough } = yield* stateOf(id)
      assert.strictEqual(scoredThrough, 2 * notesAtOnce + 5)
      assert.deepStrictEqual(
        answers,
        Array.makeBy(2 * notesAtOnce + 5, (n) => [n + 1, n + 1])
      )
    }).pipe(Effect.provide(layer))
  )

  it.effect("leaves the newest estimate when two score at once", () =>
    Effect.gen(function* () {
      const ids = yield* Effect.replicateEffect(start(["a"], ["b"], ["c"]), 40)
      yield* Effect.replicateEffect(Effect.repeat(catchUp, { until: (n) => n === 0 }), 2, {
        concurrency: "unbounded"
      })
      for (const id of ids) {
        const { answers, scoredThrough } = yield* stateOf(id)
        assert.deepStrictEqual([scoredThrough, answers.at(-1)], [3, [3, 3]])
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("scores the others when one cannot be scored, and tries that one again", () =>
    Effect.gen(function* () {
      const poisoned = yield* start([ScorerCounting.poison])
      const other = yield* start(["a"])
      assert.strictEqual(yield* catchUp, 2)
      assert.strictEqual((yield* stateOf(other)).scoredThrough, 1)
      assert.strictEqual((yield* stateOf(poisoned)).scoredThrough, 0)
      for (const wait of ["10 seconds", "20 seconds", "40 seconds"] as const) {
        yield* TestClock.adjust(Duration.subtract(wait, "1 millis"))
        assert.strictEqual(yield* catchUp, 0)
        yield* TestClock.adjust("1 millis")
        assert.strictEqual(yield* catchUp, 1)
      }
      assert.deepStrictEqual((yield* stateOf(poisoned)).answers, [])
    }).pipe(Effect.provide(layer))
  )

  it.effect("gives back what its turn is too short for, also the rest of a long history", () =>
    Effect.gen(function* () {
      const repository = yield* ScoringRepository
      const long = yield* start(...Array.makeBy(notesAtOnce + 1, (n) => [`item-${n}`]))
      const other = yield* start(["a"])
      const slow = Layer.succeed(ScoringRepository, {
        ...repository,
        noted: (...asked) => Effect.zipRight(TestClock.adjust("2 seconds"), repository.noted(...asked))
      })
      const catchUpSlowly = Effect.provide(catchUp, PrecisionKeeper.layer.pipe(Layer.provide(slow)))
      const through = Effect.map(Effect.all([stateOf(long), stateOf(other)]), (states) =>
        states.map(({ scoredThrough }) => scoredThrough).sort()
      )
      // The first to be taken is either of them.
      assert.strictEqual(yield* catchUpSlowly, 2)
      assert.include(["0,1", "0,100"], (yield* through).join())
      assert.strictEqual(yield* catchUpSlowly, 2 - (yield* through).filter((_) => _ === 1).length)
      yield* Effect.repeat(catchUp, { until: (found) => found === 0 })
      assert.deepStrictEqual(yield* through, [1, notesAtOnce + 1])
    }).pipe(Effect.provide(layer))
  )

  it.effect("finishes what it is at when it is interrupted, and gives back the rest", () =>
    Effect.gen(function* () {
      const repository = yield* ScoringRepository
      const ids = yield* Effect.replicateEffect(start(["a"]), 3)
      const [begun, goOn] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const waiting = Layer.succeed(ScoringRepository, {
        ...repository,
        store: (...stored) =>
          Deferred.succeed(begun, undefined).pipe(
            Effect.zipRight(Deferred.await(goOn)),
            Effect.zipRight(repository.store(...stored))
          )
      })
      const fiber = yield* Effect.fork(
        Effect.provide(catchUp, PrecisionKeeper.layer.pipe(Layer.provide(waiting)))
      )
      yield* Deferred.await(begun)
      yield* Fiber.interruptFork(fiber)
      yield* Deferred.succeed(goOn, undefined)
      assert.strictEqual((yield* Fiber.await(fiber))._tag, "Failure")
      const states = yield* Effect.forEach(ids, stateOf)
      assert.strictEqual(Number.sumAll(states.map(({ scoredThrough }) => scoredThrough)), 1)
      assert.strictEqual(yield* catchUp, 2)
    }).pipe(Effect.provide(layer))
  )

  it.effect(
    "gives back all but the session that the store has no time for, and scores them the next time",
    () =>
      Effect.gen(function* () {
        const repository = yield* ScoringRepository
        const ids = yield* Effect.replicateEffect(start(["a"]), 3)
        let first: SessionId | undefined
        const slow = Layer.succeed(ScoringRepository, {
          ...repository,
          store: (held, scored) =>
            Effect.suspend(() => {
              first ??= held.sessionId
              return held.sessionId === first
                ? Effect.die(new UnavailableError({}))
                : repository.store(held, scored)
            })
        })
        const catchUpSlowly = Effect.provide(catchUp, PrecisionKeeper.layer.pipe(Layer.provide(slow)))
        assert.strictEqual((yield* Effect.exit(catchUpSlowly))._tag, "Failure")
        // As if they had not been taken: whoever comes next has them for no longer than the first time.
        const { held } = yield* repository.takeBehind(Duration.seconds(10))
        const others = ids.filter((id) => id !== first)
        assert.sameMembers(
          held.map(({ sessionId }) => sessionId),
          others
        )
        for (const { until } of held) assert.strictEqual(until.epochMillis, 10_000)
        yield* repository.giveBack(held)
        assert.strictEqual(yield* catchUpSlowly, 2)
        const scored = yield* Effect.filter(ids, (id) =>
          Effect.map(stateOf(id), ({ scoredThrough }) => scoredThrough === 1)
        )
        assert.sameMembers(scored, others)
      }).pipe(Effect.provide(layer))
  )

  it.effect("gives up for now when the store is away, also where that takes nothing back", () =>
    Effect.gen(function* () {
      yield* start(["a"])
      yield* start(["a"])
      const repository = yield* ScoringRepository
      const asked: Array<string> = []
      const die = (what: string) => () =>
        Effect.suspend(() => {
          asked.push(what)
          return Effect.die(new UnavailableError({ detail: what }))
        })
      const away = Layer.succeed(ScoringRepository, {
        ...repository,
        store: die("store"),
        giveBack: die("give back")
      })
      const log: Array<string> = []
      const logger = Logger.make(({ cause, logLevel, message }) => {
        log.push(`${logLevel.label} ${message} ${Cause.pretty(cause)}`)
      })
      const cause = yield* Effect.flip(
        Effect.sandbox(Effect.provide(catchUp, PrecisionKeeper.layer.pipe(Layer.provide(away))))
      ).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
      assert.deepStrictEqual(asked, ["store", "give back"])
      assertEquals(Cause.defects(cause), Chunk.of(new UnavailableError({ detail: "store" })))
      assert.strictEqual(log.length, 1)
      assert.match(log.join(), /^WARN Sessions are not given back.*give back/s)
    }).pipe(Effect.provide(layer))
  )
})
