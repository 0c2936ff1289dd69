import { AssessmentNote, type ItemId, type Message, type Session } from "@workspace/domain"
import { Option, Schema } from "effect"
import type { Trailer } from "./wire.ts"

const Model = Schema.Struct({ model: Schema.Struct({ provider: Schema.String, id: Schema.String }) })
const decodeModel = Schema.decodeUnknownOption(Model)

type Counted = Pick<Message, "role" | "metadata">

/** What follows from the messages of a session, taken in one after the other. */
export class Tally {
  /** Whoever spoke last; instructions are nobody's turn. */
  #speaker: Exclude<Message["role"], "system"> | undefined
  #model: typeof Model.Type.model | undefined
  readonly #asked = new Set<ItemId>()
  readonly #answered = new Set<ItemId>()
  #askedLast: ItemId | undefined

  add(message: Counted): void {
    const { metadata, role } = message
    if (role !== "system") this.#speaker = role
    if (role === "assistant" && "model" in metadata) {
      this.#model = Option.getOrUndefined(decodeModel(metadata))?.model ?? this.#model
    }
    if ("assessment" in metadata) Option.map(AssessmentNote.of(message), (note) => this.#read(note))
  }

  #read({ asks, evidence }: AssessmentNote): void {
    for (const item of Option.toArray(asks)) {
      this.#asked.add(item)
      this.#askedLast = item
    }
    for (const { itemId } of evidence) this.#answered.add(itemId)
  }

  trailer(status: Session["status"]): Omit<Trailer, "digest"> {
    return {
      state: this.#state(status),
      provider: this.#model?.provider ?? null,
      model_id: this.#model?.id ?? null,
      skipped_questions: [...this.#asked].filter(
        (item) => !this.#answered.has(item) && item !== this.#askedLast
      )
    }
  }

  #state(status: Session["status"]): Trailer["state"] {
    if (status !== "active") return status
    if (this.#speaker === undefined) return "not_started"
    return this.#speaker === "assistant" ? "awaiting_user" : "awaiting_agent"
  }
}
