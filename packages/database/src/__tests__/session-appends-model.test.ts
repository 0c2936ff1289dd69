import { assert, layer } from "@effect/vitest"
import { MessageId, SessionId, SessionRepository } from "@workspace/domain"
import { alice, asAlice, asBob, asNobody, createTestSession } from "@workspace/domain/test-utils"
import { Array, Cause, Effect, Exit, FastCheck, Layer, Option } from "effect"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { SessionStoreSettings } from "../session-store-settings.ts"
import { layerPostgres } from "../test-utils/layers.ts"
import { message, now } from "./appending.ts"
import { makeStillClock } from "./still-clock.ts"

const kinds = ["good", "good", "good", "foreign", "missing", "paused", "expecting", "too long"] as const

/** Few sessions and few ids: there are copies, and several of one session. */
const anyAppend = FastCheck.record({
  kind: FastCheck.constantFrom(...kinds),
  session: FastCheck.integer({ min: 0, max: 4 }),
  name: FastCheck.integer({ min: 0, max: 9 }),
  expected: FastCheck.integer({ min: 0, max: 3 })
})
type AnyAppend = typeof anyAppend extends FastCheck.Arbitrary<infer A> ? A : never

let run = 0

const sessionsOf = Effect.fnUntraced(function* () {
  const { create, setStatus } = yield* SessionRepository
  run += 1
  const idOf = (name: string) => SessionId.make(`session_0_model-${run}-${name}`)
  const missing = idOf("missing")
  const [paused, ...active] = [idOf("paused"), ...Array.makeBy(5, (n) => idOf(`${n}`))]
  for (const id of [paused, ...active]) {
    yield* create(createTestSession({ id, userId: Option.some(alice) }), Option.none())
  }
  yield* setStatus(asNobody, paused, "paused", now)
  return { active, missing, paused }
})

/** How an append ended: of an error its tag, and of a defect what the database said. */
const told = <A, E extends { readonly _tag: string }>(exit: Exit.Exit<A, E>) =>
  Exit.match(exit, {
    onSuccess: () => "stored",
    onFailure: (cause) =>
      Option.match(Cause.failureOption(cause), {
        onSome: ({ _tag }) => _tag,
        onNone: () => String(Cause.squash(cause))
      })
  })

const expectedOf: Record<AnyAppend["kind"], ReadonlyArray<string>> = {
  good: ["stored"],
  foreign: ["SessionNotFoundError"],
  missing: ["SessionNotFoundError"],
  paused: ["InvalidSessionStateError"],
  expecting: ["stored", "SequenceConflictError"],
  "too long": [
    "DatabaseError: The database refused a statement, SQLSTATE 23514, constraint messages_id_bytes"
  ]
}

const perform =
  ({ active, missing, paused }: Effect.Effect.Success<ReturnType<typeof sessionsOf>>) =>
  ({ expected, kind, name, session }: AnyAppend) =>
    Effect.flatMap(SessionRepository, ({ append }) => {
      const own = active[session] ?? missing
      const id = kind === "paused" ? paused : kind === "missing" ? missing : own
      const given = message(id, `m${name}`)
      const tooLong = MessageId.make("x".repeat(129), { disableValidation: true })
      return append(
        kind === "foreign" ? asBob : asAlice,
        kind === "too long" ? { ...given, id: tooLong } : given,
        { now, expectedSequence: kind === "expecting" ? expected : undefined }
      )
    }).pipe(Effect.exit)

for (const groupCommit of [true, false]) {
  layer(
    SessionRepositoryPg.layer.pipe(
      Layer.provide(layerPostgres),
      Layer.provide(Layer.succeed(SessionStoreSettings, { groupCommit, historyCacheBytes: 1_000_000 })),
      Layer.merge(makeStillClock().layer)
    ),
    { timeout: "60 seconds", excludeTestServices: true }
  )(`messages that come at once, ${groupCommit ? "together" : "one by one"}`, (it) => {
    it.effect.prop(
      "are each stored once or told why not, whatever comes with them",
      [FastCheck.array(anyAppend, { minLength: 10, maxLength: 60, size: "max" })],
      ([appends]) =>
        Effect.gen(function* () {
          const sessions = yield* sessionsOf()
          const exits = yield* Effect.forEach(appends, perform(sessions), { concurrency: "unbounded" })
          for (const [{ kind }, exit] of Array.zip(appends, exits)) {
            assert.isTrue(expectedOf[kind].includes(told(exit)), `${kind}: ${told(exit)}`)
          }
          const acknowledged = exits.filter(Exit.isSuccess).map(({ value }) => value)
          for (const [n, id] of sessions.active.entries()) {
            const { load } = yield* SessionRepository
            const { messages, session } = yield* load(asAlice, id)
            assert.deepStrictEqual(
              messages.map(({ sequence }) => sequence),
              messages.map((_, index) => index + 1)
            )
            assert.strictEqual(session.messageCount, messages.length)
            const own = acknowledged.filter(({ sessionId }) => sessionId === id)
            // All copies of one are told the same, and what was not acknowledged is not there.
            for (const one of own) assert.deepStrictEqual(messages[one.sequence - 1], one)
            assert.strictEqual(new Set(own.map((one) => one.id)).size, messages.length, `session ${n}`)
          }
        }),
      { fastCheck: { numRuns: 30 } }
    )
  })
}
