import {
  AssessmentNote,
  type Evidence,
  evidenceIn,
  type ItemId,
  itemsAsked,
  type Message
} from "@workspace/domain"
import { Array, Option } from "effect"

/** What the messages before a person's message say about the interview. */
export interface History {
  /** One for each answered item, in the order of the answers. */
  readonly evidence: ReadonlyArray<Evidence>
  readonly asked: ReadonlyArray<ItemId>
  /** The item that was asked last. */
  readonly pending: Option.Option<ItemId>
  /** What the person has said to it since it was asked, before the message. */
  readonly saidToPending: ReadonlyArray<string>
  /** The item that was left for the correction of an earlier answer, which is what is asked now. */
  readonly interrupted: Option.Option<ItemId>
}

export const historyOf = (messages: ReadonlyArray<Message>): History => {
  const evidence = evidenceIn(messages)
  const asks = messages.flatMap((message, index) =>
    Option.toArray(
      Option.map(
        Option.flatMap(AssessmentNote.of(message), (_) => _.asks),
        (itemId) => ({ index, itemId })
      )
    )
  )
  const pending = Option.map(Array.last(asks), (_) => _.itemId)
  const isPending = (itemId: ItemId) => Option.contains(pending, itemId)
  const isAnswered = (itemId: ItemId) => evidence.some((_) => _.itemId === itemId)
  const lastOther = Option.match(
    Array.findLastIndex(asks, (_) => !isPending(_.itemId)),
    {
      onNone: () => 0,
      onSome: (index) => index + 1
    }
  )
  const since = asks[lastOther]?.index ?? messages.length
  return {
    evidence,
    asked: itemsAsked(messages),
    pending,
    saidToPending: messages.slice(since).flatMap(({ content, role }) => (role === "user" ? [content] : [])),
    interrupted: Option.exists(pending, isAnswered)
      ? Option.map(
          Array.findLast(asks, ({ itemId }) => !isPending(itemId) && !isAnswered(itemId)),
          (_) => _.itemId
        )
      : Option.none()
  }
}

/** The evidence of a history to which a new answer comes. */
export const withAnswer = (
  evidence: ReadonlyArray<Evidence>,
  answer: Option.Option<Evidence>
): ReadonlyArray<Evidence> =>
  Option.match(answer, {
    onNone: () => evidence,
    onSome: (found) => [...evidence.filter((_) => _.itemId !== found.itemId), found]
  })
