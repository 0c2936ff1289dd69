import type { Message, MessageRole, Session, SessionStatus } from "@workspace/domain"
import { sql } from "drizzle-orm"
import {
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique
} from "drizzle-orm/pg-core"

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 }).notNull()

/** The CHECK constraints repeat what the types of the domain promise, for whoever writes past them. */
export const sessions = pgTable(
  "sessions",
  {
    id: text("id").primaryKey(),
    userId: text("user_id"),
    agent: text("agent").notNull(),
    title: text("title"),
    status: text("status").$type<SessionStatus>().notNull(),
    openness: doublePrecision("precision_openness").notNull(),
    conscientiousness: doublePrecision("precision_conscientiousness").notNull(),
    extraversion: doublePrecision("precision_extraversion").notNull(),
    agreeableness: doublePrecision("precision_agreeableness").notNull(),
    neuroticism: doublePrecision("precision_neuroticism").notNull(),
    scoredThrough: integer("scored_through").notNull(),
    messageCount: integer("message_count").notNull(),
    agentSessionId: text("agent_session_id"),
    parentId: text("parent_id"),
    forkedAt: integer("forked_at"),
    metadata: jsonb("metadata").$type<Session["metadata"]>().notNull(),
    version: integer("version").notNull(),
    createdAt: instant("created_at"),
    updatedAt: instant("updated_at")
  },
  (table) => [
    index("idx_sessions_user_updated").on(table.userId, table.updatedAt.desc().nullsFirst()),
    check("sessions_id_bytes", sql`octet_length(${table.id}) between 1 and 64`),
    check("sessions_user_id_bytes", sql`octet_length(${table.userId}) between 1 and 255`),
    check("sessions_agent_bytes", sql`octet_length(${table.agent}) between 1 and 64`),
    check("sessions_title_length", sql`char_length(${table.title}) between 1 and 200`),
    check("sessions_agent_session_id_bytes", sql`octet_length(${table.agentSessionId}) between 1 and 255`),
    check("sessions_status", sql`${table.status} in ('active', 'paused', 'completed', 'aborted')`),
    check(
      "sessions_precision",
      sql`${table.openness} between 0 and 1 and ${table.conscientiousness} between 0 and 1 and ${table.extraversion} between 0 and 1 and ${table.agreeableness} between 0 and 1 and ${table.neuroticism} between 0 and 1`
    ),
    check(
      "sessions_counts",
      sql`${table.messageCount} >= 0 and ${table.scoredThrough} between 0 and ${table.messageCount}`
    ),
    check("sessions_forked_at", sql`${table.forkedAt} >= 0`),
    check("sessions_metadata", sql`jsonb_typeof(${table.metadata}) = 'object'`),
    check("sessions_version", sql`${table.version} >= 0`),
    check("sessions_times", sql`${table.updatedAt} >= ${table.createdAt}`)
  ]
)

/** Every key begins with `session_id`, so that the table can be partitioned or distributed by it. */
export const messages = pgTable(
  "messages",
  {
    sessionId: text("session_id")
      .notNull()
      .references(() => sessions.id, { onDelete: "cascade" }),
    sequence: integer("sequence").notNull(),
    id: text("id").notNull(),
    role: text("role").$type<MessageRole>().notNull(),
    content: text("content").notNull(),
    metadata: jsonb("metadata").$type<Message["metadata"]>().notNull(),
    createdAt: instant("created_at")
  },
  (table) => [
    primaryKey({ name: "messages_pkey", columns: [table.sessionId, table.sequence] }),
    unique("messages_session_id_id").on(table.sessionId, table.id),
    index("idx_messages_session_created").on(table.sessionId, table.createdAt),
    check("messages_id_bytes", sql`octet_length(${table.id}) between 1 and 128`),
    check("messages_sequence", sql`${table.sequence} >= 1`),
    check("messages_role", sql`${table.role} in ('user', 'assistant', 'system')`),
    check("messages_content_bytes", sql`octet_length(${table.content}) between 1 and 65536`),
    check("messages_metadata", sql`jsonb_typeof(${table.metadata}) = 'object'`)
  ]
)
