import { assert, describe, it } from "@effect/vitest"
import {
  Array,
  Context,
  DateTime,
  Effect,
  Fiber,
  Layer,
  Logger,
  Option,
  Ref,
  Stream,
  TestClock
} from "effect"
import { SessionNotFoundError } from "../errors/session.ts"
import { UnavailableError } from "../errors/unavailable.ts"
import { AgentRegistry } from "../ports/agent.ts"
import { ArchiveRepository } from "../ports/archive-repository.ts"
import { ArchiveStore } from "../ports/archive-store.ts"
import { ArchiveKeeper } from "../services/archive-keeper.ts"
import { ArchiveDisk, layer as layerStore } from "../test-utils/archive-store-in-memory.ts"
import { alice, bob } from "../test-utils/callers.ts"
import { createTestSession } from "../test-utils/create-test-session.ts"
import { Caller } from "../types/caller.ts"
import { SessionId } from "../types/ids.ts"
import { AgentName, type Session } from "../types/session.ts"

const idOf = (n: number) => SessionId.make(`session_${n}_000000000000000000000`)
const id = idOf(0)

/** Agents with rhythms of their own. */
const rhythms: Readonly<Record<string, number>> = { brief: 2, shy: 0 }

const agents = Layer.succeed(AgentRegistry, {
  names: [],
  find: (name) =>
    Option.some({ respond: () => Stream.empty, ...(name in rhythms ? { savesEvery: rhythms[name] } : {}) })
})

/** The sessions as they are, and how often one was read. */
class Talks extends Context.Tag("Talks")<
  Talks,
  {
    readonly sessions: Map<SessionId, Session>
    readonly reads: Ref.Ref<number>
    readonly isAway: Ref.Ref<boolean>
  }
>() {
  static readonly layer = Layer.effect(
    this,
    Effect.map(Effect.all([Ref.make(0), Ref.make(false)]), ([reads, isAway]) => ({
      sessions: new Map(),
      reads,
      isAway
    }))
  )
}

const repository = Layer.effect(
  ArchiveRepository,
  Effect.map(Talks, ({ isAway, reads, sessions }) => ({
    read: Effect.fnUntraced(function* (_, sessionId) {
      yield* Ref.update(reads, (n) => n + 1)
      if (yield* Ref.get(isAway)) return yield* Effect.die(new UnavailableError({}))
      const session = yield* Effect.mapError(
        Effect.fromNullable(sessions.get(sessionId)),
        () => new SessionNotFoundError({ sessionId })
      )
      return { session, estimates: Stream.empty, messages: Stream.empty }
    }),
    ids: (_, { status }) =>
      Stream.unwrap(
        Effect.map(Ref.get(isAway), (away) =>
          away
            ? Stream.die(new UnavailableError({}))
            : Stream.fromIterable(
                [...sessions.values()]
                  .filter((session) => session.status === status)
                  .map((session) => session.id)
              )
        )
      ),
    restore: () => Effect.succeedNone
  }))
)

/** What the keeper has logged. */
class Told extends Context.Tag("Told")<Told, ReadonlyArray<string>>() {}

const told = Layer.unwrapEffect(
  Effect.sync(() => {
    const lines: Array<string> = []
    const logger = Logger.make(({ message }) => lines.push(String(message)))
    return Layer.merge(Layer.succeed(Told, lines), Logger.replace(Logger.defaultLogger, logger))
  })
)

const world = (options: Parameters<typeof ArchiveKeeper.layer>[0] = { savesEvery: 5 }) =>
  ArchiveKeeper.layer(options).pipe(
    Layer.provide([agents, repository]),
    Layer.provideMerge(Layer.mergeAll(layerStore, Talks.layer)),
    Layer.provideMerge(told)
  )

/** Lets the keeper come to rest, without time going by. */
const rest = TestClock.adjust(0)

type Fields = Partial<ConstructorParameters<typeof Session>[0]>

/** Puts a session into the state that it has now; all of it is scored, unless told otherwise. */
const put = (fields: Fields) =>
  Effect.gen(function* () {
    const { sessions } = yield* Talks
    const scoredThrough = fields.messageCount ?? 0
    const session = createTestSession({ id, scoredThrough, ...fields, updatedAt: yield* DateTime.now })
    sessions.set(session.id, session)
    return session
  })

/** A session with so many answers, after the newest answer of the agent. */
const answer = (answers: number, fields: Fields = {}) =>
  Effect.gen(function* () {
    const messageCount = 2 + 2 * answers
    const session = yield* put({
      messageCount,
      questionCount: answers,
      ...fields
    })
    yield* Effect.flatMap(ArchiveKeeper, (keeper) => keeper.answered(session.id, messageCount))
    yield* rest
  })

const talk = (answers: number, fields: Fields = {}) =>
  Effect.forEach(Array.range(0, answers), (n) => answer(n, fields))

const change = (fields: Fields) =>
  Effect.gen(function* () {
    yield* TestClock.adjust("1 millis")
    const session = yield* put(fields)
    yield* Effect.flatMap(ArchiveKeeper, (keeper) => keeper.changed(session.id))
    yield* rest
  })

const file = (sessionId: SessionId = id) => Effect.flatMap(ArchiveStore, (store) => store.find(sessionId))
const answersIn = Effect.map(
  file(),
  Option.map(({ questionCount }) => questionCount)
)
const reads = Effect.flatMap(Talks, (talks) => Ref.get(talks.reads))
const health = Effect.flatMap(ArchiveKeeper, (keeper) => keeper.health)
const disk = (isFull: boolean) => Effect.flatMap(ArchiveDisk, (place) => Ref.set(place.isFull, isFull))

const ok = { status: "ok", pending: 0 } as const
const failing = (pending: number, since: number) => ({
  status: "failing" as const,
  pending,
  since: DateTime.unsafeMake(since)
})

describe("the file of a session", () => {
  it.effect("follows every five answers, and is not asked for in between", () =>
    Effect.gen(function* () {
      yield* talk(4)
      assert.deepStrictEqual(yield* answersIn, Option.none())
      assert.strictEqual(yield* reads, 1)
      yield* answer(5)
      assert.deepStrictEqual(yield* answersIn, Option.some(5))
      const before = yield* reads
      for (const n of [6, 7, 8, 9]) yield* answer(n)
      assert.deepStrictEqual(yield* answersIn, Option.some(5))
      assert.strictEqual(yield* reads, before)
      yield* answer(10)
      assert.deepStrictEqual(yield* answersIn, Option.some(10))
      assert.deepInclude(yield* health, ok)
    }).pipe(Effect.provide(world()))
  )

  it.effect("is known from before the process began", () =>
    Effect.gen(function* () {
      const { save } = yield* ArchiveStore
      const session = yield* put({ messageCount: 16, questionCount: 7 })
      yield* save(session.id, Effect.succeed({ session, estimates: Stream.empty, messages: Stream.empty }))
      for (const n of [8, 9, 10, 11]) yield* answer(n)
      assert.deepStrictEqual(yield* answersIn, Option.some(7))
      yield* answer(12)
      assert.deepStrictEqual(yield* answersIn, Option.some(12))
    }).pipe(Effect.provide(world()))
  )

  it.effect.each(["paused", "completed", "aborted"] as const)("follows when the session is %s", (status) =>
    Effect.gen(function* () {
      yield* talk(2)
      yield* change({ status, questionCount: 2, messageCount: 6 })
      assert.deepStrictEqual(yield* answersIn, Option.some(2))
      const before = yield* reads
      // A second time there is nothing new.
      yield* Effect.flatMap(ArchiveKeeper, (keeper) => keeper.changed(id))
      yield* rest
      assert.strictEqual(yield* reads, before + 1)
    }).pipe(Effect.provide(world()))
  )

  it.effect("does not follow a change of an active session", () =>
    Effect.gen(function* () {
      yield* talk(4)
      yield* change({ questionCount: 4, messageCount: 10 })
      assert.deepStrictEqual(yield* answersIn, Option.none())
    }).pipe(Effect.provide(world()))
  )

  it.effect("follows as often as the agent of the session wants", () =>
    Effect.gen(function* () {
      yield* talk(3, { agent: AgentName.make("brief") })
      assert.deepStrictEqual(yield* answersIn, Option.some(2))
      yield* talk(9, { id: idOf(1), agent: AgentName.make("shy") })
      yield* change({ id: idOf(1), agent: AgentName.make("shy"), status: "completed" })
      assert.deepStrictEqual(yield* file(idOf(1)), Option.none())
    }).pipe(Effect.provide(world()))
  )

  it.effect("is never made where that is switched off, but gets its owner", () =>
    Effect.gen(function* () {
      const keeper = yield* ArchiveKeeper
      const { save } = yield* ArchiveStore
      yield* talk(7)
      yield* change({ status: "paused", questionCount: 7, messageCount: 16 })
      yield* keeper.claimed(id)
      yield* rest
      assert.deepStrictEqual(yield* answersIn, Option.none())

      const session = yield* put({ questionCount: 7, messageCount: 16 })
      yield* save(session.id, Effect.succeed({ session, estimates: Stream.empty, messages: Stream.empty }))
      yield* put({ questionCount: 8, messageCount: 18, userId: Option.some(alice) })
      yield* keeper.claimed(id)
      yield* rest
      assert.deepStrictEqual(yield* answersIn, Option.some(8))
    }).pipe(Effect.provide(world({ savesEvery: 0 })))
  )

  it.effect("gets its owner before the claim is answered, or as soon as it can", () =>
    Effect.gen(function* () {
      const keeper = yield* ArchiveKeeper
      const store = yield* ArchiveStore
      const owner = store.ownerOf(Caller.User({ userId: alice }), id)
      const session = yield* put({ questionCount: 3, messageCount: 8 })
      yield* store.save(id, Effect.succeed({ session, estimates: Stream.empty, messages: Stream.empty }))
      yield* put({ questionCount: 3, messageCount: 8, userId: Option.some(alice) })
      yield* disk(true)
      yield* keeper.claimed(id)
      assert.deepStrictEqual(yield* owner, Option.none())
      yield* rest
      assert.deepInclude(yield* health, failing(1, 0))
      yield* disk(false)
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(yield* owner, Option.some(alice))
      assert.deepInclude(yield* health, ok)

      yield* put({ questionCount: 3, messageCount: 8, userId: Option.some(bob) })
      yield* keeper.claimed(id)
      assert.deepStrictEqual(yield* store.ownerOf(Caller.User({ userId: bob }), id), Option.some(bob))
    }).pipe(Effect.provide(world()))
  )

  it.effect("does not keep a claim waiting for ever", () =>
    Effect.gen(function* () {
      const keeper = yield* ArchiveKeeper
      const store = yield* ArchiveStore
      const stuck = yield* Effect.fork(store.save(id, Effect.never))
      yield* rest
      const claiming = yield* Effect.fork(Effect.uninterruptible(keeper.claimed(id)))
      yield* TestClock.adjust("4999 millis")
      assert.deepStrictEqual(yield* claiming.poll, Option.none())
      yield* TestClock.adjust("1 millis")
      yield* claiming
      yield* Fiber.interrupt(stuck)
    }).pipe(Effect.provide(world()))
  )

  it.effect("follows a session that was removed and is back as it was before", () =>
    Effect.gen(function* () {
      const { sessions } = yield* Talks
      yield* answer(500)
      assert.deepStrictEqual(yield* answersIn, Option.some(500))
      sessions.delete(id)
      yield* TestClock.adjust("1 second")
      for (const n of [2, 3, 4]) yield* answer(n)
      assert.deepStrictEqual(yield* answersIn, Option.some(500))
      yield* answer(5)
      assert.deepStrictEqual(yield* answersIn, Option.some(5))
    }).pipe(Effect.provide(world()))
  )

  it.effect("waits a moment for the scores, and no longer", () =>
    Effect.gen(function* () {
      yield* talk(4)
      yield* answer(5, { scoredThrough: 10 })
      assert.deepInclude(yield* health, { status: "ok", pending: 1 })
      yield* TestClock.adjust("499 millis")
      assert.deepStrictEqual(yield* answersIn, Option.none())
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(yield* answersIn, Option.some(5))
    }).pipe(Effect.provide(world()))
  )

  it.effect("holds what happened while it was written", () =>
    Effect.gen(function* () {
      yield* talk(4)
      yield* answer(5, { scoredThrough: 10 })
      yield* change({ status: "paused", questionCount: 6, messageCount: 13 })
      yield* TestClock.adjust("1 second")
      assert.deepInclude(Option.getOrThrow(yield* file()), { status: "paused", questionCount: 6 })
    }).pipe(Effect.provide(world()))
  )
})

describe("what a process that ended has not saved", () => {
  /** A session with a file, and then changed by a process that tells nobody. */
  const missedSave = (of: SessionId) =>
    Effect.gen(function* () {
      const { save } = yield* ArchiveStore
      const session = yield* put({ id: of, questionCount: 5, messageCount: 12 })
      yield* save(of, Effect.succeed({ session, estimates: Stream.empty, messages: Stream.empty }))
      yield* TestClock.adjust("1 second")
      yield* put({ id: of, questionCount: 6, messageCount: 14, status: "completed" })
    })

  it.effect("is saved when the next one begins, where there is a file", () =>
    Effect.gen(function* () {
      yield* missedSave(id)
      yield* put({ id: idOf(1), status: "completed" })
      yield* Effect.gen(function* () {
        yield* rest
        assert.deepInclude(Option.getOrThrow(yield* file()), { status: "completed", questionCount: 6 })
        assert.deepStrictEqual(yield* file(idOf(1)), Option.none())
        assert.deepInclude(yield* health, ok)
      }).pipe(Effect.provide(Layer.provide(ArchiveKeeper.layer({ savesEvery: 5 }), [agents, repository])))
    }).pipe(Effect.provide(Layer.mergeAll(layerStore, Talks.layer, told)))
  )

  it.effect("is looked for again when sessions were passed over, or it could not be found out", () =>
    Effect.gen(function* () {
      const { isAway } = yield* Talks
      yield* missedSave(id)
      yield* Ref.set(isAway, true)
      yield* Effect.gen(function* () {
        yield* rest
        assert.strictEqual((yield* Told).at(-1), "It is not known which sessions are to be saved still")
        yield* Ref.set(isAway, false)
        yield* change({ id: idOf(1), status: "paused" })
        assert.deepInclude(Option.getOrThrow(yield* file()), { status: "completed" })

        yield* disk(true)
        yield* change({ id: idOf(1), status: "completed" })
        yield* change({ id, status: "aborted" })
        assert.deepInclude(Option.getOrThrow(yield* file()), { status: "completed" })
        yield* disk(false)
        yield* TestClock.adjust("1 minute")
        assert.deepInclude(Option.getOrThrow(yield* file()), { status: "aborted" })
      }).pipe(
        Effect.provide(Layer.provide(ArchiveKeeper.layer({ savesEvery: 5, atMost: 1 }), [agents, repository]))
      )
    }).pipe(Effect.provide(Layer.mergeAll(layerStore, Talks.layer, told)))
  )
})

describe("on a full disk", () => {
  it.effect(
    "the talk goes on, the save is told of, tried ever more rarely, and made when there is space",
    () =>
      Effect.gen(function* () {
        yield* disk(true)
        yield* talk(5)
        assert.deepInclude(yield* health, failing(1, 0))
        yield* answer(6)
        assert.deepInclude(yield* health, failing(1, 0))
        yield* TestClock.adjust("10 minutes")
        // Two reads each time: about 1, 2, 4, 8, 16, 32 seconds, and then once a minute.
        const tried = yield* reads
        assert.isAtLeast(tried, 2 * 12)
        assert.isAtMost(tried, 2 * 20)
        assert.deepStrictEqual(yield* Told, ["A session could not be saved, and is tried again"])
        assert.deepInclude(yield* health, failing(1, 0))

        yield* answer(7)
        yield* disk(false)
        yield* TestClock.adjust("73 seconds")
        assert.deepStrictEqual(yield* answersIn, Option.some(7))
        assert.deepInclude(yield* health, ok)
        for (const n of [8, 9, 10, 11]) yield* answer(n)
        assert.deepStrictEqual(yield* answersIn, Option.some(7))
      }).pipe(Effect.provide(world()))
  )

  it.effect("however many sessions wait, few are tried at once", () =>
    Effect.gen(function* () {
      yield* disk(true)
      for (const n of Array.range(1, 100)) yield* change({ id: idOf(n), status: "paused" })
      const before = yield* reads
      yield* TestClock.adjust("10 seconds")
      assert.isAtMost((yield* reads) - before, 44)
      yield* disk(false)
      yield* TestClock.adjust("10 minutes")
      assert.deepInclude(yield* health, ok)
      for (const n of Array.range(1, 100)) assert.isTrue(Option.isSome(yield* file(idOf(n))))
    }).pipe(Effect.provide(world()))
  )

  it.effect("no more sessions wait than there is room for, which is told once", () =>
    Effect.gen(function* () {
      yield* disk(true)
      for (const n of [1, 2, 3, 4]) yield* change({ id: idOf(n), status: "paused" })
      assert.propertyVal(yield* health, "pending", 2)
      const lines = (yield* Told).filter((line) => line.startsWith("Too many sessions"))
      assert.strictEqual(lines.length, 1)
      yield* disk(false)
      yield* TestClock.adjust("1 minute")
      assert.isTrue(Option.isNone(yield* file(idOf(4))))
      yield* change({ id: idOf(4), status: "paused" })
      assert.isTrue(Option.isSome(yield* file(idOf(4))))
    }).pipe(Effect.provide(world({ savesEvery: 5, atMost: 2 })))
  )

  it.effect("a session that is removed is forgotten without a word", () =>
    Effect.gen(function* () {
      const { sessions } = yield* Talks
      yield* disk(true)
      yield* talk(5)
      sessions.delete(id)
      yield* TestClock.adjust("5 seconds")
      assert.deepInclude(yield* health, ok)
      assert.strictEqual((yield* Told).length, 1)
      assert.deepStrictEqual(yield* file(), Option.none())
    }).pipe(Effect.provide(world()))
  )

  it.effect("a session that is removed before it is saved leaves no file", () =>
    Effect.gen(function* () {
      const { sessions } = yield* Talks
      yield* talk(4)
      yield* answer(5, { scoredThrough: 10 })
      sessions.delete(id)
      yield* TestClock.adjust("5 seconds")
      assert.deepInclude(yield* health, ok)
      assert.deepStrictEqual([...(yield* Told)], [])
      assert.deepStrictEqual(yield* file(), Option.none())
    }).pipe(Effect.provide(world()))
  )
})

it.effect("what cannot even be looked at is looked at again", () =>
  Effect.gen(function* () {
    const { isAway } = yield* Talks
    yield* Ref.set(isAway, true)
    yield* change({ status: "paused" })
    assert.deepInclude(yield* health, failing(1, 1))
    yield* Ref.set(isAway, false)
    yield* TestClock.adjust("5 seconds")
    assert.isTrue(Option.isSome(yield* file()))
    assert.deepInclude(yield* health, ok)
  }).pipe(Effect.provide(world()))
)

describe("when the process stops", () => {
  /** What a stop leaves behind, of a world in which something happens. */
  const leftBy = <E>(happens: Effect.Effect<void, E, ArchiveKeeper | Talks | ArchiveDisk | ArchiveStore>) =>
    Effect.gen(function* () {
      const lines = yield* Told
      const stopped = yield* happens.pipe(
        Effect.provide(Layer.provide(ArchiveKeeper.layer({ savesEvery: 5 }), [agents, repository])),
        Effect.fork
      )
      yield* Effect.repeat(TestClock.adjust("100 millis"), {
        while: () => Effect.map(stopped.poll, Option.isNone),
        times: 1_000
      })
      yield* stopped
      return { lines: [...lines], answers: yield* answersIn }
    }).pipe(Effect.provide(Layer.mergeAll(layerStore, Talks.layer, told)))

  it.effect("what is due is saved", () =>
    Effect.gen(function* () {
      const { answers, lines } = yield* leftBy(Effect.zipRight(talk(4), answer(5, { scoredThrough: 10 })))
      assert.deepStrictEqual([lines, answers], [[], Option.some(5)])
    })
  )

  it.effect("what waits for a full disk is tried once more", () =>
    Effect.gen(function* () {
      const happens = disk(true).pipe(
        Effect.zipRight(talk(5)),
        Effect.zipRight(TestClock.adjust("1 minute")),
        Effect.zipRight(disk(false))
      )
      const { answers } = yield* leftBy(happens)
      assert.deepStrictEqual(answers, Option.some(5))
    })
  )

  it.effect("what cannot be saved keeps nobody waiting, and is told", () =>
    Effect.gen(function* () {
      const { answers, lines } = yield* leftBy(Effect.zipRight(disk(true), talk(5)))
      assert.deepStrictEqual(answers, Option.none())
      assert.strictEqual(lines.at(-1), "Sessions are not saved at the end")
    })
  )
})
