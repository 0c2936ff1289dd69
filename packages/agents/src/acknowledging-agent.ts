import { Agent } from "@workspace/domain"
import { Layer, Stream } from "effect"

/**
 * An agent that thanks for whatever it is told and asks for more. It reads nothing into what is said and
 * needs no network.
 */
export const layer = Layer.succeed(Agent, {
  respond: ({ messages }) =>
    Stream.make(
      "Thank you for telling me. ",
      messages.length > 1 ? "What else comes to mind?" : "Would you say a little more about yourself?"
    )
})
