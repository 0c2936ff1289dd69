import { assert, it } from "@effect/vitest"
import { encodeLine } from "@workspace/archive"
import { freshDatabase } from "@workspace/database/test-utils"
import { archivedWith } from "@workspace/domain/test-utils"
import { Array, Effect, Fiber, Schema, Stream } from "effect"
import { inject } from "vitest"
import { exchange } from "../../test-utils/exchange.ts"
import * as BigOcean from "./big-ocean.ts"

const Count = Schema.Struct({ count: Schema.Number })
const Report = Schema.Struct({ imported: Schema.Number, unchanged: Schema.Number })
const Stored = Schema.Struct({
  session: Schema.Struct({ scoredThrough: Schema.Number }),
  messages: Schema.Array(Schema.Unknown)
})

const [sessions, messages] = [60, 400]

it.scopedLive.each(["SIGKILL", "SIGTERM"] as const)(
  "of an import that %s ends no session is half there",
  (signal) =>
    Effect.gen(function* () {
      const env = { DATABASE_URL: yield* freshDatabase(inject("postgresUrl")) }
      const archives = Array.makeBy(sessions, () => archivedWith(messages))
      const lines = archives.map(({ estimates, messages, session }) =>
        encodeLine({
          session,
          estimates: Stream.fromIterable(estimates),
          messages: Stream.fromIterable(messages)
        })
      )
      const body = yield* Stream.mkString(Stream.decodeText(Stream.flatten(Stream.fromIterable(lines))))
      const importTo = (origin: string) =>
        exchange(origin, {
          method: "POST",
          path: "/api/sessions/import",
          headers: { "content-type": "application/x-ndjson" },
          body
        })
      const read = <A, I>(schema: Schema.Schema<A, I>, origin: string, path: string) =>
        Effect.flatMap(exchange(origin, { path }), ({ body }) => Schema.decodeUnknown(schema)(body))

      const first = yield* BigOcean.serve({ env })
      const importing = yield* Effect.fork(importTo(first.origin))
      yield* Effect.repeat(read(Count, first.origin, "/api/sessions?limit=1"), {
        until: ({ count }) => count > 0
      })
      yield* first.signal(signal)
      yield* first.ended
      // Answered or not: it may have come to its end before.
      yield* Fiber.await(importing)

      const { origin } = yield* BigOcean.serve({ env })
      const { count } = yield* read(Count, origin, "/api/sessions?limit=1")
      assert.isAbove(count, 0)
      const { body: again, status, text } = yield* importTo(origin)
      assert.strictEqual(status, 200, text)
      const report = yield* Schema.decodeUnknown(Report)(again)
      // What was there is whole: otherwise it would be a conflict.
      assert.deepStrictEqual(report, { imported: sessions - count, unchanged: count })
      for (const { session } of archives) {
        // What is behind with its scores is scored as any other session.
        const look = read(Stored, origin, `/api/sessions/${session.id}`)
        const stored = yield* Effect.repeat(Effect.zipLeft(look, Effect.sleep("20 millis")), {
          until: ({ session }) => session.scoredThrough === messages
        })
        assert.lengthOf(stored.messages, messages)
      }
    })
)
