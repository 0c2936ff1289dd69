import { isDeepStrictEqual } from "node:util"
import { Effect, Schema } from "effect"
import type { Client } from "pg"
import { BenchError } from "./bench-error.ts"
import { sessionsOf } from "./data/sessions.ts"
import { database } from "./database.ts"
import * as Questions from "./measures/questions.ts"
import type { Server } from "./servers.ts"
import { ask } from "./verify.ts"

// What two sessions that were written to in the same way have of their own.
const Written = Schema.parseJson(
  Schema.Struct({
    session: Schema.Struct({
      title: Schema.String,
      status: Schema.String,
      scoredThrough: Schema.Number,
      messageCount: Schema.Number,
      questionCount: Schema.Number,
      completion: Schema.Number
    }),
    messages: Schema.Array(
      Schema.Struct({ sequence: Schema.Number, role: Schema.String, content: Schema.String })
    )
  })
)

const written = (server: Server, id: string) =>
  Effect.gen(function* () {
    yield* ask(server, Questions.start)
    yield* Effect.forEach([1, 2, 3], (turn) => ask(server, Questions.append(id, turn)))
    return yield* Schema.decode(Written)((yield* ask(server, Questions.resume(id))).text)
  })

/** The same appends leave the same sessions, whichever server takes them. */
export const verifyWrites = Effect.fnUntraced(function* ([one, other]: readonly [Server, Server]) {
  const [mine = "", theirs = ""] = sessionsOf("verified")
  const expected = yield* written(one, mine)
  const found = yield* written(other, theirs)
  if (expected.messages.length !== 3 || !isDeepStrictEqual(found, expected)) {
    return yield* new BenchError({
      message: `The same appends leave other sessions: ${JSON.stringify(expected)} and ${JSON.stringify(found)}`
    })
  }
})

const astray = `
select count(*)::int as count from sessions as s
cross join lateral (select count(*) as rows, coalesce(max(sequence), 0) as last from messages where session_id = s.id) as m
where s.message_count <> m.rows or s.message_count <> m.last`

/** Whoever wrote, and however many at once: each session has as many messages as it counts, without a gap. */
export const verifyStored = (client: Client) =>
  Effect.flatMap(
    database("verify what is stored", () => client.query<{ count: number }>(astray)),
    ({ rows }) =>
      rows[0]?.count === 0
        ? Effect.void
        : new BenchError({ message: `${rows[0]?.count} sessions do not have the messages that they count` })
  )
