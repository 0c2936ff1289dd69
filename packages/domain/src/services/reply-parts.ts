import { type Cause, Data, Effect, Option, Ref, Schema, Stream } from "effect"
import type { AgentUnavailableError } from "../errors/agent.ts"
import type { Agent, AgentPart } from "../ports/agent.ts"
import type { Conversation } from "../types/conversation.ts"
import { JsonObject } from "../types/json.ts"
import { maxContentBytes } from "../types/message.ts"
import { maxReplyData, type ReplyPart } from "../types/reply.ts"
import { isStorableText } from "../types/text.ts"

/** For how long an agent may say nothing, and for how long it may talk. */
const patience = { silence: "60 seconds", whole: "5 minutes" } as const

/** Nobody answers, what an agent gives cannot be the text or the metadata of a message, or it takes too long. */
export class AnswerRefused extends Data.TaggedError("AnswerRefused")<{ readonly message: string }> {}

/** How an agent's answer goes on: with a part that can be stored, or to its end. */
export type Step =
  | ReplyPart
  | Data.TaggedEnum<{
      Completed: { readonly completesSession: boolean }
      Broken: { readonly cause: Cause.Cause<AgentUnavailableError | AnswerRefused> }
    }>

const isMetadata = Schema.is(JsonObject)
const encoder = new TextEncoder()
const bytesOf = (text: string) => encoder.encode(text).length

const nothing = {
  bytes: 0,
  /** The first half of a character whose second half is in the next piece. */
  half: "",
  metadata: {},
  completesSession: false
}

const refuse = (message: string) => Effect.fail(new AnswerRefused({ message }))

const accept = (said: typeof nothing, part: AgentPart) => {
  switch (part._tag) {
    case "Text": {
      const all = said.half + part.text
      const half = /[\uD800-\uDBFF]$/.exec(all)?.[0] ?? ""
      const text = all.slice(0, all.length - half.length)
      const bytes = said.bytes + bytesOf(text)
      if (!isStorableText(text)) return refuse("Its text has NUL or half a character")
      if (bytes > maxContentBytes) return refuse("Its text is too long for a message")
      const told = text === "" ? Option.none() : Option.some<ReplyPart>({ _tag: "Text", text })
      return Effect.succeed([told, { ...said, bytes, half }] as const)
    }
    case "Data": {
      const metadata = { ...said.metadata, ...part.data }
      return isMetadata(metadata) && bytesOf(JSON.stringify(metadata)) <= maxReplyData
        ? Effect.succeed([
            Option.some<ReplyPart>({ _tag: "Data", data: part.data }),
            { ...said, metadata }
          ] as const)
        : refuse("Its data cannot be the metadata of a message")
    }
    case "Completes":
      return Effect.succeed([Option.none<ReplyPart>(), { ...said, completesSession: true }] as const)
  }
}

/**
 * What an agent answers, as far as it can be stored, and then the one step that ends it: also where the agent
 * fails, has a defect or takes too long. Nothing comes after that.
 */
export const answerOf = (agent: Agent, conversation: Conversation): Stream.Stream<Step> =>
  Stream.unwrap(
    Effect.map(Ref.make(nothing), (said) => {
      const accepted = Effect.fnUntraced(function* (part: AgentPart) {
        const [told, next] = yield* accept(yield* Ref.get(said), part)
        yield* Ref.set(said, next)
        return told
      })
      const end = Effect.flatMap(Ref.get(said), ({ completesSession, half }) =>
        half === ""
          ? Effect.succeed<Step>({ _tag: "Completed", completesSession })
          : refuse("Its text has half a character")
      )
      return Stream.suspend(() => agent.respond(conversation)).pipe(
        Stream.timeoutFail(() => new AnswerRefused({ message: "It says nothing" }), patience.silence),
        Stream.interruptWhen(
          Effect.zipRight(Effect.sleep(patience.whole), refuse("It does not come to an end"))
        ),
        Stream.mapEffect(accepted),
        Stream.filterMap((told): Option.Option<Step> => told),
        Stream.concat(Stream.fromEffect(end)),
        Stream.catchAllCause((cause) => Stream.succeed<Step>({ _tag: "Broken", cause }))
      )
    })
  )
