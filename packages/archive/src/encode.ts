import type { Estimate, Message, Session, SessionNotFoundError, SessionSnapshot } from "@workspace/domain"
import { Chunk, DateTime, Option, Stream } from "effect"
import { Digest } from "./digest.ts"
import { estimateToWire } from "./estimates.ts"
import { Tally } from "./tally.ts"
import { formatName, formatVersion, type Header, type Trailer, type WireMessage } from "./wire.ts"

const headerOf = (session: Session) => {
  const { completion, forkedAt, messageCount, metadata, precision, questionCount, scoredThrough } = session
  const lastUpdated = DateTime.formatIso(session.updatedAt)
  return {
    format: formatName,
    version: formatVersion,
    id: session.id,
    title: Option.getOrNull(session.title),
    agent: session.agent,
    agent_session_id: Option.getOrNull(session.agentSessionId),
    status: session.status,
    started_at: DateTime.formatIso(session.createdAt),
    last_updated: lastUpdated,
    parent_id: Option.getOrNull(session.parentId),
    forked_at: Option.getOrNull(forkedAt),
    precision: {
      openness: precision.openness,
      conscientiousness: precision.conscientiousness,
      extraversion: precision.extraversion,
      agreeableness: precision.agreeableness,
      neuroticism: precision.neuroticism
    },
    scored_through: scoredThrough,
    investigation_progress: {
      percentage: completion,
      questions_answered: questionCount,
      scored_through: scoredThrough
    },
    metadata: {
      question_count: questionCount,
      message_count: messageCount,
      saved_at: lastUpdated,
      product_name: session.productName,
      session: metadata
    }
  } satisfies Record<keyof Header, unknown>
}

const messageToWire = (message: Message) =>
  ({
    id: message.id,
    session_id: message.sessionId,
    sequence: message.sequence,
    role: message.role,
    content: message.content,
    timestamp: DateTime.formatIso(message.createdAt),
    metadata: message.metadata
  }) satisfies Record<keyof WireMessage, unknown>

type Layout = "indented" | "line"

/** The text of one session, piece by piece, as `JSON.stringify` would give it as a whole. */
class Text {
  readonly #session: Session
  readonly #layout: Layout
  readonly #header: ReturnType<typeof headerOf>
  readonly #digest: Digest
  readonly #tally = new Tally()
  #isFirst = true

  constructor(session: Session, layout: Layout) {
    this.#session = session
    this.#layout = layout
    this.#header = headerOf(session)
    this.#digest = new Digest(this.#header)
  }

  head(savedFor: string | null | undefined): string {
    const header = savedFor === undefined ? this.#header : { saved_for: savedFor, ...this.#header }
    return `${this.#members(header, "{")},${this.#open("estimates")}`
  }

  estimates(estimates: Iterable<Estimate>): string {
    return this.#items(estimates, (estimate) => {
      const item = estimateToWire(estimate)
      this.#digest.add(item)
      return item
    })
  }

  between(): string {
    return `${this.#close()},${this.#open("messages")}`
  }

  messages(messages: Iterable<Message>): string {
    return this.#items(messages, (message) => {
      const item = messageToWire(message)
      const { session_id: _, ...covered } = item
      this.#digest.add(covered)
      this.#tally.add(message)
      return item
    })
  }

  foot(): string {
    const trailer: Trailer = {
      ...this.#tally.trailer(this.#session.status),
      digest: this.#digest.toString()
    }
    return `${this.#close()}${this.#members(trailer, ",")}${this.#layout === "line" ? "}" : "\n}"}\n`
  }

  /** The members of an object, after what stands before the first. */
  #members(value: object, before: string): string {
    return this.#layout === "line"
      ? `${before}${JSON.stringify(value).slice(1, -1)}`
      : `${before}${JSON.stringify(value, null, 2).slice(1, -2)}`
  }

  #open(key: string): string {
    this.#isFirst = true
    return this.#layout === "line" ? `"${key}":[` : `\n  "${key}": [`
  }

  #items<A>(items: Iterable<A>, toWire: (item: A) => object): string {
    let text = ""
    for (const item of items) {
      const value = toWire(item)
      text += this.#isFirst ? "" : ","
      // Line breaks stand between the parts only: those of the content are escaped.
      text +=
        this.#layout === "line"
          ? JSON.stringify(value)
          : `\n    ${JSON.stringify(value, null, 2).replaceAll("\n", "\n    ")}`
      this.#isFirst = false
    }
    return text
  }

  #close(): string {
    return this.#layout === "line" || this.#isFirst ? "]" : "\n  ]"
  }
}

const encode = (
  { estimates, messages, session }: SessionSnapshot,
  layout: Layout,
  savedFor?: string | null
): Stream.Stream<Uint8Array, SessionNotFoundError> =>
  Stream.suspend(() => {
    const text = new Text(session, layout)
    const piece = (make: () => string) => Stream.sync(make)
    return piece(() => text.head(savedFor)).pipe(
      Stream.concat(Stream.mapChunks(estimates, (chunk) => Chunk.of(text.estimates(chunk)))),
      Stream.concat(piece(() => text.between())),
      Stream.concat(Stream.mapChunks(messages, (chunk) => Chunk.of(text.messages(chunk)))),
      Stream.concat(piece(() => text.foot())),
      Stream.filter((part) => part.length > 0),
      Stream.encodeText
    )
  })

/** A session as JSON that people can read. The same session gives the same bytes. Holds one chunk of it at a time. */
export const encodeJson = (snapshot: SessionSnapshot) => encode(snapshot, "indented")

/** A session as one line of NDJSON, with its line feed. */
export const encodeLine = (snapshot: SessionSnapshot) => encode(snapshot, "line")

/** As `encodeJson`, with whose it is as its first member: SHA-256 of the owner's id in hexadecimal digits, or null. */
export const encodeSaved = (snapshot: SessionSnapshot, savedFor: string | null) =>
  encode(snapshot, "indented", savedFor)
