import { Effect, Option, Schema, Stream } from "effect"
import { AgentUnavailableError } from "../errors/agent.ts"
import type { AgentPart, AgentRegistry } from "../ports/agent.ts"
import type { Conversation } from "../types/conversation.ts"
import { JsonObject } from "../types/json.ts"
import { MessageContent, maxContentBytes } from "../types/message.ts"

/** How long an agent may take for its whole answer. */
const answerLimit = "60 seconds"

const AgentAnswer = Schema.Struct({
  content: MessageContent,
  metadata: JsonObject,
  /** Whether the session ends with this answer. */
  completes: Schema.Boolean
})

const nothing = { content: "", metadata: {}, completes: false }

const add = (answer: typeof AgentAnswer.Encoded, part: AgentPart): typeof AgentAnswer.Encoded => {
  switch (part._tag) {
    case "Text":
      return { ...answer, content: answer.content + part.text }
    case "Data":
      return { ...answer, metadata: { ...answer.metadata, ...part.data } }
    case "Completes":
      return { ...answer, completes: true }
  }
}

/** Text that is too long even if each of its units were one byte will not be stored, whatever comes. */
const mayStillBeStored = ({ content }: typeof AgentAnswer.Encoded) => content.length <= maxContentBytes

/** Asks the session's agent and gathers the parts of its answer to one that can be stored. */
export const askAgent = (agents: AgentRegistry["Type"]) =>
  Effect.fnUntraced(function* (conversation: Conversation) {
    const { agent: name } = conversation.session
    const unavailable = (why: string, facts: Record<string, unknown> = {}) =>
      Effect.zipRight(
        Effect.logWarning(why).pipe(Effect.annotateLogs({ agent: name, ...facts })),
        new AgentUnavailableError({ agent: name })
      )
    const agent = agents.find(name)
    if (Option.isNone(agent)) {
      return yield* unavailable("The session's agent is not known here")
    }
    const answer = yield* Stream.suspend(() => agent.value.respond(conversation)).pipe(
      Stream.runFoldWhile(nothing, mayStillBeStored, add),
      Effect.timeoutOption(answerLimit),
      Effect.tapDefect((cause) =>
        Effect.annotateLogs(Effect.logError("The agent has a defect", cause), { agent: name })
      ),
      // An agent is the part that may fail: whoever asked it can ask again, as of any other failure of it.
      Effect.catchAllDefect(() => new AgentUnavailableError({ agent: name }))
    )
    if (Option.isNone(answer)) {
      return yield* unavailable("The agent takes too long")
    }
    return yield* Effect.catchTag(Schema.decode(AgentAnswer)(answer.value), "ParseError", () =>
      unavailable("The agent's answer cannot be stored", { length: answer.value.content.length })
    )
  })
