import {
  type ArchivedSession,
  type Estimate,
  Message,
  type MessageId,
  progressWith,
  Session
} from "@workspace/domain"
import { DateTime, Either, Option, Schema } from "effect"
import { estimateFromWire } from "./estimates.ts"
import type { Problems } from "./problems.ts"
import { type Header, WireEstimate, WireMessage } from "./wire.ts"

const decodeEstimate = Schema.decodeUnknownEither(WireEstimate, { errors: "all" })
const decodeMessage = Schema.decodeUnknownEither(WireMessage, { errors: "all" })

/** Puts a session together, item by item, and finds what no store would take. */
export class Assembly {
  readonly #header: Header
  readonly #problems: Problems
  readonly #estimates: Array<Estimate> = []
  readonly #messages: Array<Message> = []
  readonly #ids = new Set<MessageId>()
  #progress = { questionCount: 0, completion: 0 }

  constructor(header: Header, problems: Problems) {
    this.#header = header
    this.#problems = problems
    if (DateTime.lessThan(header.last_updated, header.started_at)) {
      problems.add("last_updated", "must not be before started_at")
    }
    if (header.scored_through > header.metadata.message_count) {
      problems.add("scored_through", "must not be greater than metadata.message_count")
    }
  }

  addEstimate(item: object, index: number): void {
    const at = ["estimates", index] as const
    Either.match(decodeEstimate(item), {
      onLeft: (error) => this.#problems.addError(at, error),
      onRight: (wire) => {
        const path = `estimates.${index}.through_sequence`
        const before = this.#estimates.at(-1)?.throughSequence ?? 0
        if (wire.through_sequence <= before) this.#problems.add(path, "must be greater than that before it")
        if (wire.through_sequence > this.#header.scored_through) {
          this.#problems.add(path, "must not be greater than scored_through")
        }
        this.#estimates.push(estimateFromWire(wire))
      }
    })
  }

  addMessage(item: object, index: number): void {
    const at = ["messages", index] as const
    Either.match(decodeMessage(item), {
      onLeft: (error) => this.#problems.addError(at, error),
      onRight: ({ session_id, timestamp, ...wire }) => {
        const add = (key: string, message: string) => this.#problems.add(`messages.${index}.${key}`, message)
        if (session_id !== this.#header.id) add("session_id", "must be the id of the session")
        if (wire.sequence !== index + 1) add("sequence", "must be its place in the list, from 1 on")
        if (this.#ids.has(wire.id)) add("id", "must not be that of an earlier message")
        this.#ids.add(wire.id)
        const message = new Message({ ...wire, sessionId: session_id, createdAt: timestamp }, true)
        this.#progress = progressWith(this.#progress, message, this.#messages.at(-1))
        this.#messages.push(message)
      }
    })
  }

  /** The session, if no problem was found. */
  end(): ArchivedSession {
    const {
      agent_session_id,
      forked_at,
      last_updated,
      metadata,
      parent_id,
      scored_through,
      started_at,
      ...header
    } = this.#header
    const { agent, id, precision, status, title } = header
    return {
      session: new Session({
        id,
        userId: Option.none(),
        agent,
        title,
        status,
        precision,
        scoredThrough: scored_through,
        messageCount: this.#messages.length,
        questionCount: this.#progress.questionCount,
        completion: status === "completed" ? 100 : this.#progress.completion,
        agentSessionId: agent_session_id,
        parentId: parent_id,
        forkedAt: forked_at,
        metadata: metadata.session,
        version: 0,
        createdAt: started_at,
        updatedAt: last_updated
      }),
      estimates: this.#estimates,
      messages: this.#messages
    }
  }
}
