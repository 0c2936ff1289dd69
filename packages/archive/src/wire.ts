import {
  AgentName,
  Completion,
  FacetEstimate,
  ItemId,
  Message,
  Precision,
  Session,
  SessionId,
  SessionStatus,
  Timestamp,
  TraitEstimate
} from "@workspace/domain"
import { DateTime, Option, Schema } from "effect"

/** What a file of this format says of itself. */
export const formatName = "big-ocean-session"
export const formatVersion = 1

const isInstant = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) &&
  Option.exists(DateTime.make(text), (instant) => DateTime.formatIso(instant) === text)

/** An instant as it is written: no other text of the same instant, so that the same session has one text. */
const Instant = Schema.String.pipe(
  Schema.filter(isInstant, {
    message: () => "must be an instant in UTC with milliseconds, like 2026-01-31T12:00:00.000Z",
    jsonSchema: { format: "date-time", pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$" },
    description: "ISO 8601 in UTC, with milliseconds",
    examples: ["2026-01-31T12:00:00.000Z"]
  }),
  Schema.compose(Timestamp)
)

const scored_through = Session.fields.scoredThrough

/** What stands before the estimates and messages. */
export const Header = Schema.Struct({
  format: Schema.Literal(formatName),
  version: Schema.Literal(formatVersion),
  id: SessionId,
  title: Session.fields.title,
  agent: AgentName,
  agent_session_id: Session.fields.agentSessionId,
  status: SessionStatus,
  started_at: Instant,
  last_updated: Instant,
  parent_id: Session.fields.parentId,
  forked_at: Session.fields.forkedAt,
  precision: Precision,
  scored_through,
  investigation_progress: Schema.Struct({
    percentage: Completion,
    questions_answered: Session.fields.questionCount,
    scored_through
  }).annotations({ description: "How far the talk has come. Follows from the messages; not read" }),
  metadata: Schema.Struct({
    question_count: Session.fields.questionCount,
    message_count: Session.fields.messageCount,
    saved_at: Instant.annotations({
      description: "The instant whose state the file holds: that of the last change, whenever it was written"
    }),
    product_name: Schema.NullOr(Schema.String).annotations({
      description: "`productName` of the session's metadata, where that is text"
    }),
    session: Session.fields.metadata
  })
})
export type Header = typeof Header.Type

const { answers, mean, precision, standardError } = TraitEstimate.fields

const WireTraitEstimate = Schema.Struct({
  mean,
  standard_error: standardError,
  answers,
  precision,
  facets: Schema.Array(
    Schema.Struct({
      facet: FacetEstimate.fields.facet,
      mean,
      standard_error: standardError,
      answers
    })
  ).pipe(Schema.itemsCount(6, { description: "All six, in order" }))
})

/** Where the person stood after the messages up to `through_sequence`. */
export const WireEstimate = Schema.Struct({
  through_sequence: Message.fields.sequence,
  traits: Schema.Struct({
    openness: WireTraitEstimate,
    conscientiousness: WireTraitEstimate,
    extraversion: WireTraitEstimate,
    agreeableness: WireTraitEstimate,
    neuroticism: WireTraitEstimate
  })
})
export type WireEstimate = typeof WireEstimate.Type

export const WireMessage = Schema.Struct({
  id: Message.fields.id,
  session_id: SessionId,
  sequence: Message.fields.sequence,
  role: Message.fields.role,
  content: Message.fields.content,
  timestamp: Instant,
  metadata: Message.fields.metadata
})
export type WireMessage = typeof WireMessage.Type

const Digest = Schema.String.pipe(
  Schema.pattern(/^sha256:[0-9a-f]{64}$/, {
    message: () => "must be sha256: and 64 hexadecimal digits",
    description: "SHA-256, chained over the header, the estimates and the messages in their canonical form"
  })
)

/** What stands after the messages, and but for the digest follows from them. */
export const Trailer = Schema.Struct({
  state: Schema.Literal(
    "not_started",
    "awaiting_user",
    "awaiting_agent",
    "paused",
    "completed",
    "aborted"
  ).annotations({ description: "Whose turn it is. Follows from the status and the messages; not read" }),
  provider: Schema.NullOr(Schema.String).annotations({
    description: "Whose model gave the newest answer of a model. Follows from the messages; not read"
  }),
  model_id: Schema.NullOr(Schema.String).annotations({
    description: "The model that gave it. Follows from the messages; not read"
  }),
  skipped_questions: Schema.Array(ItemId).annotations({
    description:
      "Items that were asked and have no answer, but for the one asked last. Follows from the messages; not read"
  }),
  digest: Digest
})
export type Trailer = typeof Trailer.Type

/** The keys that the digest of the header leaves out; it covers all others, known and unknown. */
export const outsideHeader: ReadonlySet<string> = new Set([
  "estimates",
  "messages",
  "saved_for",
  ...Object.keys(Trailer.fields)
])
