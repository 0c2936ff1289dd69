import { Effect, Layer, Ref, Stream } from "effect"
import { Agent } from "../ports/agent.ts"
import type { Conversation } from "../types/conversation.ts"

type Respond = Agent["Type"]["respond"]

/**
 * An agent that answers as each line of the script says, in turn, and repeats the last one; it says what
 * it has been asked.
 */
export const make = Effect.fn("AgentScripted.make")(function* (
  ...script: readonly [Respond, ...Array<Respond>]
) {
  const asked = yield* Ref.make<ReadonlyArray<Conversation>>([])
  const respond: Respond = (conversation) =>
    Stream.unwrap(
      Effect.map(
        Ref.modify(asked, (before) => [before.length, [...before, conversation]]),
        (turn) => (script[turn] ?? script[script.length - 1] ?? script[0])(conversation)
      )
    )
  return { asked: Ref.get(asked), layer: Layer.succeed(Agent, { respond }) }
})

/** One line of a script: the text in pieces. */
export const says =
  (...pieces: ReadonlyArray<string>): Respond =>
  () =>
    Stream.fromIterable(pieces)
