import { ClaimRefusedError, Session, SessionNotFoundError, type SessionRepository } from "@workspace/domain"
import { and, eq, getTableColumns, isNull, or, sql } from "drizzle-orm"
import { type Context, DateTime, Effect, Option, Record } from "effect"
import type { Client, Database } from "../client.ts"
import { sessions } from "../schema.ts"
import { signal } from "./reply-statements.ts"
import { fromSession, toSession } from "./session-rows.ts"
import { changedAt, isVisible, nextVersion, sessionColumns, visibility } from "./session-statements.ts"

const { placeholder } = sql

const { scoringUntil, ...written } = getTableColumns(sessions)

const isOf = sql`${sessions.userId} is not distinct from`

const prepareCreate = (client: Client) =>
  client
    .insert(sessions)
    .values(Record.map(written, (_, name) => placeholder(name)))
    // Changes nothing; but only what is written comes back, also when another wrote it at the same instant.
    .onConflictDoUpdate({
      target: sessions.id,
      set: { version: sql`${sessions.version}` },
      setWhere: sql`${isOf} excluded.user_id`
    })
    // A row that nobody has changed or locked yet is a new one.
    .returning({ isNew: sql<boolean>`xmax = 0`, metadata: sessions.metadata })
    .prepare("session_create")

const prepareMade = (client: Client) =>
  client
    .select(sessionColumns)
    .from(sessions)
    .where(and(eq(sessions.id, placeholder("id")), sql`${isOf} ${placeholder("userId")}::text`))
    .prepare("session_made")

/**
 * Of concurrent claims the row's lock lets one through. Whoever waited for it finds the session as the winner
 * left it: its own, or not at all.
 */
const prepareClaim = (client: Client) => {
  const found = client.$with("found").as(
    client
      .select(sessionColumns)
      .from(sessions)
      .where(
        and(
          eq(sessions.id, placeholder("sessionId")),
          or(isNull(sessions.userId), eq(sessions.userId, placeholder("userId")))
        )
      )
      .for("no key update")
  )
  const claimed = client.$with("claimed").as(
    client
      .update(sessions)
      .set({
        userId: sql`${placeholder("userId")}::text`,
        claimHash: sql`null`,
        version: nextVersion,
        updatedAt: changedAt
      })
      .from(found)
      .where(
        and(eq(sessions.id, found.id), isNull(found.userId), eq(sessions.claimHash, placeholder("claimHash")))
      )
      .returning({ userId: sessions.userId, version: sessions.version, updatedAt: sessions.updatedAt })
  )
  return client
    .with(found, claimed)
    .select()
    .from(found)
    .leftJoin(claimed, sql`true`)
    .prepare("session_claim")
}

const prepareRemove = (client: Client) =>
  client
    .delete(sessions)
    .where(isVisible)
    .returning({ id: sessions.id, signalled: signal(sessions.id) })
    .prepare("session_remove")

const trusted = { disableValidation: true }

/** How a session comes to be, becomes somebody's, and ends. */
export const make = ({ client, query }: Context.Tag.Service<Database>) => {
  const statements = {
    create: prepareCreate(client),
    made: prepareMade(client),
    claim: prepareClaim(client),
    remove: prepareRemove(client)
  }

  /** The session as it is, that is made or that its owner has; nothing where it is somebody else's, or ended meanwhile. */
  const createOrFind = Effect.fnUntraced(function* (session: Session, values: typeof sessions.$inferInsert) {
    const [written] = yield* query(() => statements.create.execute(values))
    if (written?.isNew) return new Session({ ...session, metadata: written.metadata }, trusted)
    const [row] = yield* query(() => statements.made.execute({ id: values.id, userId: values.userId }))
    return row && (yield* toSession(row))
  })

  const create: SessionRepository["Type"]["create"] = Effect.fnUntraced(function* (session, claimHash) {
    const values = fromSession(session, claimHash)
    const found = yield* createOrFind(session, values)
    // One that was there and ended before it was read leaves its place.
    return (
      found ??
      (yield* createOrFind(session, values)) ??
      (yield* Effect.dieMessage("The id is that of somebody else's session"))
    )
  }, Effect.orDie)

  const claim: SessionRepository["Type"]["claim"] = Effect.fn("SessionRepositoryPg.claim")(
    function* (userId, sessionId, claimHash, now) {
      const [row] = yield* query(() =>
        statements.claim.execute({ sessionId, userId, claimHash, now: DateTime.formatIso(now) })
      )
      if (row === undefined) {
        return yield* new SessionNotFoundError({ sessionId })
      }
      const session: Session = yield* toSession({ ...row.found, ...row.claimed })
      return Option.isNone(session.userId) ? yield* new ClaimRefusedError({ sessionId }) : session
    },
    Effect.catchTag("DatabaseError", Effect.die)
  )

  const remove: SessionRepository["Type"]["remove"] = Effect.fn("SessionRepositoryPg.remove")(
    function* (caller, sessionId) {
      const rows = yield* query(() => statements.remove.execute(visibility(caller, sessionId)))
      if (rows.length === 0) {
        return yield* new SessionNotFoundError({ sessionId })
      }
    },
    Effect.catchTag("DatabaseError", Effect.die)
  )

  return { create, claim, remove }
}
