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
  // Whether metadata are a note takes longer to find out than that they have none.
  const noted = messages.filter(({ metadata }) => "assessment" in metadata)
  const evidence = evidenceIn(noted)
  const asks = noted.flatMap((message) =>
    Option.toArray(
      Option.map(
        Option.flatMap(AssessmentNote.of(message), (_) => _.asks),
        (itemId) => ({ itemId, sequence: message.sequence })
      )
    )
  )
  const pending = Option.map(Array.last(asks), (_) => _.itemId)
  const isPending = (itemId: ItemId) => Option.contains(pending, itemId)
  const isAnswered = (itemId: ItemId) => evidence.some((_) => _.itemId === itemId)
  const turns = asks.slice(asks.findLastIndex(({ itemId }) => !isPending(itemId)) + 1)
  const since = turns[0]?.sequence ?? Number.POSITIVE_INFINITY
  return {
    evidence,
    asked: itemsAsked(noted),
    pending,
    saidToPending: messages
      .filter(({ role, sequence }) => role === "user" && sequence > since)
      .map(({ content }) => content),
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
