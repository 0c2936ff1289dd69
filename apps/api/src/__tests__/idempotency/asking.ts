import { assert } from "@effect/vitest"
import { Effect, Struct } from "effect"
import { ask, type Exchange, type Reply } from "../../test-utils/exchange.ts"

/** Whether an answer is one that was given before. */
export const isReplay = ({ headers }: Reply) => headers["idempotency-replayed"] === "true"

/** Asks twice; gives the first answer, whose copy the second is. */
export const askTwice = Effect.fnUntraced(function* (exchange: Exchange) {
  const [first, again] = [yield* ask(exchange), yield* ask(exchange)]
  assert.deepStrictEqual([isReplay(first), isReplay(again)], [false, true], first.text)
  assert.deepStrictEqual([again.status, again.text], [first.status, first.text])
  const told = ({ headers }: Reply) => Struct.omit(headers, "x-request-id", "date", "idempotency-replayed")
  assert.deepStrictEqual(told(again), told(first))
  assert.notStrictEqual(again.headers["x-request-id"], first.headers["x-request-id"])
  return first
})

/** Asks twice; neither answer is a copy. */
export const askTwiceAnew = Effect.fnUntraced(function* (exchange: Exchange) {
  const [first, again] = [yield* ask(exchange), yield* ask(exchange)]
  assert.deepStrictEqual([isReplay(first), isReplay(again)], [false, false], first.text)
  return [first, again] as const
})
