import { Option, Schema } from "effect"
import { JsonObject } from "./json.ts"
import type { Message } from "./message.ts"
import { Completion } from "./session.ts"

/** The id of an item of a questionnaire. */
export const ItemId = Schema.String.pipe(
  Schema.pattern(/^[A-Za-z0-9_-]{1,64}$/, {
    message: () => "must be an item id: 1 to 64 letters, digits, _ and -"
  }),
  Schema.brand("ItemId")
)
export type ItemId = typeof ItemId.Type

/** What one answer says about an item. */
export class Evidence extends Schema.Class<Evidence>("Evidence")({
  itemId: ItemId,
  /** From 1, the least of the item's trait, to 5, the most: an answer to a reversed item is turned round. */
  score: Schema.Int.pipe(Schema.between(1, 5)),
  /** How surely the answer means this score: 1 beyond doubt, 0 not at all. */
  confidence: Schema.Number.pipe(Schema.between(0, 1))
}) {}

/**
 * What a message is to an assessment: the item that it asks, and the evidence that it holds or that its writer found
 * in the answer before it. It travels as `assessment` in the metadata of a message.
 */
export class AssessmentNote extends Schema.Class<AssessmentNote>("AssessmentNote")({
  asks: Schema.optionalWith(ItemId, { as: "Option", exact: true }),
  /** How far the assessment has come with this message, in percent. */
  completion: Schema.optionalWith(Completion, { as: "Option", exact: true }).pipe(
    Schema.withConstructorDefault(() => Option.none())
  ),
  /** As many as the largest questionnaire has items. */
  evidence: Schema.optionalWith(Schema.Array(Evidence).pipe(Schema.maxItems(120)), {
    default: () => [],
    exact: true
  })
}) {
  /** The note of a message. Metadata that holds none, or something else by that name, has none. */
  static of(message: Pick<Message, "metadata">): Option.Option<AssessmentNote> {
    return "assessment" in message.metadata
      ? Option.map(decodeMetadata(message.metadata), (_) => _.assessment)
      : Option.none()
  }

  /** The metadata of a message with this note. */
  get metadata(): JsonObject {
    return encodeMetadata({ assessment: this })
  }
}

/**
 * Metadata of a message that a caller writes: a note of an assessment is the agent's, and no caller's. Nothing else is
 * taken from callers, by whatever way they come.
 */
export const CallerMetadata = JsonObject.pipe(
  Schema.filter(
    (metadata) =>
      "assessment" in metadata ? { path: ["assessment"], message: "must be left to the agent" } : undefined,
    {
      description: "As `JsonObject`, without `assessment`, which only the agent writes",
      examples: [{ product: "journal" }],
      jsonSchema: { properties: { assessment: false } }
    }
  ),
  Schema.brand("CallerMetadata", { identifier: "CallerMetadata" })
)
export type CallerMetadata = typeof CallerMetadata.Type

const Metadata = Schema.Struct({ assessment: AssessmentNote })
const decodeMetadata = Schema.decodeUnknownOption(Metadata)
const encodeMetadata = Schema.encodeSync(Metadata)

const notesOf = (messages: Iterable<Pick<Message, "metadata">>) =>
  Array.from(messages).flatMap((message) => Option.toArray(AssessmentNote.of(message)))

/** The items that were asked, each once, in the order in which they were asked first. */
export const itemsAsked = (messages: Iterable<Pick<Message, "metadata">>): ReadonlyArray<ItemId> =>
  Array.from(new Set(notesOf(messages).flatMap((note) => Option.toArray(note.asks))))

/**
 * One for each answered item, in the order of the answers. A later answer to the same item replaces the earlier one
 * and takes its own place in the order: people correct themselves.
 */
export const latestEvidence = (evidence: Iterable<Evidence>): ReadonlyArray<Evidence> => {
  const latest = new Map<ItemId, Evidence>()
  for (const found of evidence) {
    latest.delete(found.itemId)
    latest.set(found.itemId, found)
  }
  return Array.from(latest.values())
}

/** The latest evidence of a history. */
export const evidenceIn = (messages: Iterable<Pick<Message, "metadata">>): ReadonlyArray<Evidence> =>
  latestEvidence(notesOf(messages).flatMap((note) => note.evidence))
