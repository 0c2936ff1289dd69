import { assert } from "@effect/vitest"
import type { SessionId } from "@workspace/domain"
import { Array, Effect, Option, Random } from "effect"
import * as BigOcean from "./big-ocean.ts"
import { connect, layerClient, textOf } from "./client.ts"
import { violations } from "./violations.ts"

const rounds = Array.range(1, 3)
const writers = Array.range(1, 4)

interface Sent {
  readonly writer: string
  readonly question: string
  readonly answer: { readonly id: string; readonly sequence: number }
}

/**
 * Kills a server in the middle of writes, starts it again, and goes on, several times: what was acknowledged
 * is there, once and in order, and a retry changes nothing.
 */
export const surviveKills = (env: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const acknowledged: Array<Sent> = []
    const inDoubt: Array<string> = []
    const serve = Effect.flatMap(BigOcean.serve({ env }), (server) =>
      Effect.map(connect(server.origin), (caller) => ({
        ...server,
        ...caller,
        // On a busy machine a statement may wait too long; the same id may be sent again.
        send: (...message: Parameters<typeof caller.send>) =>
          Effect.retry(caller.send(...message), {
            times: 5,
            while: ({ _tag }) => _tag === "UnavailableError"
          })
      }))
    )
    const round = Effect.fnUntraced(function* (known: Option.Option<SessionId>, number: number) {
      const { kill, send, start } = yield* serve
      const sessionId = yield* Option.match(known, { onNone: () => start, onSome: Effect.succeed })
      // Each message that was lost on its way comes again first.
      for (const id of inDoubt.splice(0)) {
        const { messageId, sequence } = yield* send(sessionId, id)
        acknowledged.push({ writer: id, question: id, answer: { id: messageId, sequence } })
      }
      const first = acknowledged.length
      const write = (writer: number) =>
        Effect.iterate(1, {
          while: () => true,
          body: (turn) => {
            const question = `round-${number}.writer-${writer}.${turn}`
            return send(sessionId, question).pipe(
              Effect.tapError(() => Effect.sync(() => inDoubt.push(question))),
              Effect.map(({ messageId, sequence }) => {
                acknowledged.push({
                  writer: `${number}.${writer}`,
                  question,
                  answer: { id: messageId, sequence }
                })
                return turn + 1
              })
            )
          }
        })
      const killer = Effect.gen(function* () {
        yield* Effect.repeat(Effect.sleep(1), { until: () => acknowledged.length > first })
        yield* Effect.sleep(yield* Random.nextIntBetween(20, 250))
        yield* kill
      })
      const ends = yield* Effect.zipLeft(
        Effect.forEach(writers, (writer) => Effect.flip(write(writer)), { concurrency: "unbounded" }),
        killer,
        { concurrent: true }
      )
      for (const error of ends) assert.include(["RequestError", "ResponseError"], error._tag)
      return Option.some(sessionId)
    }, Effect.scoped)

    const sessionId = yield* Effect.flatten(Effect.reduce(rounds, Option.none<SessionId>(), round))
    assert.isAbove(inDoubt.length, 0)

    const { load, send } = yield* serve
    const after = yield* load(sessionId)
    const lines = Array.groupBy(acknowledged, ({ writer }) => writer)
    const evidence = (messages: typeof after) => ({
      acknowledged: acknowledged.map(({ answer }) => answer),
      writers: Object.values(lines).map(Array.flatMap(({ answer, question }) => [question, answer.id])),
      reads: [],
      final: { messageCount: messages.session.messageCount, messages: messages.messages }
    })
    assert.deepStrictEqual(violations(evidence(after)), [])

    // Retries of what was acknowledged change nothing.
    const some = Math.ceil(acknowledged.length / 40)
    for (const { answer, question } of acknowledged.filter((_, index) => index % some === 0)) {
      const { messageId, sequence } = yield* send(sessionId, question)
      assert.deepStrictEqual({ id: messageId, sequence }, answer)
    }
    // Scoring goes on meanwhile, and touches no message.
    assert.deepStrictEqual((yield* load(sessionId)).messages, after.messages)

    // Of what was in doubt each question and each answer is there once in the end, whatever was there.
    for (const id of inDoubt) yield* send(sessionId, id)
    const final = yield* load(sessionId)
    assert.deepStrictEqual(violations(evidence(final)), [])
    assert.deepStrictEqual(final.messages.slice(0, after.messages.length), after.messages)
    const questions = [...acknowledged.map(({ question }) => question), ...inDoubt]
    assert.sameMembers(
      final.messages.filter(({ role }) => role === "user").map(({ id }) => id),
      questions
    )
    assert.strictEqual(final.messages.length, 2 * questions.length)
    for (const { content, id, role } of final.messages) {
      if (role === "user") assert.strictEqual(content, textOf(id))
    }
  }).pipe(Effect.scoped, Effect.provide(layerClient))
