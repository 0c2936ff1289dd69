import { HttpApiSchema } from "@effect/platform"
import type { Json } from "../../open-api/json.ts"

const id = "session_1767225600000_V1StGXR8_Z5jdHi6B-myT"

/** A file of one session, as the API documents it. */
export const exampleFile = {
  format: "big-ocean-session",
  version: 1,
  id,
  title: "An evening among people",
  agent: "nerin",
  agent_session_id: null,
  status: "active",
  started_at: "2026-01-01T00:00:00.000Z",
  last_updated: "2026-01-01T00:00:01.000Z",
  parent_id: null,
  forked_at: null,
  precision: {
    openness: 0.5,
    conscientiousness: 0.5,
    extraversion: 0.5,
    agreeableness: 0.5,
    neuroticism: 0.5
  },
  scored_through: 1,
  investigation_progress: { percentage: 0, questions_answered: 0, scored_through: 1 },
  metadata: {
    question_count: 0,
    message_count: 1,
    saved_at: "2026-01-01T00:00:01.000Z",
    product_name: "journal",
    session: { productName: "journal" }
  },
  estimates: [],
  messages: [
    {
      id: "m-1",
      session_id: id,
      sequence: 1,
      role: "user",
      content: "I like to be among people, most of the time.",
      timestamp: "2026-01-01T00:00:01.000Z",
      metadata: {}
    }
  ],
  state: "awaiting_agent",
  provider: null,
  model_id: null,
  skipped_questions: [],
  digest: "sha256:cd402ca9d7ed645415cfe7101c2caa199b01e90aea5ec5d7186bec14cc5fdf02"
}

const jsonSchema = {
  type: "object",
  description:
    "One session, in two-space indentation: docs/archive/session-v1.schema.json is its JSON Schema",
  required: ["format", "version", "id", "messages", "digest"],
  properties: {
    format: { type: "string", enum: ["big-ocean-session"] },
    version: { type: "integer", enum: [1] },
    id: { type: "string" },
    messages: { type: "array", items: { type: "object", additionalProperties: true } },
    digest: { type: "string", pattern: "^sha256:[0-9a-f]{64}$" }
  },
  additionalProperties: true,
  examples: [exampleFile]
}
const exampleLines = `${JSON.stringify(exampleFile)}\n`
const linesSchema = {
  type: "string",
  description: "One session a line, each a JSON object",
  examples: [exampleLines]
}
const gzipSchema = {
  type: "string",
  description: "The gzip of NDJSON, or of the JSON of one session",
  contentMediaType: "application/gzip",
  examples: ["the bytes of a gzip file"]
}

/** One session as a file. */
export const SessionFile = HttpApiSchema.Text({ contentType: "application/json" }).annotations({
  description: "The session as a file",
  jsonSchema
})

/** Any number of sessions as one file. */
export const SessionsFile = HttpApiSchema.Text({ contentType: "application/x-ndjson" }).annotations({
  description: "The sessions as a file",
  jsonSchema: linesSchema
})

/** A file of sessions, which the server reads as it comes. */
export const UploadedFile = HttpApiSchema.Uint8Array({ contentType: "application/gzip" })

/** The media types that files have. */
export const fileTypes: { readonly one: Json; readonly many: Json; readonly any: Json } = {
  one: { "application/json": { schema: jsonSchema } },
  many: {
    "application/x-ndjson": { schema: linesSchema },
    "application/gzip": { schema: gzipSchema }
  },
  any: {
    "application/json": { schema: jsonSchema },
    "application/x-ndjson": { schema: linesSchema },
    "application/gzip": { schema: gzipSchema }
  }
}
