import { Session } from "@workspace/domain"
import { type AnyColumn, type SQL, sql } from "drizzle-orm"
import { Predicate, Schema } from "effect"
import { sessions } from "../schema.ts"
import { instantText, isInstantText, isoOf } from "./instant-texts.ts"
import { answersCounted, completionReached } from "./session-progress.ts"

/** An instant in ISO 8601 with milliseconds. */
const iso = (column: AnyColumn) =>
  sql<string>`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** A session as one value of JSON, field by field in the order of its schema; `userId` is null where the schema has none. */
export const sessionJson: SQL<string> = sql`json_build_object(
  'id', ${sessions.id}, 'userId', ${sessions.userId}, 'agent', ${sessions.agent}, 'title', ${sessions.title},
  'status', ${sessions.status}, 'precision', json_build_object('openness', ${sessions.openness},
    'conscientiousness', ${sessions.conscientiousness}, 'extraversion', ${sessions.extraversion},
    'agreeableness', ${sessions.agreeableness}, 'neuroticism', ${sessions.neuroticism}),
  'scoredThrough', ${sessions.scoredThrough}, 'messageCount', ${sessions.messageCount},
  'questionCount', ${answersCounted}, 'completion', ${completionReached},
  'agentSessionId', ${sessions.agentSessionId}, 'parentId', ${sessions.parentId}, 'forkedAt', ${sessions.forkedAt},
  'metadata', ${sessions.metadata}, 'version', ${sessions.version}, 'createdAt', ${iso(sessions.createdAt)},
  'updatedAt', ${iso(sessions.updatedAt)})`

const unfit = () => new TypeError("A row of sessions does not fit its type")

const isEncoded = Schema.is(Schema.encodedSchema(Session))

/** What `sessionJson` gave, as the schema of a session encodes it. Of its constraints only the types are checked again. */
export const encodedSession = (json: unknown): typeof Session.Encoded => {
  const { userId, ...others } = Predicate.isRecord(json) ? json : {}
  const encoded = userId === null ? others : json
  if (isEncoded(encoded)) return encoded
  throw unfit()
}

const named = <Name extends string>(name: Name, column: SQL | AnyColumn) => sql`${column}`.as(name)

/** The columns that sessions of a list are written from: many rows take both sides less time so than as `sessionJson`. */
export const sessionTextColumns = {
  id: named("id", sessions.id),
  userId: named("userId", sessions.userId),
  agent: named("agent", sessions.agent),
  title: named("title", sessions.title),
  status: named("status", sessions.status),
  openness: named("openness", sessions.openness),
  conscientiousness: named("conscientiousness", sessions.conscientiousness),
  extraversion: named("extraversion", sessions.extraversion),
  agreeableness: named("agreeableness", sessions.agreeableness),
  neuroticism: named("neuroticism", sessions.neuroticism),
  scoredThrough: named("scoredThrough", sessions.scoredThrough),
  messageCount: named("messageCount", sessions.messageCount),
  questionCount: named("questionCount", answersCounted),
  completion: named("completion", completionReached),
  agentSessionId: named("agentSessionId", sessions.agentSessionId),
  parentId: named("parentId", sessions.parentId),
  forkedAt: named("forkedAt", sessions.forkedAt),
  metadata: named("metadata", sql`${sessions.metadata}::text`),
  version: named("version", sessions.version),
  createdAt: named("createdAt", instantText(sessions.createdAt)),
  updatedAt: named("updatedAt", instantText(sessions.updatedAt))
} as const

const traits = ["openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"] as const
const counts = ["scoredThrough", "messageCount", "questionCount", "completion", "version"] as const
const texts = ["id", "agent", "status", "metadata"] as const
const instants = ["createdAt", "updatedAt"] as const
const textsOrNull = ["userId", "title", "agentSessionId", "parentId"] as const

/** A session as the driver reads it; instants as `instantText` gives them. */
type SessionText = Readonly<
  Record<(typeof traits | typeof counts)[number], number> &
    Record<(typeof texts | typeof instants)[number], string> &
    Record<(typeof textsOrNull)[number], string | null> &
    Record<"forkedAt", number | null>
>

const isSessionText = (row: unknown): row is SessionText =>
  Predicate.isRecord(row) &&
  traits.every((name) => typeof row[name] === "number") &&
  counts.every((name) => typeof row[name] === "number") &&
  texts.every((name) => typeof row[name] === "string") &&
  instants.every((name) => isInstantText(row[name])) &&
  textsOrNull.every((name) => row[name] === null || typeof row[name] === "string") &&
  (row["forkedAt"] === null || typeof row["forkedAt"] === "number")

/** A row of `sessionTextColumns`. */
export const sessionTextOf = (row: unknown): SessionText => {
  if (isSessionText(row)) return row
  throw unfit()
}

/** A session as JSON, field by field in the order of its schema. */
export const encodeSession = (row: SessionText): string =>
  JSON.stringify({
    id: row.id,
    userId: row.userId ?? undefined,
    agent: row.agent,
    title: row.title,
    status: row.status,
    precision: {
      openness: row.openness,
      conscientiousness: row.conscientiousness,
      extraversion: row.extraversion,
      agreeableness: row.agreeableness,
      neuroticism: row.neuroticism
    } satisfies Record<keyof typeof Session.Encoded.precision, number>,
    scoredThrough: row.scoredThrough,
    messageCount: row.messageCount,
    questionCount: row.questionCount,
    completion: row.completion,
    agentSessionId: row.agentSessionId,
    parentId: row.parentId,
    forkedAt: row.forkedAt,
    metadata: JSON.parse(row.metadata),
    version: row.version,
    createdAt: isoOf(row.createdAt),
    updatedAt: isoOf(row.updatedAt)
  } satisfies Record<keyof typeof Session.Encoded, unknown>)
