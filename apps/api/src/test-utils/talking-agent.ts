import {
  AgentName,
  AgentPart,
  AgentRegistry,
  AgentUnavailableError,
  type Conversation
} from "@workspace/domain"
import { Array, Layer, Option, Schedule, Stream } from "effect"

const name = AgentName.make("nerin")
const fail = Stream.fail(new AgentUnavailableError({ agent: name }))

/** The words that are counted to a number. */
export const counted = (to: number): string => Array.makeBy(to, (n) => `${n + 1} `).join("")

const piecewise = (to: number) =>
  Stream.range(1, to).pipe(
    Stream.map((n) => AgentPart.Text({ text: `${n} ` })),
    Stream.schedule(Schedule.spaced("20 millis"))
  )

/** Does what the last message says: `count 10`, `count 10 and hang`, `count 10 and fail`, `hang`, `fail`. */
const respond = ({ messages }: Conversation) => {
  const [, to, end] = /^(?:count (\d+))?(?: and )?(hang|fail)?$/.exec(messages.at(-1)?.content ?? "") ?? []
  return Stream.concat(
    to === undefined ? Stream.empty : piecewise(Number(to)),
    end === "hang" ? Stream.never : end === "fail" ? fail : Stream.empty
  )
}

/** An agent that is told by each message how it is to answer it. */
export const layer = Layer.succeed(AgentRegistry, {
  names: [name],
  find: (asked) => (asked === name ? Option.some({ respond }) : Option.none())
})
