import { AssessmentNote, type Evidence, type ItemId, latestEvidence, type Message } from "@workspace/domain"
import { Array, Option } from "effect"
import { knows } from "./item-bank.ts"

/** What the messages before a person's message say about the interview. */
export interface History {
  /** One for each answered item, in the order of the answers, as the scorer counts them. */
  readonly evidence: ReadonlyArray<Evidence>
  readonly asked: ReadonlyArray<ItemId>
  /** The items that were answered or left out, in the order of the answers and of what was left. */
  readonly settled: ReadonlyArray<ItemId>
  /** The item that was asked last. */
  readonly pending: Option.Option<ItemId>
  /** What the person has said to it since it was asked, before the message. */
  readonly saidToPending: ReadonlyArray<string>
  /** The item that was left to go back to an earlier one, which is what is asked now. */
  readonly interrupted: Option.Option<ItemId>
}

/** The notes of messages, each decoded once, which is most of the work, and when they came. */
const notesIn = (messages: ReadonlyArray<Message>) =>
  Array.filterMap(messages, (message) =>
    // Whether metadata are a note takes longer to find out than that they have none.
    "assessment" in message.metadata
      ? Option.map(AssessmentNote.of(message), (note) => ({ note, sequence: message.sequence }))
      : Option.none()
  )

/** What the scorer makes nothing of is no answer, also where it replaces one. */
const tells = ({ confidence, itemId }: Evidence): boolean => confidence > 0 && knows(itemId)

const settledIn = (notes: ReturnType<typeof notesIn>): ReadonlyArray<ItemId> => {
  const settled = new Set<ItemId>()
  let pending: ItemId | undefined
  for (const { note } of notes) {
    for (const { itemId } of note.evidence.filter(tells)) {
      settled.delete(itemId)
      settled.add(itemId)
    }
    const next = Option.getOrUndefined(Option.filter(note.asks, knows))
    if (next === undefined) continue
    // Who goes on leaves the item before; who goes back, to what is settled, comes to it again.
    if (pending !== undefined && next !== pending && !settled.has(next)) settled.add(pending)
    pending = next
  }
  return Array.fromIterable(settled)
}

export const historyOf = (messages: ReadonlyArray<Message>): History => {
  const notes = notesIn(messages)
  const evidence = latestEvidence(notes.flatMap(({ note }) => note.evidence)).filter(tells)
  const settled = settledIn(notes)
  // Another questionnaire's questions, which an imported history may hold, are none of this interview.
  const asks = Array.filterMap(notes, ({ note, sequence }) =>
    Option.map(Option.filter(note.asks, knows), (itemId) => ({ itemId, sequence }))
  )
  const pending = Option.map(Array.last(asks), (_) => _.itemId)
  const isPending = (itemId: ItemId) => Option.contains(pending, itemId)
  const isSettled = (itemId: ItemId) => settled.includes(itemId)
  const turns = asks.slice(asks.findLastIndex(({ itemId }) => !isPending(itemId)) + 1)
  const since = turns[0]?.sequence ?? Number.POSITIVE_INFINITY
  return {
    evidence,
    asked: Array.fromIterable(new Set(asks.map(({ itemId }) => itemId))),
    pending,
    saidToPending: messages
      .filter(({ role, sequence }) => role === "user" && sequence > since)
      .map(({ content }) => content),
    settled,
    interrupted: Option.exists(pending, isSettled)
      ? Option.map(
          Array.findLast(asks, ({ itemId }) => !isPending(itemId) && !isSettled(itemId)),
          (_) => _.itemId
        )
      : Option.none()
  }
}

/** The evidence of a history to which a new answer comes. */
export const withAnswer = (
  evidence: ReadonlyArray<Evidence>,
  answer: Option.Option<Evidence>
): ReadonlyArray<Evidence> => latestEvidence([...evidence, ...Option.toArray(answer)])
