import { assert, it } from "@effect/vitest"
import { freshDatabase } from "@workspace/database/test-utils"
import { Array, Effect, Fiber, Schedule } from "effect"
import { inject } from "vitest"
import * as BigOcean from "./big-ocean.ts"
import { type Caller, connect, layerClient } from "./client.ts"
import { poolOf } from "./pool.ts"
import { violations } from "./violations.ts"

const writers = Array.range(1, 32)
const messagesEach = Array.range(1, 3)

/** Reads again and again while something else is done. */
const readingMeanwhile = <A, E, R, B, E2, R2>(read: Effect.Effect<A, E, R>, work: Effect.Effect<B, E2, R2>) =>
  Effect.gen(function* () {
    const reads: Array<A> = []
    const reader = yield* read.pipe(
      Effect.tap((seen) => Effect.sync(() => reads.push(seen))),
      Effect.repeat(Schedule.spaced("5 millis")),
      Effect.fork
    )
    const done = yield* work
    yield* Fiber.interrupt(reader)
    return [done, reads] as const
  })

it.scopedLive("two processes on one database keep one order, whoever writes", () =>
  Effect.gen(function* () {
    const url = yield* freshDatabase(inject("postgresUrl"))
    const pool = yield* poolOf(url)
    const servers = yield* Effect.forEach([1, 2], () => BigOcean.serve({ env: { DATABASE_URL: url } }), {
      concurrency: 2
    })
    const callers = yield* Effect.forEach(servers, ({ origin }) => connect(origin))
    const [one, other] = callers
    assert(one !== undefined && other !== undefined)
    const sessionId = yield* one.start

    // A writer changes the server with each message.
    const write = (writer: number) =>
      Effect.forEach(messagesEach, (turn) => {
        const { send }: Caller = (writer + turn) % 2 === 0 ? one : other
        const id = `writer-${writer}.${turn}`
        return Effect.map(
          Effect.retry(send(sessionId, id), { times: 5, while: ({ _tag }) => _tag === "UnavailableError" }),
          ({ messageId, sequence }) => ({ question: id, answer: { id: messageId, sequence } })
        )
      })
    const read = Effect.map(
      Effect.all([one.load(sessionId), other.load(sessionId)], { concurrency: 2 }),
      (seen) =>
        seen.map(({ messages, session }) => {
          // One snapshot: the session counts the messages that come with it.
          assert.strictEqual(session.messageCount, messages.length)
          return messages.map(({ id }) => id)
        })
    )
    const [written, reads] = yield* readingMeanwhile(
      read,
      Effect.forEach(writers, write, { concurrency: "unbounded" })
    )

    const { messages, session } = yield* one.load(sessionId)
    assert.strictEqual(messages.length, 2 * writers.length * messagesEach.length)
    assert.isAbove(Array.dedupe(reads.flat().map(({ length }) => length)).length, 3)
    const evidence = {
      acknowledged: written.flat().map(({ answer }) => answer),
      writers: written.map((turns) => turns.flatMap(({ answer, question }) => [question, answer.id])),
      reads: reads.flat(),
      final: { messageCount: session.messageCount, messages }
    }
    assert.deepStrictEqual(violations(evidence), [])

    const { rows } = yield* Effect.promise(() =>
      pool.query(
        // Scoring raises the version too.
        `select message_count, version > message_count as is_versioned, (select count(*)::int from messages where session_id = sessions.id) as rows,
                (select max(sequence) from messages where session_id = sessions.id) as last from sessions`
      )
    )
    const count = messages.length
    assert.deepStrictEqual(rows, [{ message_count: count, is_versioned: true, rows: count, last: count }])
  }).pipe(Effect.provide(layerClient))
)

it.scopedLive("the same check finds what a naive append does", () =>
  Effect.gen(function* () {
    const pool = yield* poolOf(yield* freshDatabase(inject("postgresUrl")))
    const query = (text: string, values: ReadonlyArray<string | number> = []) =>
      Effect.promise(() => pool.query<{ id: string; sequence: number }>(text, [...values]))
    yield* query("create table naive (id text, sequence integer)")

    const append = Effect.fnUntraced(function* (id: string) {
      const { rows } = yield* query("select coalesce(max(sequence), 0) + 1 as sequence from naive")
      const sequence = rows[0]?.sequence ?? 0
      yield* query("insert into naive values ($1, $2)", [id, sequence])
      return { id, sequence }
    })
    const history = Effect.map(
      query("select id, sequence from naive order by sequence, id"),
      ({ rows }) => rows
    )
    const [written, reads] = yield* readingMeanwhile(
      Effect.map(
        history,
        Array.map(({ id }) => id)
      ),
      Effect.forEach(
        writers,
        (writer) => Effect.forEach(messagesEach, (turn) => append(`writer-${writer}.${turn}`)),
        { concurrency: "unbounded" }
      )
    )
    const messages = yield* history
    const found = violations({
      acknowledged: written.flat(),
      writers: written.map(Array.map(({ id }) => id)),
      reads,
      final: { messageCount: messages.length, messages }
    })
    assert.include(found.join("\n"), "and has sequence")
  })
)
