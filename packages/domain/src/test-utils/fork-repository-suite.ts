import { assert, layer as itWithLayer } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Array, DateTime, Duration, Effect, type Layer, Option } from "effect"
import { ClaimRefusedError } from "../errors/claim.ts"
import { ForkPointError } from "../errors/fork.ts"
import { MessageConflictError, SessionNotFoundError } from "../errors/session.ts"
import { ThreadExistsError } from "../errors/thread.ts"
import { type Fork, ForkRepository } from "../ports/fork-repository.ts"
import { ScoringRepository } from "../ports/scoring-repository.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { ThreadRepository } from "../ports/thread-repository.ts"
import { Caller } from "../types/caller.ts"
import { ClaimHash } from "../types/claim.ts"
import { MessageId, SessionId } from "../types/ids.ts"
import { Message } from "../types/message.ts"
import { Precision } from "../types/precision.ts"
import { AgentName, Session, Title } from "../types/session.ts"
import { ResourceId, Thread, ThreadId } from "../types/thread.ts"
import { alice, asAlice, asAnonymous, asBob, asNobody, bob } from "./callers.ts"
import { listOf } from "./listed.ts"
import { estimateAt, storeEstimates } from "./scoring-repository-suite.ts"
import { appendMany, createSession, message, newUser, now } from "./session-repository-suite/fixtures.ts"
import { progressIn, say } from "./session-repository-suite/progress.ts"

const hash = ClaimHash.make("0123456789abcdef".repeat(4))
const later = DateTime.add(now, { hours: 1 })
const everything = { limit: 1_000 }

let made = 0

const newId = () => SessionId.make(`session_${++made}_fork`)
const newKey = () => ({
  threadId: ThreadId.make(`fork ${++made}`),
  resourceId: ResourceId.make(`forks ${made}`)
})

const userOf = (caller: Caller) => (Caller.$is("User")(caller) ? Option.some(caller.userId) : Option.none())

/** A stored session of the caller with so many messages. */
const createWith = Effect.fnUntraced(function* (
  count: number,
  overrides: Parameters<typeof createSession>[0] = {}
) {
  const { id } = yield* createSession({ userId: Option.some(alice), ...overrides })
  yield* appendMany(id, count)
  return id
})

/** A message that there is something to score in. */
const noted = (sessionId: SessionId, n: number) =>
  message(sessionId, `m${n}`, { metadata: { assessment: {} } })

/** A session of Alice with so many messages to score. */
const createNoted = Effect.fnUntraced(function* (count: number) {
  const sessions = yield* SessionRepository
  const { id } = yield* createSession({ userId: Option.some(alice) })
  yield* Effect.forEach(Array.range(1, count), (n) => sessions.append(asAlice, noted(id, n), { now }))
  return id
})

const fork = (caller: Caller, from: SessionId, wanted: Partial<Fork> = {}) =>
  Effect.flatMap(ForkRepository, (forks) => forks.fork(caller, { from, id: newId(), now: later, ...wanted }))

const load = (id: SessionId) => Effect.flatMap(SessionRepository, (sessions) => sessions.load(asNobody, id))

const estimatesOf = (id: SessionId) =>
  Effect.flatMap(ScoringRepository, (scoring) =>
    Effect.map(scoring.load(asNobody, id, everything), ({ estimates }) => estimates)
  )

/** The promises of `ForkRepository`, for every store that makes them. */
export const describeForkRepository = <E>(
  name: string,
  layer: Layer.Layer<ForkRepository | ThreadRepository | ScoringRepository | SessionRepository, E>,
  options?: { readonly timeout?: Duration.DurationInput }
) => {
  itWithLayer(layer, { ...options, excludeTestServices: true })(name, (it) => {
    it.effect("copies the messages up to the point, and begins anew from there", () =>
      Effect.gen(function* () {
        const sessions = yield* SessionRepository
        const from = yield* createWith(2, {
          title: Option.some(Title.make("Talk")),
          agent: AgentName.make("other"),
          agentSessionId: Option.some("sdk-1"),
          metadata: { product: ["journal", null] }
        })
        const odd = message(from, "odd", { role: "system", metadata: { "a'": { b: 1.5 } } })
        yield* sessions.append(asAlice, odd, { now: DateTime.add(now, { minutes: 1 }) })
        yield* sessions.append(asAlice, message(from, "after"), { now })
        yield* sessions.setStatus(asAlice, from, "completed", now)
        const parent = yield* load(from)
        const id = newId()
        const forked = yield* fork(asAlice, from, { id, atSequence: 3 })
        assert.deepStrictEqual(
          forked,
          new Session({
            ...parent.session,
            id,
            status: "active",
            completion: 0,
            messageCount: 3,
            scoredThrough: 3,
            agentSessionId: Option.none(),
            parentId: Option.some(from),
            forkedAt: Option.some(3),
            version: 1,
            createdAt: later,
            updatedAt: later
          })
        )
        const copy = yield* load(id)
        assert.deepStrictEqual(copy.session, forked)
        assert.deepStrictEqual(
          copy.messages,
          parent.messages.slice(0, 3).map((_) => new Message({ ..._, sessionId: id }))
        )
        assert.deepStrictEqual(yield* load(from), parent)
      })
    )

    it.effect("has come as far as the parent had at the point, and not to its end", () =>
      Effect.gen(function* () {
        const sessions = yield* SessionRepository
        const { id: from } = yield* createSession({ userId: Option.some(alice) })
        const noted = (completion: number) => ({ assessment: { completion } })
        yield* say(from, [["user"], ["assistant", noted(0)], ["user"], ["assistant", noted(50)], ["user"]])
        yield* say(from, [["assistant", noted(70)], ["system"]])
        yield* sessions.setStatus(asAlice, from, "completed", now)
        const points = [0, 1, 2, 3, 4, 5, 6, 7, undefined]
        const forks = yield* Effect.forEach(points, (atSequence) =>
          fork(asAlice, from, atSequence === undefined ? {} : { atSequence })
        )
        assert.deepStrictEqual(
          forks.map(({ completion, questionCount }) => [questionCount, completion]),
          [
            [0, 0],
            [0, 0],
            [0, 0],
            [1, 0],
            [1, 50],
            [2, 50],
            [2, 70],
            [2, 70],
            [2, 70]
          ]
        )
        for (const { id } of forks) {
          const before = yield* progressIn(id)
          yield* say(id, [["assistant"], ["user"]])
          assert.deepStrictEqual(yield* progressIn(id), [before[0] + 1, before[1]])
        }
        assert.deepStrictEqual(yield* progressIn(from), [2, 100])
      })
    )

    it.effect("shares all that there is when no point is given, or nothing", () =>
      Effect.gen(function* () {
        const from = yield* createWith(3)
        const [all, none, empty] = yield* Effect.all([
          fork(asAlice, from),
          fork(asAlice, from, { atSequence: 0 }),
          Effect.flatMap(createSession(), ({ id }) => fork(asAlice, id))
        ])
        assert.deepStrictEqual(
          [all, none, empty].map(({ forkedAt, messageCount }) => [messageCount, forkedAt]),
          [3, 0, 0].map((count) => [count, Option.some(count)])
        )
        assert.lengthOf((yield* load(none.id)).messages, 0)
      })
    )

    it.effect("refuses a point beyond the end, and makes nothing", () =>
      Effect.gen(function* () {
        const from = yield* createWith(3)
        const id = newId()
        assertEquals(
          yield* Effect.flip(fork(asAlice, from, { id, atSequence: 4 })),
          new ForkPointError({ messageCount: 3 })
        )
        assertEquals(yield* Effect.flip(load(id)), new SessionNotFoundError({ sessionId: id }))
      })
    )

    it.effect("takes another title and another agent", () =>
      Effect.gen(function* () {
        const from = yield* createWith(1)
        const [title, agent] = [Title.make("What if"), AgentName.make("other")]
        const forked = yield* fork(asAlice, from, { title, agent })
        assert.deepStrictEqual([forked.title, forked.agent], [Option.some(title), agent])
        const again = yield* fork(asAlice, forked.id)
        assert.deepStrictEqual([again.title, again.agent], [Option.some(title), agent])
      })
    )

    it.effect("does not fork a session of somebody else, nor one that is not there", () =>
      Effect.gen(function* () {
        const from = yield* createWith(1)
        for (const [caller, id] of [
          [asBob, from],
          [asAnonymous, from],
          [asAlice, SessionId.make("session_0_missing")]
        ] as const) {
          assertEquals(yield* Effect.flip(fork(caller, id)), new SessionNotFoundError({ sessionId: id }))
          assertEquals(
            yield* Effect.flip(fork(caller, id, { atSequence: 9 })),
            new SessionNotFoundError({ sessionId: id })
          )
        }
      })
    )

    it.effect("belongs to the user who makes it, and otherwise to whom the parent does", () =>
      Effect.gen(function* () {
        const own = yield* createWith(1)
        const nobodys = yield* createWith(1, { userId: Option.none() })
        for (const [caller, from, owner] of [
          [asAlice, own, Option.some(alice)],
          [asNobody, own, Option.some(alice)],
          [asBob, nobodys, Option.some(bob)],
          [asNobody, nobodys, Option.none()],
          [asAnonymous, nobodys, Option.none()]
        ] as const) {
          const { id, userId } = yield* fork(caller, from)
          assertEquals(userId, owner)
          assertEquals((yield* load(id)).session.userId, owner)
        }
      })
    )

    it.effect("can be claimed with the parent's token while it is nobody's", () =>
      Effect.gen(function* () {
        const sessions = yield* SessionRepository
        const { id: from } = yield* createSession({}, Option.some(hash))
        const nobodys = yield* fork(asAnonymous, from)
        const bobs = yield* fork(asBob, from)
        const unclaimable = yield* Effect.flatMap(createSession(), ({ id }) => fork(asAnonymous, id))
        assertEquals(
          yield* Effect.flip(sessions.claim(alice, unclaimable.id, hash, later)),
          new ClaimRefusedError({ sessionId: unclaimable.id })
        )
        assertEquals(
          yield* Effect.flip(sessions.claim(alice, bobs.id, hash, later)),
          new SessionNotFoundError({ sessionId: bobs.id })
        )
        assertEquals((yield* sessions.claim(alice, nobodys.id, hash, later)).userId, Option.some(alice))
        // The parent is still nobody's, and anybody's with the token.
        assertEquals((yield* sessions.claim(bob, from, hash, later)).userId, Option.some(bob))
      })
    )

    it.effect("has the estimates and the precision as of the point", () =>
      Effect.gen(function* () {
        const from = yield* createNoted(6)
        const [two, four] = [estimateAt(2), estimateAt(4)]
        yield* storeEstimates(from, 5, [two, four])
        for (const [atSequence, scoredThrough, estimates] of [
          [0, 0, []],
          [1, 1, []],
          [2, 2, [two]],
          [3, 3, [two]],
          [4, 4, [two, four]],
          [6, 5, [two, four]]
        ] as const) {
          const forked = yield* fork(asAlice, from, { atSequence })
          assert.deepStrictEqual(
            [forked.scoredThrough, forked.precision],
            [scoredThrough, estimates.at(-1)?.traits.precision ?? Precision.initial]
          )
          assert.deepStrictEqual(yield* estimatesOf(forked.id), [...estimates])
        }
        assert.deepStrictEqual(yield* estimatesOf(from), [two, four])
      })
    )

    it.effect("scores in the fork what was not scored in the parent", () =>
      Effect.gen(function* () {
        const scoring = yield* ScoringRepository
        const from = yield* createNoted(2)
        const { id } = yield* fork(asAlice, from)
        const { held } = yield* scoring.takeBehind(Duration.seconds(10))
        const taken = held.filter(({ sessionId }) => sessionId === id)
        assert.deepStrictEqual(
          taken.map(({ scoredThrough, through }) => [scoredThrough, through]),
          [[0, 2]]
        )
        yield* storeEstimates(id, 2, [estimateAt(2)])
        assert.deepStrictEqual(yield* estimatesOf(id), [estimateAt(2)])
        assert.deepStrictEqual(yield* estimatesOf(from), [])
      })
    )

    it.effect("goes its own way, and outlives its parent", () =>
      Effect.gen(function* () {
        const sessions = yield* SessionRepository
        const from = yield* createWith(2)
        const { id } = yield* fork(asAlice, from, { atSequence: 1 })
        // The same id as in the parent: a message's id is unique in its session only.
        yield* sessions.append(
          asAlice,
          message(id, "m2", {
            content: (yield* load(from)).messages[0]?.content ?? message(id, "m").content
          }),
          { now: later }
        )
        yield* sessions.append(asAlice, message(from, "m3"), { now: later })
        const grandchild = yield* fork(asAlice, id)
        const before = yield* load(id)
        yield* sessions.remove(asAlice, from)
        assert.deepStrictEqual(yield* load(id), before)
        assertEquals(before.session.parentId, Option.some(from))
        assert.deepStrictEqual(
          before.messages.map(({ content }) => content),
          ["text of m1", "text of m1"]
        )
        yield* sessions.remove(asAlice, id)
        const { messages, session } = yield* load(grandchild.id)
        assert.deepStrictEqual([session.parentId, session.forkedAt], [Option.some(id), Option.some(2)])
        assert.lengthOf(messages, 2)
      })
    )

    it.effect("is made once under its id, and comes back as it is by now", () =>
      Effect.gen(function* () {
        const sessions = yield* SessionRepository
        const from = yield* createWith(2)
        const id = newId()
        const copies = yield* Effect.replicateEffect(fork(asAlice, from, { id }), 20, {
          concurrency: "unbounded"
        })
        assert.deepStrictEqual(copies, Array.replicate((yield* load(id)).session, 20))
        assert.lengthOf((yield* load(id)).messages, 2)
        yield* appendMany(from, 4)
        yield* sessions.append(asAlice, message(id, "own"), { now: later })
        const { session } = yield* load(id)
        assert.deepStrictEqual(yield* fork(asAlice, from, { id }), session)
        assert.deepStrictEqual(yield* fork(asNobody, from, { id, atSequence: 1 }), session)
        yield* sessions.remove(asAlice, from)
        assert.deepStrictEqual(yield* fork(asAlice, from, { id }), session)
      })
    )

    it.effect("does not take the id of another session", () =>
      Effect.gen(function* () {
        const from = yield* createWith(1)
        const other = yield* createWith(1)
        const nobodys = yield* createWith(1, { userId: Option.none() })
        const { id: bobs } = yield* fork(asBob, nobodys)
        for (const [caller, parent, id] of [
          [asAlice, from, other],
          [asAlice, from, from],
          [asAlice, nobodys, bobs],
          [asAnonymous, nobodys, bobs]
        ] as const) {
          const before = yield* load(id)
          const exit = yield* Effect.exit(fork(caller, parent, { id }))
          assert(exit._tag === "Failure" && exit.cause._tag === "Die")
          assert.deepStrictEqual(yield* load(id), before)
        }
      })
    )

    it.effect("is made with a name, or neither is", () =>
      Effect.gen(function* () {
        const threads = yield* ThreadRepository
        const sessions = yield* SessionRepository
        const from = yield* createWith(1)
        const [thread, id] = [newKey(), newId()]
        const session = yield* fork(asAlice, from, { id, thread })
        const named = {
          thread: new Thread({
            ...thread,
            sessionId: id,
            metadata: {},
            createdAt: later,
            updatedAt: later
          }),
          session
        }
        assert.deepStrictEqual(yield* threads.get(asAlice, thread), named)
        assert.deepStrictEqual(yield* fork(asAlice, from, { id, thread }), session)
        const refused = newId()
        for (const attempt of [{ id: refused }, { id: (yield* fork(asAlice, from)).id }]) {
          assertEquals(
            yield* Effect.flip(fork(asAlice, from, { ...attempt, thread })),
            new ThreadExistsError(thread)
          )
        }
        assertEquals(yield* Effect.flip(load(refused)), new SessionNotFoundError({ sessionId: refused }))
        assert.deepStrictEqual(yield* threads.get(asAlice, thread), named)
        // A name is each owner's own, also of forks of one session.
        const trusted = yield* fork(asNobody, from, { thread })
        assert.strictEqual((yield* threads.get(asNobody, thread)).session.id, trusted.id)
        yield* sessions.remove(asAlice, id)
        yield* fork(asAlice, from, { thread })
      })
    )

    it.effect("gives a name to one of 20 forks at once, and makes no other", () =>
      Effect.gen(function* () {
        const caller = newUser()
        const from = yield* createWith(2, { userId: userOf(caller) })
        const thread = newKey()
        const results = yield* Effect.replicateEffect(Effect.either(fork(caller, from, { thread })), 20, {
          concurrency: "unbounded"
        })
        assert.lengthOf(Array.getRights(results), 1)
        for (const refused of Array.getLefts(results)) assertEquals(refused, new ThreadExistsError(thread))
        assert.strictEqual((yield* listOf(caller, { limit: 10 })).count, 2)
      })
    )

    it.effect("is not made for a message that it would share already, nor is its name", () =>
      Effect.gen(function* () {
        const sessions = yield* SessionRepository
        const caller = newUser()
        const from = yield* createWith(2, { userId: userOf(caller) })
        const thread = newKey()
        const unlessMessage = MessageId.make("m2")
        const conflict = new MessageConflictError({ sessionId: from, messageId: unlessMessage })
        for (const wanted of [{}, { atSequence: 2 }, { thread }]) {
          assertEquals(yield* Effect.flip(fork(caller, from, { unlessMessage, ...wanted })), conflict)
        }
        assert.strictEqual((yield* listOf(caller, { limit: 10 })).count, 1)
        const [id, free] = [newId(), MessageId.make("m3")]
        const made = yield* fork(caller, from, { id, thread, unlessMessage: free })
        yield* fork(caller, from, { atSequence: 1, unlessMessage })
        // What is made stays, whatever comes to its parent.
        yield* sessions.append(caller, message(from, "m3"), { now })
        assert.deepStrictEqual(yield* fork(caller, from, { id, thread, unlessMessage: free }), made)
        assertEquals(
          yield* Effect.flip(fork(caller, from, { thread, unlessMessage: free })),
          new ThreadExistsError(thread)
        )
      })
    )

    it.effect("comes out whole 300 times while messages are appended and scored", () =>
      Effect.gen(function* () {
        const sessions = yield* SessionRepository
        const from = yield* createNoted(1)
        const rounds = yield* Effect.forEach(Array.range(2, 21), (n) =>
          Effect.all(
            {
              forks: Effect.replicateEffect(fork(asAlice, from), 15, { concurrency: "unbounded" }),
              appended: sessions.append(asAlice, noted(from, n), { now }),
              scored: n % 4 === 0 ? storeEstimates(from, n - 1, [estimateAt(n - 1)]) : Effect.void
            },
            { concurrency: "unbounded" }
          )
        )
        const forks = rounds.flatMap((round) => round.forks)
        const parent = yield* load(from)
        const estimates = yield* estimatesOf(from)
        for (const session of forks) {
          const { id, messageCount, precision, scoredThrough } = session
          const copy = yield* load(id)
          assert.deepStrictEqual(copy.session, session)
          assert.deepStrictEqual(
            copy.messages,
            parent.messages.slice(0, messageCount).map((_) => new Message({ ..._, sessionId: id }))
          )
          const seen = estimates.filter(({ throughSequence }) => throughSequence <= scoredThrough)
          assert.deepStrictEqual(yield* estimatesOf(id), seen)
          assert.deepStrictEqual(precision, seen.at(-1)?.traits.precision ?? Precision.initial)
        }
        assert.isAbove(new Set(forks.map(({ messageCount }) => messageCount)).size, 15)
      })
    )
  })
}
