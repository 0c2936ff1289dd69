import {
  type Caller,
  InvalidSessionStateError,
  type SessionChange,
  type SessionId,
  SessionNotFoundError,
  type SessionRepository,
  SessionStatus,
  type SessionVersion,
  statusesBefore,
  type Timestamp,
  VersionConflictError
} from "@workspace/domain"
import { and, eq, sql } from "drizzle-orm"
import { type Context, DateTime, Effect, Option } from "effect"
import type { Client, Database } from "../client.ts"
import { sessions } from "../schema.ts"
import type { SessionHistory } from "./session-history.ts"
import { completionReached } from "./session-progress.ts"
import { type SessionRow, toSession } from "./session-rows.ts"
import { changedAt, isVisible, nextVersion, sessionColumns, visibility } from "./session-statements.ts"

const { placeholder } = sql

/** What the caller may not do, or what is so already, leaves `changed` empty: `found` tells which. */
const prepareUpdate = (client: Client) => {
  const found = client
    .$with("found")
    .as(client.select(sessionColumns).from(sessions).where(isVisible).for("no key update"))
  // Drizzle names a computed column without its table: none is called like a column of the table.
  const wanted = client.$with("wanted").as(
    client
      .select({
        id: found.id,
        title: sql<
          string | null
        >`case when ${placeholder("setsTitle")}::boolean then ${placeholder("title")}::text else ${found.title} end`.as(
          "wanted_title"
        ),
        agentSessionId: sql<
          string | null
        >`case when ${placeholder("setsAgentSessionId")}::boolean then ${placeholder("agentSessionId")}::text else ${found.agentSessionId} end`.as(
          "wanted_agent_session_id"
        ),
        status: sql<SessionStatus>`coalesce(${placeholder("status")}::text, ${found.status})`.as(
          "wanted_status"
        ),
        metadata: sql`coalesce(${placeholder("metadata")}::jsonb, ${found.metadata})`.as("wanted_metadata")
      })
      .from(found)
      .where(
        and(
          sql`${found.version} = coalesce(${placeholder("ifVersion")}::integer, ${found.version})`,
          sql`${found.status} = any (${placeholder("statuses")}::text[])`
        )
      )
  )
  const changed = client.$with("changed").as(
    client
      .update(sessions)
      .set({
        title: sql`${wanted.title}`,
        agentSessionId: sql`${wanted.agentSessionId}`,
        status: sql`${wanted.status}`,
        metadata: sql`${wanted.metadata}`,
        version: nextVersion,
        updatedAt: changedAt
      })
      .from(wanted)
      .innerJoin(found, eq(found.id, wanted.id))
      .where(
        and(
          eq(sessions.id, wanted.id),
          // As found under the lock: the table itself may still be as it was before somebody else's change.
          sql`(${found.title}, ${found.agentSessionId}, ${found.status}, ${found.metadata}) is distinct from (${wanted.title}, ${wanted.agentSessionId}, ${wanted.status}, ${wanted.metadata})`
        )
      )
      .returning({
        // Drizzle takes a joined row for missing when its first column is null: that one must not be.
        version: sessions.version,
        updatedAt: sessions.updatedAt,
        title: sessions.title,
        agentSessionId: sessions.agentSessionId,
        status: sessions.status,
        completion: completionReached.as("changed_completion"),
        metadata: sessions.metadata
      })
  )
  return client
    .with(found, wanted, changed)
    .select()
    .from(found)
    .leftJoin(changed, sql`true`)
    .prepare("session_update")
}

/** The statuses in which a session may be for a change to this one; any when the status stays. */
const statusesFor = (status: SessionStatus | undefined): ReadonlyArray<SessionStatus> =>
  status === undefined ? SessionStatus.literals : [status, ...statusesBefore(status)]

/** Changes of a session other than by messages. */
export const make = ({ client, query }: Context.Tag.Service<Database>, unseen: SessionHistory["unseen"]) => {
  const statement = prepareUpdate(client)

  const change = Effect.fnUntraced(function* (
    caller: Caller,
    sessionId: SessionId,
    { agentSessionId, metadata, status, title }: SessionChange,
    now: Timestamp,
    ifVersion: SessionVersion | undefined
  ) {
    const [row] = yield* query(() =>
      statement.execute({
        ...visibility(caller, sessionId),
        setsTitle: title !== undefined,
        title: title === undefined ? null : Option.getOrNull(title),
        setsAgentSessionId: agentSessionId !== undefined,
        agentSessionId: agentSessionId === undefined ? null : Option.getOrNull(agentSessionId),
        status: status ?? null,
        statuses: statusesFor(status),
        metadata: metadata === undefined ? null : JSON.stringify(metadata),
        ifVersion: ifVersion?.version ?? null,
        now: DateTime.formatIso(now)
      })
    )
    return row === undefined ? yield* new SessionNotFoundError({ sessionId }) : row
  })

  const settle = Effect.fnUntraced(function* (
    { changed, found }: { readonly found: SessionRow; readonly changed: Partial<SessionRow> | null },
    status: SessionStatus | undefined
  ) {
    const session = yield* toSession({ ...found, ...changed })
    return statusesFor(status).includes(session.status)
      ? session
      : yield* new InvalidSessionStateError({ sessionId: session.id, currentStatus: session.status })
  })

  const update: SessionRepository["Type"]["update"] = Effect.fn("SessionRepositoryPg.update")(
    function* (caller, sessionId, wanted, { ifVersion, now }) {
      const row = yield* change(caller, sessionId, wanted, now, ifVersion)
      if (ifVersion !== undefined && row.found.version !== ifVersion.version) {
        // What came in between may not be in the statement's snapshot: it waited for whoever wrote it.
        const { messages, session } = yield* unseen(caller, sessionId, ifVersion.messageCount)
        return yield* new VersionConflictError({ sessionId, messages, session })
      }
      return yield* settle(row, wanted.status)
    },
    Effect.catchTag("DatabaseError", Effect.die)
  )

  const setStatus: SessionRepository["Type"]["setStatus"] = Effect.fn("SessionRepositoryPg.setStatus")(
    function* (caller, sessionId, status, now) {
      return yield* settle(yield* change(caller, sessionId, { status }, now, undefined), status)
    },
    Effect.catchTag("DatabaseError", Effect.die)
  )

  return { update, setStatus }
}
