import { byTrait, longestLease, notesAtOnce, type Trait, takenAtOnce } from "@workspace/domain"
import { and, asc, desc, eq, getTableColumns, gt, gte, isNull, lt, lte, or, sql } from "drizzle-orm"
import { Duration } from "effect"
import type { Client } from "../client.ts"
import { messages, sessions, traitEstimates } from "../schema.ts"
import { signal } from "./reply-statements.ts"
import { isVisible, sessionColumns } from "./session-statements.ts"

const { placeholder } = sql

const holdsNote = sql`${messages.metadata} ? 'assessment'`

/** The clock of all processes is the database's. It stands still within a statement. */
const now = sql`statement_timestamp()`

/** At most 2^30 times the lease: a power without end would be out of range. */
const leaseEnd = sql`${now} + interval '1 millisecond' * least(
  ${placeholder("lease")}::double precision * power(2, least(${sessions.scoringAttempts}, 30)),
  ${Duration.toMillis(longestLease)})`.inlineParams()

/**
 * The limit is no parameter, as Drizzle's own would be: a plan for any number reads all sessions.
 *
 * A session that was written to while the statement ran is locked as it is by then, but its newest messages are not
 * in the snapshot: only those that the statement has seen count.
 */
export const prepareTake = (client: Client) => {
  const behind = client.$with("behind").as(
    client
      .select({ id: sessions.id, scoredThrough: sessions.scoredThrough })
      .from(sessions)
      .where(
        and(
          lt(sessions.scoredThrough, sessions.messageCount),
          or(isNull(sessions.scoringUntil), lte(sessions.scoringUntil, now))
        )
      )
      .orderBy(sql`${sessions.scoringUntil} asc nulls first limit ${takenAtOnce}`.inlineParams())
      .for("no key update", { skipLocked: true })
  )
  const unscored = client
    .select({
      last: sql<number | null>`max(${messages.sequence})`.as("last"),
      isNoted: sql<boolean | null>`bool_or(${holdsNote})`.as("is_noted")
    })
    .from(messages)
    .where(and(eq(messages.sessionId, behind.id), gt(messages.sequence, behind.scoredThrough)))
    .as("unscored")
  const seen = client.$with("seen").as(
    client
      .select({
        id: behind.id,
        through: sql<number>`coalesce(${unscored.last}, ${behind.scoredThrough})`.as("through"),
        isNoted: sql<boolean>`coalesce(${unscored.isNoted}, false)`.as("holds_note")
      })
      .from(behind)
      .innerJoinLateral(unscored, sql`true`)
  )
  const isUnseen = sql`${seen.through} <= ${sessions.scoredThrough}`
  return client
    .with(behind, seen)
    .update(sessions)
    .set({
      scoredThrough: sql`case when ${seen.isNoted} then ${sessions.scoredThrough} else ${seen.through} end`,
      // What the statement does not see yet is looked for a little later, not over and over again.
      scoringUntil: sql`case when ${seen.isNoted} then ${leaseEnd}
        when ${isUnseen} then ${now} + interval '1 second' end`,
      scoringAttempts: sql`case when ${seen.isNoted} then ${sessions.scoringAttempts} + 1 else 0 end`,
      version: sql`${sessions.version} + case when ${seen.isNoted} or ${isUnseen} then 0 else 1 end`
    })
    .from(seen)
    .where(eq(sessions.id, seen.id))
    .returning({
      sessionId: sessions.id,
      scoredThrough: sessions.scoredThrough,
      through: seen.through,
      until: sessions.scoringUntil
    })
    .prepare("scoring_take")
}

export const prepareNoted = (client: Client) =>
  client
    .select({ sequence: messages.sequence, metadata: messages.metadata })
    .from(messages)
    .where(
      and(
        eq(messages.sessionId, placeholder("sessionId")),
        gt(messages.sequence, placeholder("after")),
        lte(messages.sequence, placeholder("through")),
        holdsNote
      )
    )
    .orderBy(asc(messages.sequence))
    .limit(notesAtOnce)
    .prepare("scoring_noted")

export const prepareGiveBack = (client: Client) =>
  client
    .update(sessions)
    .set({
      scoringUntil: sql`null`,
      scoringAttempts: sql`greatest(${sessions.scoringAttempts} - 1, 0)`
    })
    .from(sql`jsonb_to_recordset(${placeholder("held")}::jsonb) as held("sessionId" text, until timestamptz)`)
    .where(and(sql`${sessions.id} = held."sessionId"`, sql`${sessions.scoringUntil} = held.until`))
    .prepare("scoring_give_back")

/** Of a session that is being deleted it waits for the end, and then finds none to add to. */
export const prepareStore = (client: Client) => {
  const through = sql`${placeholder("through")}::integer`
  const found = client.$with("found").as(
    client
      .select({ id: sessions.id })
      .from(sessions)
      .where(and(eq(sessions.id, placeholder("sessionId")), gte(sessions.messageCount, through)))
      .for("no key update")
  )
  const added = client.$with("added").as(
    client
      .insert(traitEstimates)
      .select(
        client
          .select({
            sessionId: found.id,
            throughSequence: sql<number>`estimate."throughSequence"`.as("through_sequence"),
            traits: sql<object>`estimate.traits`.as("traits")
          })
          .from(found)
          .innerJoin(
            sql`jsonb_to_recordset(${placeholder("estimates")}::jsonb) as estimate("throughSequence" integer, traits jsonb)`,
            sql`true`
          )
      )
      .onConflictDoNothing()
      .returning({ throughSequence: traitEstimates.throughSequence })
  )
  const isNewer = sql`${sessions.scoredThrough} < ${through}`
  // Whose lease was over may store late: another holds the session by now.
  const isHeld = sql`${sessions.scoringUntil} = ${placeholder("until")}::timestamptz`
  const orAsItIs = (trait: Trait) =>
    sql`case when ${isNewer} then coalesce(${placeholder(trait)}::double precision, ${sessions[trait]}) else ${sessions[trait]} end`
  return client
    .with(found, added)
    .update(sessions)
    .set({
      ...byTrait(orAsItIs),
      scoredThrough: sql`greatest(${sessions.scoredThrough}, ${through})`,
      scoringUntil: sql`case when ${isHeld} and ${placeholder("isAll")}::boolean then null else ${sessions.scoringUntil} end`,
      scoringAttempts: sql`case when ${isHeld} then 0 else ${sessions.scoringAttempts} end`,
      version: sql`${sessions.version} + case when ${isNewer} then 1 else 0 end`
    })
    .from(found)
    .where(and(eq(sessions.id, found.id), or(isNewer, isHeld)))
    .returning({ signalled: signal(sessions.id) })
    .prepare("scoring_store")
}

export const prepareLoad = (client: Client) => {
  const session = client.select(sessionColumns).from(sessions).where(isVisible).as("session")
  const estimate = client
    .select(getTableColumns(traitEstimates))
    .from(traitEstimates)
    .where(
      and(
        eq(traitEstimates.sessionId, session.id),
        lte(traitEstimates.throughSequence, placeholder("through"))
      )
    )
    .orderBy(desc(traitEstimates.throughSequence))
    .limit(placeholder("limit"))
    .as("estimate")
  return client
    .select()
    .from(session)
    .leftJoinLateral(estimate, sql`true`)
    .orderBy(desc(estimate.throughSequence))
    .prepare("scoring_load")
}
