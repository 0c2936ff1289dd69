import {
  AssessmentNote,
  Conversation,
  Message,
  MessageContent,
  MessageId,
  type MessageRole,
  type Session
} from "@workspace/domain"
import { createTestSession } from "@workspace/domain/test-utils"
import { Effect, Option, Stream } from "effect"
import * as Interviewer from "../nerin/interviewer.ts"
import { type Item, items } from "../nerin/item-bank.ts"
import { defaultStoppingRule, type StoppingRule } from "../nerin/item-selection.ts"

export const conversationOf = (messages: ReadonlyArray<Message>, metadata: Session["metadata"] = {}) =>
  new Conversation({ session: createTestSession({ metadata }), messages })

/** What Nerin says to the last message. */
export const replyTo = Effect.fnUntraced(function* (conversation: Conversation, rule: StoppingRule) {
  const parts = Array.from(yield* Stream.runCollect(Interviewer.make(rule).respond(conversation)))
  return {
    text: parts.flatMap((part) => (part._tag === "Text" ? [part.text] : [])).join(""),
    metadata: Object.assign({}, ...parts.map((part) => (part._tag === "Data" ? part.data : {}))),
    completes: parts.some((part) => part._tag === "Completes")
  }
})

/** An interview with whoever says what the test has them say. */
export const makeInterview = ({
  rule = defaultStoppingRule,
  metadata = {}
}: {
  readonly rule?: StoppingRule
  readonly metadata?: Session["metadata"]
} = {}) => {
  const messages: Array<Message> = []
  const add = (role: MessageRole, content: string, ofMessage: Message["metadata"] = {}) => {
    const { createdAt, id: sessionId } = createTestSession()
    const sequence = messages.length + 1
    messages.push(
      new Message({
        id: MessageId.make(`m${sequence}`),
        sessionId,
        sequence,
        role,
        content: MessageContent.make(content),
        metadata: ofMessage,
        createdAt
      })
    )
  }
  const say = Effect.fnUntraced(function* (text: string) {
    add("user", text)
    const reply = yield* replyTo(conversationOf(messages, metadata), rule)
    add("assistant", reply.text, reply.metadata)
    const note = Option.getOrThrow(AssessmentNote.of(reply))
    return {
      ...reply,
      asks: Option.getOrUndefined(
        Option.flatMap(note.asks, (id) => Option.fromNullable(items.find((item) => item.id === id)))
      ),
      evidence: note.evidence.map(({ confidence, itemId, score }) => [itemId.valueOf(), score, confidence])
    }
  })
  return { add, messages: (): ReadonlyArray<Message> => messages, say }
}

/** What somebody chooses who answers an item with a score. */
export const choiceFor = ({ keyed }: Item, score: number) => (keyed === "plus" ? score : 6 - score)
