import { assert, layer as itWithLayer } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Array, DateTime, Duration, Effect, type Layer, Option, Stream } from "effect"
import { SessionNotFoundError } from "../errors/session.ts"
import { ArchiveRepository, type SessionSelection } from "../ports/archive-repository.ts"
import { ScoringRepository } from "../ports/scoring-repository.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import type { ArchivedSession } from "../types/archive.ts"
import type { Caller } from "../types/caller.ts"
import { MessageId, SessionId } from "../types/ids.ts"
import { Message, MessageContent } from "../types/message.ts"
import { AgentName, Session, Title } from "../types/session.ts"
import { alice, asAlice, asAnonymous, asBob, asNobody } from "./callers.ts"
import { createTestSession } from "./create-test-session.ts"
import { estimateAt } from "./scoring-repository-suite.ts"
import { createSession, message, newUser, now } from "./session-repository-suite/fixtures.ts"

const later = DateTime.add(now, { hours: 1 })

let made = 0

const newId = () => SessionId.make(`session_${++made}_archive`)

/** A session out of a file with messages in turn, each of so many characters. */
export const archivedWith = (
  count: number,
  overrides: Partial<Session> = {},
  characters = 10
): ArchivedSession => {
  const session = createTestSession({
    id: newId(),
    version: 0,
    createdAt: now,
    updatedAt: later,
    messageCount: count,
    ...overrides
  })
  const messages = Array.take(
    Array.makeBy(Math.max(1, count), (n) => n),
    count
  ).map((n) => {
    const role = n % 2 === 0 ? "assistant" : "user"
    return new Message({
      id: MessageId.make(`m${n + 1}`),
      sessionId: session.id,
      sequence: n + 1,
      role,
      content: MessageContent.make(`${n + 1} ${"é".repeat(characters)}`),
      metadata:
        role === "user" ? {} : { assessment: { completion: Math.floor((100 * n) / count) }, n: [n, null] },
      createdAt: DateTime.add(now, { millis: n })
    })
  })
  return { session, messages, estimates: [] }
}

const restore = (
  archived: ArchivedSession,
  options: { readonly owner?: Session["userId"]; readonly id?: SessionId } = {}
) =>
  Effect.flatMap(ArchiveRepository, (archive) =>
    archive.restore(archived, { id: archived.session.id, owner: Option.some(alice), now: later, ...options })
  )

const readWhole = Effect.fnUntraced(function* (caller: Caller, id: SessionId) {
  const archive = yield* ArchiveRepository
  const { estimates, messages, session } = yield* archive.read(caller, id)
  return {
    session,
    estimates: [...(yield* Stream.runCollect(estimates))],
    messages: [...(yield* Stream.runCollect(messages))]
  }
})

const idsOf = (caller: Caller, selection: SessionSelection = {}) =>
  Effect.flatMap(ArchiveRepository, (archive) =>
    Effect.map(Stream.runCollect(archive.ids(caller, selection)), (ids) => [...ids])
  )

/** The promises of `ArchiveRepository`, for every store that makes them. */
export const describeArchiveRepository = <E>(
  name: string,
  layer: Layer.Layer<ArchiveRepository | ScoringRepository | SessionRepository, E>,
  options?: { readonly timeout?: Duration.DurationInput }
) => {
  itWithLayer(layer, { ...options, excludeTestServices: true })(name, (it) => {
    it.effect("gives back what it stored, however much that is", () =>
      Effect.gen(function* () {
        const repository = yield* SessionRepository
        for (const [count, characters] of [
          [0, 1],
          [1, 1],
          [1_201, 3],
          [60, 32_000]
        ] as const) {
          const archived = {
            ...archivedWith(
              count,
              {
                title: Option.some(Title.make("Talk")),
                agent: AgentName.make("other"),
                agentSessionId: Option.some("sdk-1"),
                parentId: Option.some(SessionId.make("gone")),
                forkedAt: Option.some(7),
                status: "paused",
                metadata: { productName: "journal", "a'": [1.5, { b: "Ω" }] },
                precision: estimateAt(2).traits.precision,
                scoredThrough: count
              },
              characters
            ),
            estimates: Array.range(1, 450)
              .map(estimateAt)
              .filter(({ throughSequence }) => throughSequence <= count)
          }
          const restored = yield* Effect.flatten(restore(archived))
          const { completion, questionCount, version, ...rest } = restored
          assert.deepStrictEqual(
            restored,
            new Session({
              ...archived.session,
              userId: Option.some(alice),
              completion,
              questionCount,
              version
            })
          )
          assert.strictEqual(rest.id, archived.session.id)
          const whole = yield* readWhole(asAlice, restored.id)
          assert.deepStrictEqual(whole, { ...archived, session: restored })
          const { messages, session } = yield* repository.load(asAlice, restored.id)
          assert.deepStrictEqual([session, messages], [restored, archived.messages])
        }
      })
    )

    it.effect("counts the questions and tells the completion from the messages, not from the session", () =>
      Effect.gen(function* () {
        const wrong = { questionCount: 3, completion: 7, messageCount: 4 }
        const restored = yield* Effect.forEach(["active", "completed"] as const, (status) =>
          Effect.flatten(
            restore({ ...archivedWith(4), session: createTestSession({ ...wrong, id: newId(), status }) })
          )
        )
        assert.deepStrictEqual(
          restored.map(({ completion, questionCount }) => [questionCount, completion]),
          [
            [2, 50],
            [2, 100]
          ]
        )
        const repository = yield* SessionRepository
        const [{ id }] = restored
        yield* repository.append(asAlice, message(id, "next", { role: "assistant" }), { now })
        yield* repository.append(asAlice, message(id, "answer"), { now })
        const { session } = yield* repository.load(asAlice, id)
        assert.deepInclude(session, { questionCount: 3, completion: 50, messageCount: 6 })
      })
    )

    it.effect("stores under the id and for the owner that are named, with a version after all before", () =>
      Effect.gen(function* () {
        const repository = yield* SessionRepository
        const archived = archivedWith(3, { userId: Option.some(alice) })
        const id = newId()
        const first = yield* Effect.flatten(restore(archived, { id, owner: Option.none() }))
        assert.deepStrictEqual([first.id, first.userId], [id, Option.none()])
        const { messages } = yield* repository.load(asAnonymous, id)
        assert.deepStrictEqual(
          messages.map(({ sessionId }) => sessionId),
          [id, id, id]
        )
        yield* repository.setStatus(asAnonymous, id, "paused", later)
        const { version } = yield* repository.version(asAnonymous, id)
        yield* repository.remove(asAnonymous, id)
        const archive = yield* ArchiveRepository
        const again = yield* Effect.flatten(
          archive.restore(archived, { id, owner: Option.none(), now: DateTime.add(later, { minutes: 1 }) })
        )
        assert.isAbove(again.version, version)
        assert.isAbove(version, createTestSession().version)
      })
    )

    it.effect("changes nothing where there is a session of the id, whosesoever", () =>
      Effect.gen(function* () {
        const repository = yield* SessionRepository
        const archived = archivedWith(2)
        for (const owner of [Option.none(), Option.some(alice)]) {
          const { id } = yield* createSession({ userId: owner })
          yield* repository.append(asNobody, message(id, "m1"), { now })
          const before = yield* repository.load(asNobody, id)
          assert.deepStrictEqual(yield* restore(archived, { id }), Option.none())
          assert.deepStrictEqual(yield* repository.load(asNobody, id), before)
        }
      })
    )

    it.effect("stores one of many that are restored at once, whole", () =>
      Effect.gen(function* () {
        const repository = yield* SessionRepository
        const archived = Array.makeBy(6, (n) => archivedWith(100 + n))
        const id = newId()
        const stored = yield* Effect.forEach(archived, (one) => restore(one, { id }), {
          concurrency: "unbounded"
        })
        const [winner, ...others] = Array.getSomes(stored)
        assert(winner !== undefined)
        assert.deepStrictEqual(others, [])
        const { messages, session } = yield* repository.load(asAlice, id)
        assert.deepStrictEqual(session, winner)
        assert.lengthOf(messages, winner.messageCount)
      })
    )

    it.effect("and a session that is created at once are one", () =>
      Effect.gen(function* () {
        const repository = yield* SessionRepository
        for (const count of [0, 1, 50]) {
          const id = newId()
          const [restored, created] = yield* Effect.all(
            [
              restore(archivedWith(count), { id }),
              repository.create(createTestSession({ id, userId: Option.some(alice) }), Option.none())
            ],
            { concurrency: "unbounded" }
          )
          const { messages, session } = yield* repository.load(asAlice, id)
          assert.deepStrictEqual(
            session,
            Option.getOrElse(restored, () => created)
          )
          assert.deepStrictEqual(session, created)
          assert.lengthOf(messages, session.messageCount)
        }
      })
    )

    it.effect("leaves to be scored what is not scored", () =>
      Effect.gen(function* () {
        const scoring = yield* ScoringRepository
        const archived = { ...archivedWith(5, { scoredThrough: 1 }), estimates: [estimateAt(1)] }
        const { id } = yield* Effect.flatten(restore(archived))
        const { held } = yield* scoring.takeBehind(Duration.minutes(1))
        const own = held.find(({ sessionId }) => sessionId === id)
        assert.deepInclude(own, { scoredThrough: 1, through: 5 })
      })
    )

    it.effect("reads a session as it was, whatever is added while it is read", () =>
      Effect.gen(function* () {
        const repository = yield* SessionRepository
        const archive = yield* ArchiveRepository
        const archived = archivedWith(1_100, { scoredThrough: 1_100 })
        const { id } = yield* Effect.flatten(restore(archived))
        const snapshot = yield* archive.read(asAlice, id)
        yield* repository.append(asAlice, message(id, "before"), { now })
        const messages = yield* Stream.runCollect(
          Stream.tap(snapshot.messages, ({ sequence }) =>
            sequence % 400 === 1
              ? repository.append(asAlice, message(id, `with-${sequence}`), { now })
              : Effect.void
          )
        )
        assert.deepStrictEqual([...messages], archived.messages)
        assert.strictEqual(snapshot.session.messageCount, 1_100)
      })
    )

    it.effect(
      "fails in the middle of a session that is removed meanwhile, also if it is restored shorter",
      () =>
        Effect.gen(function* () {
          const repository = yield* SessionRepository
          const archive = yield* ArchiveRepository
          for (const after of [Option.none(), Option.some(archivedWith(10))]) {
            const archived = {
              ...archivedWith(1_100, { scoredThrough: 1_100 }),
              estimates: Array.range(1, 450).map(estimateAt)
            }
            const { id } = yield* Effect.flatten(restore(archived))
            const snapshot = yield* archive.read(asAlice, id)
            const error = yield* Effect.flip(
              Stream.runDrain(
                Stream.tap(snapshot.messages, ({ sequence }) =>
                  sequence === 1
                    ? Effect.zipRight(
                        repository.remove(asAlice, id),
                        Effect.forEach(Option.toArray(after), (other) => restore(other, { id }))
                      )
                    : Effect.void
                )
              )
            )
            assertEquals(error, new SessionNotFoundError({ sessionId: id }))
            if (Option.isNone(after)) {
              assertEquals(
                yield* Effect.flip(Stream.runDrain(snapshot.estimates)),
                new SessionNotFoundError({ sessionId: id })
              )
            }
          }
        })
    )

    it.effect("reads for whoever may see the session", () =>
      Effect.gen(function* () {
        const archive = yield* ArchiveRepository
        const { id } = yield* Effect.flatten(restore(archivedWith(2)))
        const { id: nobodys } = yield* Effect.flatten(restore(archivedWith(2), { owner: Option.none() }))
        const notFound = new SessionNotFoundError({ sessionId: id })
        for (const caller of [asBob, asAnonymous]) {
          assertEquals(yield* Effect.flip(archive.read(caller, id)), notFound)
          assert.lengthOf((yield* readWhole(caller, nobodys)).messages, 2)
        }
        assert.lengthOf((yield* readWhole(asNobody, id)).messages, 2)
      })
    )

    it.effect("gives the ids of the caller's own sessions, each once", () =>
      Effect.gen(function* () {
        const repository = yield* SessionRepository
        const caller = newUser()
        const userId = Option.some(caller.userId)
        const sessions = yield* Effect.replicateEffect(createSession({ userId }), 5)
        const foreign = yield* createSession()
        const ids = yield* idsOf(caller)
        assert.sameMembers(
          ids,
          sessions.map(({ id }) => id)
        )
        assert.lengthOf(ids, 5)
        assert.deepStrictEqual(yield* idsOf(caller), ids)
        assert.deepStrictEqual(yield* idsOf(asAnonymous), [])
        assert.includeMembers(yield* idsOf(asNobody), [...ids, foreign.id])
        const [one, two] = sessions
        assert(one !== undefined && two !== undefined)
        yield* repository.setStatus(caller, one.id, "paused", later)
        yield* repository.setStatus(caller, two.id, "completed", now)
        yield* repository.update(caller, two.id, { metadata: { productName: "journal" } }, { now })
        assert.deepStrictEqual(yield* idsOf(caller, { status: "paused" }), [one.id])
        assert.deepStrictEqual(yield* idsOf(caller, { updatedAfter: later }), [one.id])
        assert.deepStrictEqual(yield* idsOf(caller, { minCompletion: 100 }), [two.id])
        assert.deepStrictEqual(yield* idsOf(caller, { productName: "journal" }), [two.id])
        assert.deepStrictEqual(yield* idsOf(caller, { agent: AgentName.make("other") }), [])
      })
    )
  })
}
