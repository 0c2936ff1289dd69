import type {
  MadeInGit,
  Message,
  MessageRole,
  ReplyChunk,
  ReplyStatus,
  Session,
  SessionStatus,
  Thread,
  TraitEstimates,
  Workspace,
  WorkspaceStatus
} from "@workspace/domain"
import { type AnyColumn, sql } from "drizzle-orm"
import {
  bigint,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
  varchar
} from "drizzle-orm/pg-core"

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })
const instant = (name: string) => moment(name).notNull()

/**
 * The words of a text, as written, whatever its language. What is indexed and what is searched must be the same.
 * Without signs: PostgreSQL also looks for addresses, tags and paths, and takes 25 seconds for 64 KiB of `a_a_a_…`.
 */
export const searchable = (column: AnyColumn) =>
  sql`to_tsvector('simple', regexp_replace(${column}, '[!-/:-@[-\`{-~]+', ' ', 'g'))`

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
    /** Of the messages up to `questionsThrough`; those after it, which an older version wrote, are yet to be looked at. */
    questionCount: integer("question_count").notNull().default(0),
    /** No part of the entity. */
    questionsThrough: integer("questions_through").notNull().default(0),
    /** What the agent noted last, also of a completed session. */
    completion: integer("completion").notNull().default(0),
    agentSessionId: text("agent_session_id"),
    parentId: text("parent_id"),
    forkedAt: integer("forked_at"),
    metadata: jsonb("metadata").$type<Session["metadata"]>().notNull(),
    version: integer("version").notNull(),
    createdAt: instant("created_at"),
    updatedAt: instant("updated_at"),
    /** Of a session of nobody: what its claim token hashes to. No part of the entity. */
    claimHash: text("claim_hash"),
    /** Until when the scorer that took the session last has it to itself; null when none does. No part of the entity. */
    scoringUntil: moment("scoring_until"),
    /** How often the session was taken to be scored since something of it was stored. No part of the entity. */
    scoringAttempts: integer("scoring_attempts").notNull().default(0)
  },
  (table) => [
    // The order of a user's list, down to sessions of the same millisecond.
    index("idx_sessions_user_updated").on(
      table.userId,
      table.updatedAt.desc().nullsFirst(),
      table.id.desc().nullsFirst()
    ),
    // The sessions that have messages to score, in the order in which they are taken.
    index("idx_sessions_behind")
      .on(table.scoringUntil.asc().nullsFirst())
      .where(sql`${table.scoredThrough} < ${table.messageCount}`),
    // The forks of a session.
    index("idx_sessions_parent").on(table.parentId).where(sql`${table.parentId} is not null`),
    index("idx_sessions_title_search").using("gin", searchable(table.title)),
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
    check(
      "sessions_questions",
      sql`${table.questionCount} between 0 and ${table.questionsThrough} and ${table.questionsThrough} <= ${table.messageCount}`
    ),
    check("sessions_completion", sql`${table.completion} between 0 and 100`),
    check("sessions_forked_at", sql`${table.forkedAt} >= 0`),
    check("sessions_metadata", sql`jsonb_typeof(${table.metadata}) = 'object'`),
    check("sessions_version", sql`${table.version} >= 0`),
    check(
      "sessions_claim_hash",
      sql`${table.claimHash} is null or (${table.userId} is null and ${table.claimHash} ~ '^[0-9a-f]{64}$')`
    ),
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
    index("idx_messages_content_search").using("gin", searchable(table.content)),
    check("messages_id_bytes", sql`octet_length(${table.id}) between 1 and 128`),
    check("messages_sequence", sql`${table.sequence} >= 1`),
    check("messages_role", sql`${table.role} in ('user', 'assistant', 'system')`),
    check("messages_content_bytes", sql`octet_length(${table.content}) between 1 and 65536`),
    check("messages_metadata", sql`jsonb_typeof(${table.metadata}) = 'object'`)
  ]
)

/** What the messages up to a sequence say about the person. Rows are added and never changed. */
export const traitEstimates = pgTable(
  "trait_estimates",
  {
    sessionId: text("session_id")
      .notNull()
      .references(() => sessions.id, { onDelete: "cascade" }),
    throughSequence: integer("through_sequence").notNull(),
    traits: jsonb("traits").$type<typeof TraitEstimates.Encoded>().notNull()
  },
  (table) => [
    primaryKey({ name: "trait_estimates_pkey", columns: [table.sessionId, table.throughSequence] }),
    check("trait_estimates_through_sequence", sql`${table.throughSequence} >= 1`),
    check("trait_estimates_traits", sql`jsonb_typeof(${table.traits}) = 'object'`)
  ]
)

/** Answers on their way, and how they ended. */
export const replies = pgTable(
  "replies",
  {
    sessionId: text("session_id")
      .notNull()
      .references(() => sessions.id, { onDelete: "cascade" }),
    /** The id of the message that it becomes. */
    id: text("id").notNull(),
    questionId: text("question_id").notNull(),
    questionSequence: integer("question_sequence").notNull(),
    regenerates: text("regenerates"),
    /** Of the replies to one question: 1, 2, 3 … as they began. No part of the entity. */
    attempt: integer("attempt").notNull(),
    status: text("status").$type<ReplyStatus>().notNull(),
    chunkCount: integer("chunk_count").notNull(),
    messageSequence: integer("message_sequence"),
    /** Until when whoever writes it has it; `-infinity` when it is about to be ended, null once it has ended. No part of the entity. */
    leaseUntil: moment("lease_until"),
    createdAt: instant("created_at"),
    /** No part of the entity. */
    endedAt: moment("ended_at")
  },
  (table) => [
    primaryKey({ name: "replies_pkey", columns: [table.sessionId, table.id] }),
    // Of a session one is on its way at most.
    uniqueIndex("idx_replies_streaming").on(table.sessionId).where(sql`${table.status} = 'streaming'`),
    uniqueIndex("idx_replies_question").on(table.sessionId, table.questionId, table.attempt),
    index("idx_replies_lease").on(table.leaseUntil).where(sql`${table.status} = 'streaming'`),
    // Those that have chunks which nobody reads any more.
    index("idx_replies_ended").on(table.endedAt).where(sql`${table.chunkCount} > 0`),
    check("replies_id_bytes", sql`octet_length(${table.id}) between 1 and 128`),
    check("replies_question_id_bytes", sql`octet_length(${table.questionId}) between 1 and 128`),
    check("replies_regenerates_bytes", sql`octet_length(${table.regenerates}) between 1 and 128`),
    check("replies_status", sql`${table.status} in ('streaming', 'complete', 'interrupted', 'cancelled')`),
    check(
      "replies_counts",
      sql`${table.attempt} >= 1 and ${table.chunkCount} >= 0 and ${table.questionSequence} >= 1 and ${table.messageSequence} > ${table.questionSequence}`
    ),
    check("replies_lease", sql`(${table.status} = 'streaming') = (${table.leaseUntil} is not null)`),
    check("replies_end", sql`(${table.status} = 'streaming') = (${table.endedAt} is null)`),
    check("replies_message", sql`${table.status} <> 'streaming' or ${table.messageSequence} is null`)
  ]
)

/** The pieces of a reply, stored before anybody is sent them. */
export const replyChunks = pgTable(
  "reply_chunks",
  {
    sessionId: text("session_id").notNull(),
    replyId: text("reply_id").notNull(),
    index: integer("index").notNull(),
    parts: jsonb("parts").$type<ReplyChunk["parts"]>().notNull()
  },
  (table) => [
    primaryKey({ name: "reply_chunks_pkey", columns: [table.sessionId, table.replyId, table.index] }),
    foreignKey({
      name: "reply_chunks_reply_fk",
      columns: [table.sessionId, table.replyId],
      foreignColumns: [replies.sessionId, replies.id]
    }).onDelete("cascade"),
    check("reply_chunks_index", sql`${table.index} >= 1`),
    check("reply_chunks_parts", sql`jsonb_typeof(${table.parts}) = 'array'`)
  ]
)

/** What callers with ids of their own call sessions. */
export const threads = pgTable(
  "threads",
  {
    threadId: text("thread_id").notNull(),
    resourceId: text("resource_id").notNull(),
    /** Whose name it is: a user's id, or nothing for callers who name nobody. */
    owner: text("owner").notNull(),
    sessionId: text("session_id")
      .notNull()
      .references(() => sessions.id, { onDelete: "cascade" }),
    metadata: jsonb("metadata").$type<Thread["metadata"]>().notNull(),
    createdAt: instant("created_at"),
    updatedAt: instant("updated_at")
  },
  (table) => [
    // Two users may give the same name.
    primaryKey({ name: "threads_pkey", columns: [table.threadId, table.resourceId, table.owner] }),
    // The order of a resource's list, down to threads of the same millisecond.
    index("idx_threads_resource_updated").on(
      table.resourceId,
      table.owner,
      table.updatedAt.desc().nullsFirst(),
      table.threadId.desc().nullsFirst()
    ),
    index("idx_threads_session").on(table.sessionId),
    check("threads_thread_id_bytes", sql`octet_length(${table.threadId}) between 1 and 255`),
    check("threads_resource_id_bytes", sql`octet_length(${table.resourceId}) between 1 and 255`),
    check("threads_owner_bytes", sql`octet_length(${table.owner}) <= 255`),
    check("threads_metadata", sql`jsonb_typeof(${table.metadata}) = 'object'`),
    check("threads_times", sql`${table.updatedAt} >= ${table.createdAt}`)
  ]
)

/** Sessions of work over the git worktrees of a root, each in a slot of it. */
export const workspaceSessions = pgTable(
  "workspace_sessions",
  {
    id: text("id").primaryKey(),
    /** No part of the entity. */
    root: text("root").notNull(),
    /** 1, 2, 3 … of the root. No part of the entity. */
    slot: integer("slot").notNull(),
    userId: text("user_id"),
    name: text("name").notNull(),
    status: text("status").$type<WorkspaceStatus>().notNull(),
    branch: text("branch"),
    worktree: text("worktree").notNull(),
    sessionId: text("session_id").references(() => sessions.id, { onDelete: "set null" }),
    ptyPid: integer("pty_pid"),
    currentPhase: text("current_phase"),
    metadata: jsonb("metadata").$type<Workspace["metadata"]>().notNull(),
    createdAt: instant("created_at"),
    lastActivity: instant("last_activity"),
    /** What a creation that has not ended may have made in git; null once it has. No part of the entity. */
    making: text("making").$type<MadeInGit>()
  },
  (table) => [
    // At most one in a slot, whoever else is after it at the same instant.
    unique("workspace_sessions_root_slot").on(table.root, table.slot),
    unique("workspace_sessions_root_name").on(table.root, table.name),
    unique("workspace_sessions_root_worktree").on(table.root, table.worktree),
    index("idx_workspace_sessions_session").on(table.sessionId),
    check(
      "workspace_sessions_id",
      sql`${table.id} ~ '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'`
    ),
    check("workspace_sessions_root_bytes", sql`octet_length(${table.root}) between 1 and 64`),
    check("workspace_sessions_slot", sql`${table.slot} >= 1`),
    check("workspace_sessions_user_id_bytes", sql`octet_length(${table.userId}) between 1 and 255`),
    check("workspace_sessions_name", sql`${table.name} ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'`),
    check(
      "workspace_sessions_status",
      sql`${table.status} in ('active', 'waiting', 'idle', 'error', 'stopped')`
    ),
    check("workspace_sessions_branch_bytes", sql`octet_length(${table.branch}) between 1 and 1024`),
    check("workspace_sessions_worktree_bytes", sql`octet_length(${table.worktree}) between 1 and 2048`),
    check("workspace_sessions_pty_pid", sql`${table.ptyPid} >= 1`),
    check(
      "workspace_sessions_current_phase_bytes",
      sql`octet_length(${table.currentPhase}) between 1 and 255`
    ),
    check("workspace_sessions_metadata", sql`jsonb_typeof(${table.metadata}) = 'object'`),
    check("workspace_sessions_times", sql`${table.lastActivity} >= ${table.createdAt}`),
    check("workspace_sessions_making", sql`${table.making} in ('branch', 'worktree')`)
  ]
)

/** Requests under an `Idempotency-Key`: running while `status` is null, and then the answer that a retry gets. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    /** Whose key it is, and for what. */
    scope: text("scope").notNull(),
    key: text("key").notNull(),
    requestHash: text("request_hash").notNull(),
    /** What the ids of a run are derived from, the same for every run of the key. */
    seed: text("seed").notNull(),
    /** Until when the run that began last has the key to itself; null when none does. */
    lockedUntil: moment("locked_until"),
    /** The session that the answer tells of, if it is one: the answer goes away with it. */
    sessionId: text("session_id").references(() => sessions.id, { onDelete: "cascade" }),
    status: integer("status"),
    headers: jsonb("headers").$type<Readonly<Record<string, string>>>(),
    body: text("body"),
    createdAt: instant("created_at"),
    expiresAt: instant("expires_at")
  },
  (table) => [
    primaryKey({ name: "idempotency_keys_pkey", columns: [table.scope, table.key] }),
    index("idx_idempotency_keys_expires").on(table.expiresAt),
    index("idx_idempotency_keys_session").on(table.sessionId),
    check("idempotency_keys_scope_bytes", sql`octet_length(${table.scope}) between 1 and 512`),
    check("idempotency_keys_key_bytes", sql`octet_length(${table.key}) between 1 and 255`),
    check("idempotency_keys_request_hash_bytes", sql`octet_length(${table.requestHash}) between 1 and 128`),
    check("idempotency_keys_status", sql`${table.status} between 200 and 499`),
    check(
      "idempotency_keys_answer",
      sql`num_nulls(${table.status}, ${table.headers}, ${table.body}) in (0, 3) and (${table.sessionId} is null or ${table.status} is not null)`
    ),
    check("idempotency_keys_headers", sql`jsonb_typeof(${table.headers}) = 'object'`),
    check("idempotency_keys_times", sql`${table.expiresAt} > ${table.createdAt}`)
  ]
)

/**
 * How many requests a caller made in the present window, in the form of rate-limiter-flexible. The migration makes
 * it UNLOGGED: counts need not survive a crash, and so cost no write to the log.
 */
export const rateLimits = pgTable("rate_limits", {
  key: varchar("key", { length: 255 }).primaryKey(),
  points: integer("points").notNull().default(0),
  /** When the window ends, in ms since 1970. */
  expire: bigint("expire", { mode: "number" })
})
