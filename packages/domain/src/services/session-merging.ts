import { Array, DateTime, Effect, identity, Option, Order, Schema } from "effect"
import { ArchiveFormatError } from "../errors/archive.ts"
import type { IdGenerator } from "../ports/id-generator.ts"
import type { ArchivedSession } from "../types/archive.ts"
import type { SessionId } from "../types/ids.ts"
import { JsonObject } from "../types/json.ts"
import { Message } from "../types/message.ts"
import { Session, type Title } from "../types/session.ts"
import { progressOf } from "../types/session-progress.ts"
import type { Timestamp } from "../types/timestamp.ts"

const fits = Schema.is(JsonObject)

/** A session to be merged, and the place of its record in the file, from 1. */
interface Source {
  readonly archived: ArchivedSession
  /** The same for the same messages under the same title and id. */
  readonly content: string
  readonly record: number
}

/** Says nothing of where they stand in a file. */
export const inOrder = Order.combineAll<Source>([
  Order.mapInput(DateTime.Order, ({ archived }) => archived.session.createdAt),
  Order.mapInput(Order.string, ({ archived }) => archived.session.id),
  Order.mapInput(Order.string, ({ content }) => content)
])

/** A message, and where it stands. */
interface Said {
  readonly message: Message
  readonly from: Session
  readonly record: number
  /** Of its session among those that are merged. */
  readonly place: number
  /** No message is earlier than those before it in its session, whatever its clock said. */
  readonly at: Timestamp
}

const saidIn = ({ archived: { messages, session }, record }: Source, place: number): ReadonlyArray<Said> => {
  let at = session.createdAt
  return messages.map((message) => {
    at = DateTime.max(at, message.createdAt)
    return { message, from: session, record, place, at }
  })
}

const inTime = Order.combineAll<Said>([
  Order.mapInput(DateTime.Order, ({ at }) => at),
  Order.mapInput(Order.number, ({ place }) => place),
  Order.mapInput(Order.number, ({ message }) => message.sequence)
])

const isSame = (one: Message, other: Message): boolean =>
  one.role === other.role &&
  one.content === other.content &&
  DateTime.Equivalence(one.createdAt, other.createdAt)

/** Each once: what stands in several files, as of forks, is the same message. */
const distinct = (said: ReadonlyArray<Said>): ReadonlyArray<Said> => {
  const seen = new Map<Message["id"], Array<Said>>()
  return said.filter((one) => {
    const others = seen.get(one.message.id) ?? []
    if (others.some(({ message }) => isSame(message, one.message))) return false
    seen.set(one.message.id, [...others, one])
    return true
  })
}

/** The scores of several people are nobody's: what an agent noted goes with the source. */
const metadataOf = ({ from, message }: Said): Message["metadata"] => {
  const { assessment, source, ...own } = message.metadata
  return {
    ...own,
    source: {
      sessionId: from.id,
      messageId: message.id,
      sequence: message.sequence,
      ...Option.match(from.title, { onNone: () => ({}), onSome: (title) => ({ title }) }),
      ...(assessment === undefined ? {} : { assessment }),
      ...(source === undefined ? {} : { source })
    }
  }
}

/** What all have in common, if anything. */
const common = <A>(values: ReadonlyArray<A>): Option.Option<A> =>
  Option.filter(Array.head(values), (first) => values.every((value) => value === first))

const metadataOfAll = (sessions: ReadonlyArray<Session>): Session["metadata"] => ({
  ...Option.match(Option.flatMapNullable(common(sessions.map(({ productName }) => productName)), identity), {
    onNone: () => ({}),
    onSome: (productName) => ({ productName })
  }),
  mergedFrom: sessions.map(({ id }) => id)
})

/** How many messages are gone through before others get their turn. */
const atOnce = 500

/** What the messages of several sessions make together. One whose metadata has no room for its source is a problem of its record. */
const messagesOf = Effect.fnUntraced(function* (
  said: ReadonlyArray<Said>,
  id: SessionId,
  ids: IdGenerator["Type"]
) {
  const used = new Set<Message["id"]>()
  const messages: Array<Message> = []
  for (const one of said) {
    const { from, message, place, record } = one
    const metadata = metadataOf(one)
    if (!fits(metadata)) {
      const path = `${record}.messages.${message.sequence - 1}.metadata`
      return yield* new ArchiveFormatError({
        problems: [{ path, message: "must leave room for the source" }]
      })
    }
    let messageId = message.id
    for (let attempt = 1; used.has(messageId); attempt++) {
      messageId = ids.messageIdFor(JSON.stringify([place, from.id, message.id, message.sequence, attempt]))
    }
    used.add(messageId)
    const own = { id: messageId, sessionId: id, sequence: messages.length + 1 }
    messages.push(new Message({ ...message, ...own, metadata }, { disableValidation: true }))
    if (messages.length % atOnce === 0) yield* Effect.sleep(0)
  }
  return messages
})

/**
 * One session out of several, with the messages of all in order of time; of one time, in the order of the sources. What has
 * the id of another message gets a new one.
 */
export const merge = Effect.fnUntraced(function* (
  sources: Array.NonEmptyReadonlyArray<Source>,
  {
    id,
    ids,
    title
  }: {
    readonly id: SessionId
    readonly ids: IdGenerator["Type"]
    readonly title: Option.Option<Title>
  }
) {
  const sessions = Array.map(sources, ({ archived }) => archived.session)
  const messages = yield* messagesOf(distinct(Array.sort(sources.flatMap(saidIn), inTime)), id, ids)
  const createdAt = sessions.map((session) => session.createdAt).reduce(DateTime.min)
  const status = Option.getOrElse(common(sessions.map((session) => session.status)), () => "paused" as const)
  const session = new Session({
    ...Session.start(id, Option.none(), createdAt, {
      agent: sessions[0].agent,
      title: Option.orElse(title, () => Option.firstSomeOf(sessions.map((_) => _.title))),
      metadata: metadataOfAll(sessions)
    }),
    ...progressOf(messages, { status }),
    status,
    scoredThrough: messages.length,
    messageCount: messages.length,
    version: 0,
    updatedAt: sessions.map(({ updatedAt }) => updatedAt).reduce(DateTime.max)
  })
  return { session, estimates: [], messages } satisfies ArchivedSession
})
