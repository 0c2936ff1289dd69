import type { SessionRepository } from "@workspace/domain"
import { InvalidSessionStateError, SequenceConflictError, SessionNotFoundError } from "@workspace/domain"
import { and, eq, getTableColumns, notExists, sql } from "drizzle-orm"
import { type Context, DateTime, Effect, Schedule } from "effect"
import type { Client, Database, DatabaseError } from "../client.ts"
import { messages, sessions } from "../schema.ts"
import type { SessionHistory } from "./session-history.ts"
import { toMessage } from "./session-rows.ts"
import { changedAt, isVisible, nextVersion, visibility } from "./session-statements.ts"

const { placeholder } = sql

/**
 * A message gets the next sequence under the lock of its session's row, in one statement. Two copies of one
 * message at the same instant do not see each other: the second fails on the unique message id, with all it
 * did, and finds the first when it is run again.
 */
const prepareAppend = (client: Client) => {
  // FOR NO KEY UPDATE suffices, and does not hold up foreign-key checks.
  const found = client
    .$with("found")
    .as(
      client
        .select({ id: sessions.id, status: sessions.status, messageCount: sessions.messageCount })
        .from(sessions)
        .where(isVisible)
        .for("no key update")
    )
  const duplicate = client.$with("duplicate").as(
    client
      .select(getTableColumns(messages))
      .from(messages)
      .innerJoin(found, eq(messages.sessionId, found.id))
      .where(eq(messages.id, placeholder("id")))
  )
  const counted = client.$with("counted").as(
    client
      .update(sessions)
      .set({
        title: sql`coalesce(${sessions.title}, ${placeholder("title")}::text)`,
        messageCount: sql`${sessions.messageCount} + 1`,
        // Without a note there is nothing to score: what was not behind is not behind.
        scoredThrough: sql`case when ${sessions.scoredThrough} = ${sessions.messageCount}
          and not (${placeholder("metadata")}::jsonb ? 'assessment')
          then ${sessions.messageCount} + 1 else ${sessions.scoredThrough} end`,
        status: sql`case when ${placeholder("completes")}::boolean then 'completed' else ${sessions.status} end`,
        version: nextVersion,
        updatedAt: changedAt
      })
      .from(found)
      .where(
        and(
          eq(sessions.id, found.id),
          eq(found.status, "active"),
          sql`${found.messageCount} = coalesce(${placeholder("expectedSequence")}::integer, ${found.messageCount})`,
          notExists(client.select({ id: duplicate.id }).from(duplicate))
        )
      )
      .returning({ id: sessions.id, messageCount: sessions.messageCount, updatedAt: sessions.updatedAt })
  )
  const inserted = client.$with("inserted").as(
    client
      .insert(messages)
      .select(
        client
          .select({
            sessionId: counted.id,
            sequence: counted.messageCount,
            id: sql<string>`${placeholder("id")}::text`.as("message_id"),
            role: sql<string>`${placeholder("role")}::text`.as("role"),
            content: sql<string>`${placeholder("content")}::text`.as("content"),
            metadata: sql<string>`${placeholder("metadata")}::jsonb`.as("metadata"),
            createdAt: counted.updatedAt
          })
          .from(counted)
      )
      .returning()
  )
  return client
    .with(found, duplicate, counted, inserted)
    .select()
    .from(found)
    .leftJoin(inserted, sql`true`)
    .leftJoin(duplicate, sql`true`)
    .prepare("session_append")
}

const prepareFind = (client: Client) =>
  client
    .select(getTableColumns(messages))
    .from(messages)
    .innerJoin(sessions, eq(sessions.id, messages.sessionId))
    .where(and(isVisible, eq(messages.id, placeholder("id"))))
    .prepare("message_find")

/** Unique violation, serialization failure, deadlock: the same statement comes out right when run again. */
const isTransient = ({ code }: DatabaseError) => code === "23505" || code === "40001" || code === "40P01"

const again = Schedule.exponential("5 millis").pipe(Schedule.jittered, Schedule.intersect(Schedule.recurs(3)))

export const make = ({ client, query }: Context.Tag.Service<Database>, unseen: SessionHistory["unseen"]) => {
  const statement = prepareAppend(client)
  const find = prepareFind(client)

  const append: SessionRepository["Type"]["append"] = Effect.fn("SessionRepositoryPg.append")(
    function* (caller, message, { completes = false, expectedSequence = null, now, title = null }) {
      const { metadata, sessionId, ...rest } = message
      const own = visibility(caller, sessionId)
      const [row] = yield* query(() =>
        statement.execute({
          ...rest,
          ...own,
          completes,
          expectedSequence,
          title,
          metadata: JSON.stringify(metadata),
          now: DateTime.formatIso(now)
        })
      ).pipe(Effect.retry({ schedule: again, while: isTransient }))
      if (row === undefined) {
        return yield* new SessionNotFoundError({ sessionId })
      }
      // A copy that was stored while the statement waited for the session is not in its snapshot.
      const stored =
        row.inserted ??
        row.duplicate ??
        (yield* query(() => find.execute({ ...own, id: message.id })))[0] ??
        null
      if (stored !== null) {
        return yield* toMessage(stored)
      }
      if (row.found.status !== "active" || expectedSequence === null) {
        return yield* new InvalidSessionStateError({ sessionId, currentStatus: row.found.status })
      }
      // Nor are the messages that made it lose; the session's history only grows.
      const { messages, session } = yield* unseen(caller, sessionId, expectedSequence)
      return yield* new SequenceConflictError({ sessionId, messages, messageCount: session.messageCount })
    },
    Effect.catchTag("DatabaseError", Effect.die)
  )

  return { append }
}
