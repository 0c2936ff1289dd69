import { assert } from "@effect/vitest"
import { Arbitrary, DateTime, Effect, FastCheck, Option, Schema } from "effect"
import { SessionRepository } from "../../ports/session-repository.ts"
import type { SessionId } from "../../types/ids.ts"
import { JsonObject } from "../../types/json.ts"
import { Precision } from "../../types/precision.ts"
import { Session, Title } from "../../types/session.ts"
import type { SessionList, SessionQuery } from "../../types/session-list.ts"
import { listOf } from "../listed.ts"
import { createSession, newUser, now, type SuiteIt } from "./fixtures.ts"
import { metadata } from "./text-samples.ts"

const encode = Schema.encode(Schema.parseJson(Session))

/** Lists as they are sent: that the bytes are the schema's, `listOf` looks at in each list of the suite. */
export const describeListTexts = (it: SuiteIt) => {
  it.effect(
    "gives any session of a list as its schema encodes it, and the place where the list goes on",
    () =>
      Effect.gen(function* () {
        const repository = yield* SessionRepository
        const user = newUser()
        const userId = Option.some(user.userId)
        const sample = <A>(schema: Schema.Schema<A>) => FastCheck.sample(Arbitrary.make(schema), 15)
        const hostile = [
          '\u2028"\\',
          "\u0001\b\n\u007f\u{feff}",
          '"}],"count":0}',
          "👩‍👩‍👧‍👦 ‮e\u0301",
          " ",
          "[null]"
        ]
        const times = [0, 1, 10, 120, 999, 1_000, now.epochMillis, 253_402_300_799_999]
        const precisions = sample(Schema.typeSchema(Precision))
        const metadatas = [...metadata, ...sample(Schema.typeSchema(JsonObject))]
        const titles = [...hostile.map((text) => Title.make(text)), ...sample(Schema.typeSchema(Title))]
        const created = yield* Effect.forEach(titles, (title, n) => {
          const at = DateTime.unsafeMake(times[n % times.length] ?? 0)
          return createSession({
            userId,
            title: Option.some(title),
            agentSessionId: Option.fromNullable(hostile[n]),
            precision: precisions[n] ?? Precision.initial,
            metadata: metadatas[n] ?? {},
            createdAt: at,
            updatedAt: at
          })
        })
        const seen: Array<SessionId> = []
        let query: SessionQuery | null = { limit: 2 }
        while (query !== null) {
          const { count, nextCursor, sessions }: SessionList = yield* listOf(user, query)
          assert.strictEqual(count, titles.length)
          for (const session of sessions) {
            const loaded = yield* repository.load(user, session.id)
            assert.strictEqual(yield* encode(session), yield* encode(loaded.session))
            seen.push(session.id)
          }
          query = nextCursor === null ? null : { limit: 2, cursor: nextCursor }
        }
        assert.sameMembers(
          seen,
          created.map(({ id }) => id)
        )
        // The newest of all sessions they must not stay.
        yield* Effect.forEach(seen, (id) => repository.remove(user, id))
      })
  )
}
