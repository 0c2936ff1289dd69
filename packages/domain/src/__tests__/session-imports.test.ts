import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Layer, Option, Stream } from "effect"
import { ArchiveFormatError } from "../errors/archive.ts"
import { UnauthorizedError } from "../errors/identity.ts"
import { SessionNotFoundError } from "../errors/session.ts"
import { ArchiveRepository } from "../ports/archive-repository.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { SessionImports } from "../services/session-imports.ts"
import * as ArchiveRepositoryInMemory from "../test-utils/archive-repository-in-memory.ts"
import { archivedOf } from "../test-utils/archived.ts"
import { alice, asAlice, asAnonymous, asBob, asNobody, bob } from "../test-utils/callers.ts"
import * as IdGeneratorSequential from "../test-utils/id-generator-sequential.ts"
import * as SessionRepositoryInMemory from "../test-utils/session-repository-in-memory/index.ts"
import { appendMany, createSession, message, now } from "../test-utils/session-repository-suite/fixtures.ts"
import type { ArchivedSession, OnConflict } from "../types/archive.ts"
import type { Caller } from "../types/caller.ts"
import { MessageId, SessionId } from "../types/ids.ts"
import { Message, MessageContent } from "../types/message.ts"
import { Session } from "../types/session.ts"

const layer = SessionImports.layer.pipe(
  Layer.provide(IdGeneratorSequential.layer),
  Layer.provideMerge(ArchiveRepositoryInMemory.layer),
  Layer.provideMerge(SessionRepositoryInMemory.layer)
)

const file = Effect.fnUntraced(function* (count = 3) {
  const sessions = yield* SessionRepository
  const { id } = yield* createSession({ userId: Option.some(bob) })
  yield* appendMany(id, count)
  const archived = yield* archivedOf(id)
  yield* sessions.remove(asBob, id)
  return archived
})

const importing = (
  caller: Caller,
  archived: ArchivedSession,
  { dryRun = false, onConflict = "refuse" }: { dryRun?: boolean; onConflict?: OnConflict } = {}
) =>
  Effect.gen(function* () {
    const imports = yield* SessionImports
    const one = yield* imports.importer(caller, { dryRun, onConflict })
    return yield* one(archived)
  })

const isThere = (id: SessionId) => Effect.map(Effect.option(archivedOf(id)), Option.isSome)

describe("SessionImports", () => {
  it.effect("stores a session as the caller's, under its own id, whosesoever it was", () =>
    Effect.gen(function* () {
      const archived = yield* file()
      const { id } = archived.session
      assert.deepStrictEqual(yield* importing(asAlice, archived), { outcome: "imported", sessionId: id })
      const stored = yield* archivedOf(id)
      assert.deepStrictEqual(stored.session.userId, Option.some(alice))
      assert.deepStrictEqual(stored.messages, archived.messages)
      const another = yield* file()
      yield* importing(asNobody, another)
      assert.deepStrictEqual((yield* archivedOf(another.session.id)).session.userId, Option.none())
    }).pipe(Effect.provide(layer))
  )

  it.effect("changes nothing when the same comes again, also after the session has gone on", () =>
    Effect.gen(function* () {
      const sessions = yield* SessionRepository
      const archived = yield* file()
      const { id } = archived.session
      yield* importing(asAlice, archived)
      const unchanged = { outcome: "unchanged", sessionId: id } as const
      for (const onConflict of ["refuse", "copy"] as const)
        for (const caller of [asAlice, asNobody])
          assert.deepStrictEqual(yield* importing(caller, archived, { onConflict }), unchanged)
      yield* sessions.append(asAlice, message(id, "later"), { now })
      const before = yield* archivedOf(id)
      assert.deepStrictEqual(yield* importing(asAlice, archived), unchanged)
      assert.deepStrictEqual(yield* archivedOf(id), before)
      assert.deepStrictEqual(yield* importing(asAlice, before), unchanged)
    }).pipe(Effect.provide(layer))
  )

  it.effect("refuses what has the id of another session, whosesoever that is", () =>
    Effect.gen(function* () {
      const sessions = yield* SessionRepository
      const archived = yield* file()
      const { id } = archived.session
      const conflict = { outcome: "conflict", sessionId: id } as const
      for (const userId of [Option.some(alice), Option.some(bob), Option.none()]) {
        yield* createSession({ id, userId })
        yield* sessions.append(asNobody, message(id, "other"), { now })
        const before = yield* archivedOf(id)
        assert.deepStrictEqual(yield* importing(asAlice, archived), conflict)
        assert.deepStrictEqual(yield* importing(asAlice, archived, { dryRun: true }), conflict)
        assert.deepStrictEqual(yield* archivedOf(id), before)
        yield* sessions.remove(asNobody, id)
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect.each([
    { id: MessageId.make("other") },
    { role: "assistant" as const },
    { content: MessageContent.make("other") },
    { metadata: { other: 1 } },
    { createdAt: DateTime.add(now, { millis: 1 }) }
  ])("takes a session for another one when one message has %j", (other) =>
    Effect.gen(function* () {
      const archived = yield* file()
      yield* importing(asAlice, archived)
      const messages = archived.messages.map((one, n) => (n === 2 ? new Message({ ...one, ...other }) : one))
      assert.strictEqual((yield* importing(asAlice, { ...archived, messages })).outcome, "conflict")
    }).pipe(Effect.provide(layer))
  )

  it.effect("takes a session of another time, or with fewer messages, for another one", () =>
    Effect.gen(function* () {
      const archived = yield* file(0)
      yield* importing(asAlice, archived)
      const createdAt = DateTime.add(now, { millis: 1 })
      const session = new Session({ ...archived.session, createdAt })
      assert.strictEqual((yield* importing(asAlice, { ...archived, session })).outcome, "conflict")
      const { messages } = yield* file()
      assert.strictEqual((yield* importing(asAlice, { ...archived, messages })).outcome, "conflict")
    }).pipe(Effect.provide(layer))
  )

  it.effect("remembers in a dry run what it would have stored last", () =>
    Effect.gen(function* () {
      const archived = yield* file(1)
      const imports = yield* SessionImports
      const one = yield* imports.importer(asAlice, { dryRun: true, onConflict: "refuse" })
      const planning = (n: number) => {
        const session = new Session({ ...archived.session, id: SessionId.make(`session_${n}_planned`) })
        return Effect.map(one({ ...archived, session }), ({ outcome }) => outcome)
      }
      for (let n = 0; n < 10_000; n++) assert.strictEqual(yield* planning(n), "imported")
      assert.strictEqual(yield* planning(0), "unchanged")
      assert.strictEqual(yield* planning(10_000), "imported")
      assert.strictEqual(yield* planning(0), "imported")
      assert.strictEqual(yield* planning(10_000), "unchanged")
    }).pipe(Effect.provide(layer))
  )

  it.effect("makes one copy for each owner and content, which is found again", () =>
    Effect.gen(function* () {
      const archived = yield* file(1_200)
      const { id } = archived.session
      yield* createSession({ id, userId: Option.some(bob) })
      const onConflict = "copy"
      const planned = yield* importing(asAlice, archived, { onConflict, dryRun: true })
      const copied = yield* importing(asAlice, archived, { onConflict })
      assert.deepStrictEqual(planned, copied)
      assert.strictEqual(copied.outcome, "copied")
      assert.notStrictEqual(copied.sessionId, id)
      const stored = yield* archivedOf(copied.sessionId)
      assert.deepStrictEqual(stored.session.userId, Option.some(alice))
      assert.strictEqual(stored.messages.length, 1_200)
      const again = yield* importing(asAlice, archived, { onConflict })
      assert.deepStrictEqual(again, { ...copied, outcome: "unchanged" })
      const another = { ...archived, messages: archived.messages.slice(0, 2) }
      const others = [
        yield* importing(asAlice, another, { onConflict }),
        yield* importing(asNobody, archived, { onConflict })
      ]
      assert.deepStrictEqual(
        others.map(({ outcome }) => outcome),
        ["copied", "copied"]
      )
      assert.strictEqual(new Set([copied, ...others].map(({ sessionId }) => sessionId)).size, 3)
    }).pipe(Effect.provide(layer))
  )

  it.effect("refuses a copy whose place somebody else has taken", () =>
    Effect.gen(function* () {
      const archived = yield* file()
      const { id } = archived.session
      yield* createSession({ id, userId: Option.some(bob) })
      const { sessionId } = yield* importing(asAlice, archived, { onConflict: "copy", dryRun: true })
      yield* createSession({ id: sessionId, userId: Option.some(bob) })
      assert.deepStrictEqual(yield* importing(asAlice, archived, { onConflict: "copy" }), {
        outcome: "conflict",
        sessionId: id
      })
    }).pipe(Effect.provide(layer))
  )

  it.effect("stores nothing in a dry run, and tells what it would do with the whole file", () =>
    Effect.gen(function* () {
      const imports = yield* SessionImports
      const archived = yield* file()
      const changed = { ...archived, messages: archived.messages.slice(1) }
      for (const onConflict of ["refuse", "copy"] as const) {
        const plan = yield* imports.importer(asAlice, { dryRun: true, onConflict })
        const outcomes = yield* Effect.forEach([archived, archived, changed, changed], plan)
        assert.deepStrictEqual(
          outcomes.map(({ outcome }) => outcome),
          onConflict === "refuse"
            ? ["imported", "unchanged", "conflict", "conflict"]
            : ["imported", "unchanged", "copied", "unchanged"]
        )
        for (const { sessionId } of outcomes) assert.isFalse(yield* isThere(sessionId))
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("takes no session whose id no path leads to, and nothing of who names nobody", () =>
    Effect.gen(function* () {
      const archived = yield* file()
      for (const id of ["unknown", "export", "import"]) {
        const session = new Session({ ...archived.session, id: SessionId.make(id) })
        const error = yield* Effect.flip(importing(asAlice, { ...archived, session }))
        assert.instanceOf(error, ArchiveFormatError)
        assert.deepInclude(error.problems[0], { path: "id" })
      }
      assert.instanceOf(yield* Effect.flip(importing(asAnonymous, archived)), UnauthorizedError)
    }).pipe(Effect.provide(layer))
  )

  it.effect("looks again at what others make and remove meanwhile", () =>
    Effect.gen(function* () {
      const archived = yield* file()
      const { id } = archived.session
      const session = new Session({ ...archived.session, userId: Option.some(alice) })
      const notFound = new SessionNotFoundError({ sessionId: id })
      const answers: ReadonlyArray<ReturnType<ArchiveRepository["Type"]["read"]>> = [
        // Made between the look and the step.
        notFound,
        // Removed while it is compared.
        Effect.succeed({ session, estimates: Stream.empty, messages: Stream.fail(notFound) }),
        Effect.succeed({ session, estimates: Stream.empty, messages: Stream.fromIterable(archived.messages) })
      ]
      let asked = 0
      const racing = SessionImports.layer.pipe(
        Layer.provide(IdGeneratorSequential.layer),
        Layer.provide(
          Layer.succeed(ArchiveRepository, {
            read: () => Effect.suspend(() => answers[asked++] ?? notFound),
            ids: () => Stream.empty,
            restore: () => Effect.succeedNone
          })
        )
      )
      assert.deepStrictEqual(yield* Effect.provide(importing(asAlice, archived), racing), {
        outcome: "unchanged",
        sessionId: id
      })
      // Taken at every step, and gone at every look.
      assert.deepStrictEqual(yield* Effect.provide(importing(asAlice, archived), racing), {
        outcome: "conflict",
        sessionId: id
      })
    }).pipe(Effect.provide(layer))
  )
})
