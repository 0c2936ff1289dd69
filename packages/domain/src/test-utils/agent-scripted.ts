import { Effect, Layer, Option, Ref, Stream } from "effect"
import type { AgentUnavailableError } from "../errors/agent.ts"
import { type Agent, AgentPart, AgentRegistry } from "../ports/agent.ts"
import type { Conversation } from "../types/conversation.ts"
import { AgentName } from "../types/session.ts"

/** One line of a script: how an agent answers, where a string is a piece of the text. */
type Line = (conversation: Conversation) => Stream.Stream<string | AgentPart, AgentUnavailableError>

/** The only name that the scripted agent does not go by. */
const unknownName = AgentName.make("unknown")

/** The names that are listed where a name is not known. */
const names = ["nerin", "other"].map((name) => AgentName.make(name))

/**
 * An agent by every name but `unknown` that answers as each line of the script says, in turn, and repeats the
 * last one; it says what it has been asked.
 */
export const make = Effect.fn("AgentScripted.make")(function* (...script: readonly [Line, ...Array<Line>]) {
  const asked = yield* Ref.make<ReadonlyArray<Conversation>>([])
  const respond: Agent["respond"] = (conversation) =>
    Stream.unwrap(
      Effect.map(
        Ref.modify(asked, (before) => [before.length, [...before, conversation]]),
        (turn) => (script[turn] ?? script[script.length - 1] ?? script[0])(conversation)
      )
    ).pipe(Stream.map((part) => (typeof part === "string" ? AgentPart.Text({ text: part }) : part)))
  const find = (name: AgentName) => (name === unknownName ? Option.none() : Option.some({ respond }))
  return { asked: Ref.get(asked), layer: Layer.succeed(AgentRegistry, { names, find }) }
})

/** One line of a script: the text in pieces, and whatever else the answer has. */
export const says =
  (...pieces: ReadonlyArray<string | AgentPart>) =>
  () =>
    Stream.fromIterable(pieces)
