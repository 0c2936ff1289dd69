import { assert, describe, it } from "@effect/vitest"
import { Array, DateTime, Effect, Layer, Option } from "effect"
import { ArchiveFormatError } from "../errors/archive.ts"
import { UnauthorizedError } from "../errors/identity.ts"
import { SessionImports } from "../services/session-imports.ts"
import * as ArchiveRepositoryInMemory from "../test-utils/archive-repository-in-memory.ts"
import { archivedOf } from "../test-utils/archived.ts"
import { alice, asAlice, asAnonymous } from "../test-utils/callers.ts"
import { createTestSession } from "../test-utils/create-test-session.ts"
import * as IdGeneratorSequential from "../test-utils/id-generator-sequential.ts"
import * as SessionRepositoryInMemory from "../test-utils/session-repository-in-memory/index.ts"
import { type ArchivedSession, maxMerged } from "../types/archive.ts"
import { MessageId, SessionId } from "../types/ids.ts"
import { Message, MessageContent } from "../types/message.ts"
import { type Session, Title } from "../types/session.ts"

const layer = SessionImports.layer.pipe(
  Layer.provide(IdGeneratorSequential.layer),
  Layer.provideMerge(ArchiveRepositoryInMemory.layer),
  Layer.provideMerge(SessionRepositoryInMemory.layer)
)

type Said = Partial<ConstructorParameters<typeof Message>[0]> & { readonly at: number; readonly id: string }

const person = (
  name: string,
  said: ReadonlyArray<Omit<Said, "id"> & { readonly id: string }>,
  fields: Parameters<typeof createTestSession>[0] = {}
): ArchivedSession => {
  const id = SessionId.make(`session_${name}`)
  return {
    session: createTestSession({
      id,
      title: Option.some(Title.make(name)),
      messageCount: said.length,
      metadata: { productName: "interview" },
      updatedAt: DateTime.unsafeMake(said.at(-1)?.at ?? 0),
      ...fields
    }),
    estimates: [],
    messages: said.map(
      ({ at, id: messageId, ...one }, n) =>
        new Message({
          sessionId: id,
          sequence: n + 1,
          role: "user",
          content: MessageContent.make(`${name} says ${messageId}`),
          metadata: {},
          ...one,
          id: MessageId.make(messageId),
          createdAt: DateTime.unsafeMake(at)
        })
    )
  }
}

const merging = Effect.fnUntraced(function* (
  archives: Array.NonEmptyReadonlyArray<ArchivedSession>,
  { dryRun = false, title }: { dryRun?: boolean; title?: string } = {}
) {
  const imports = yield* SessionImports
  return yield* imports.merge(asAlice, archives, {
    dryRun,
    title: Option.map(Option.fromNullable(title), (_) => Title.make(_))
  })
})

const ann = person("ann", [
  { id: "m1", at: 1_000, role: "assistant" },
  { id: "m2", at: 3_000, metadata: { assessment: { asks: "x" }, source: { earlier: 1 }, own: 2 } }
])
const ben = person("ben", [
  { id: "m1", at: 2_000 },
  { id: "m3", at: 3_000 }
])

describe("a merge", () => {
  it.effect("has the messages of all in order of time, each with its source, and no scores", () =>
    Effect.gen(function* () {
      const merged = yield* merging([ann, ben], { title: "Both" })
      assert.deepInclude(merged, {
        outcome: "imported",
        messageCount: 4,
        title: Option.some(Title.make("Both"))
      })
      const { messages, session } = yield* archivedOf(merged.sessionId)
      assert.deepStrictEqual(
        messages.map(({ content, sequence }) => [sequence, content]),
        [
          [1, "ann says m1"],
          [2, "ben says m1"],
          [3, "ann says m2"],
          [4, "ben says m3"]
        ]
      )
      assert.deepStrictEqual<unknown>(
        messages.map(({ id }) => id).filter((id) => id !== messages[1]?.id),
        ["m1", "m2", "m3"]
      )
      assert.match(messages[1]?.id ?? "", /^msg_.{21}$/)
      assert.deepStrictEqual<unknown>(messages[2]?.metadata, {
        own: 2,
        source: {
          sessionId: "session_ann",
          messageId: "m2",
          sequence: 2,
          title: "ann",
          assessment: { asks: "x" },
          source: { earlier: 1 }
        }
      })
      assert.deepInclude(session, {
        userId: Option.some(alice),
        status: "active",
        scoredThrough: 4,
        questionCount: 1,
        completion: 0,
        metadata: { productName: "interview", mergedFrom: ["session_ann", "session_ben"] },
        updatedAt: DateTime.unsafeMake(3_000)
      })
    }).pipe(Effect.provide(layer))
  )

  it.effect("is the same again for the same sessions, and another one for others", () =>
    Effect.gen(function* () {
      const planned = yield* merging([ann, ben], { dryRun: true })
      const merged = yield* merging([ann, ben])
      assert.deepStrictEqual(planned, merged)
      assert.deepStrictEqual(merged.title, Option.some(Title.make("ann")))
      assert.deepStrictEqual(yield* merging([ann, ben]), { ...merged, outcome: "unchanged" })
      assert.notStrictEqual((yield* merging([ann])).sessionId, merged.sessionId)
    }).pipe(Effect.provide(layer))
  )

  it.effect("is the same in whatever order the sessions stand", () =>
    Effect.gen(function* () {
      const at = (name: string, createdAt: number) =>
        person(name, [{ id: "m1", at: 5_000 }], { createdAt: DateTime.unsafeMake(createdAt) })
      const [eve, dan, cid] = [at("eve", 1_000), at("dan", 2_000), at("cid", 2_000)]
      const again = {
        ...cid,
        messages: at("cid", 0).messages.map((_) => new Message({ ..._, role: "assistant" }))
      }
      const merged = yield* merging([dan, eve, again, cid])
      const { messages, session } = yield* archivedOf(merged.sessionId)
      assert.deepStrictEqual(session.metadata["mergedFrom"], [
        "session_eve",
        ...["session_cid", "session_cid", "session_dan"]
      ])
      assert.lengthOf(messages, 4)
      for (const order of [
        [cid, again, eve, dan],
        [again, cid, dan, eve]
      ] as const) {
        assert.deepStrictEqual(yield* merging(order), { ...merged, outcome: "unchanged" })
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("gives each message an id of its own, also where one has the id that another one would get", () =>
    Effect.gen(function* () {
      const merged = yield* merging([ann, ben])
      const derived = (yield* archivedOf(merged.sessionId)).messages[1]?.id ?? ""
      const guessed = person("ann", [
        { id: "m1", at: 1_000 },
        { id: derived, at: 1_500 }
      ])
      const { sessionId } = yield* merging([guessed, ben])
      const ids = (yield* archivedOf(sessionId)).messages.map(({ id }) => id)
      assert.include<string>(ids, derived)
      assert.lengthOf(new Set(ids), 4)
    }).pipe(Effect.provide(layer))
  )

  it.effect("takes a message that stands in several files once, and keeps the order of each", () =>
    Effect.gen(function* () {
      const shared = { content: MessageContent.make("the same"), at: 1_000, id: "m1" }
      const first = person("first", [shared, { id: "m2", at: 9_000 }, { id: "m3", at: 2_000 }])
      const second = person("second", [shared, { id: "m2", at: 5_000 }])
      const { sessionId } = yield* merging([first, second])
      const { messages } = yield* archivedOf(sessionId)
      assert.deepStrictEqual<unknown>(
        messages.map(({ content }) => content),
        ["the same", "second says m2", "first says m2", "first says m3"]
      )
    }).pipe(Effect.provide(layer))
  )

  it.effect("has the status that all have, or is paused, and what they have in common", () =>
    Effect.gen(function* () {
      const completed = { status: "completed", title: Option.none() } as const
      const cases = [
        [{ ...completed }, { ...completed }, "completed", 100, "interview"],
        [{ ...completed }, { metadata: { productName: "other" } }, "paused", 0, undefined],
        [{ metadata: { productName: 1 } }, { metadata: { productName: 1 } }, "active", 0, undefined]
      ] as const satisfies ReadonlyArray<
        readonly [Partial<Session>, Partial<Session>, string, number, string | undefined]
      >
      for (const [index, [one, other, status, completion, productName]] of cases.entries()) {
        const { sessionId } = yield* merging([
          person(`one${index}`, [{ id: "m1", at: 1 }], one),
          person(`other${index}`, [{ id: "m1", at: 2 }], other)
        ])
        const { session } = yield* archivedOf(sessionId)
        assert.deepInclude(session, { status, completion })
        assert.strictEqual(session.metadata["productName"], productName)
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("goes through many messages without holding up others", () =>
    Effect.gen(function* () {
      const many = person(
        "many",
        Array.makeBy(1_200, (n) => ({ id: `m${n}`, at: n }))
      )
      assert.strictEqual((yield* merging([many, ann])).messageCount, 1_202)
    }).pipe(Effect.provide(layer))
  )

  it.effect("refuses a message without room for its source, too many sessions, and nobody's", () =>
    Effect.gen(function* () {
      const imports = yield* SessionImports
      const full = person("full", [
        { id: "m1", at: 1 },
        { id: "m2", at: 2, metadata: { text: "x".repeat(16_370) } }
      ])
      const error = yield* Effect.flip(merging([ann, full]))
      assert.instanceOf(error, ArchiveFormatError)
      assert.deepStrictEqual(error.problems, [
        { path: "2.messages.1.metadata", message: "must leave room for the source" }
      ])
      const many = yield* Effect.flip(merging(Array.replicate(ann, maxMerged + 1)))
      assert.instanceOf(many, ArchiveFormatError)
      assert.instanceOf(
        yield* Effect.flip(imports.merge(asAnonymous, [ann], { dryRun: false, title: Option.none() })),
        UnauthorizedError
      )
    }).pipe(Effect.provide(layer))
  )
})
