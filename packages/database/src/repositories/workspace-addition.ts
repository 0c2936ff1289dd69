import type { WorkspaceAddition } from "@workspace/domain"
import { and, eq, getTableColumns, isNull, sql } from "drizzle-orm"
import type { Client } from "../client.ts"
import { sessions, workspaceSessions } from "../schema.ts"
import { givenFields, listed, makeSession, rowParameter } from "./given-rows.ts"
import { isSeen } from "./session-statements.ts"

const { placeholder } = sql

const columns = getTableColumns(workspaceSessions)

/** What the addition takes as the parameter `workspace`. */
export const workspaceParameter = rowParameter(columns)

const madeId = sql`${placeholder("session")}::jsonb ->> 'id'`

/**
 * Of those who are after one slot, name, worktree or id at the same instant the first gets it. The others do not see it, and
 * so are neither added nor refused: they store nothing, and see it when they run again.
 *
 * `limit` holds without a lock: while fewer are held than that, the lowest free slot is not above it, and each is given once.
 */
export const prepareAdd = (client: Client) => {
  // A session that is just removed is waited for, and one that is linked is not removed before it is.
  const linked = client.$with("linked").as(
    client
      .select({ id: sessions.id })
      .from(sessions)
      .where(and(sql`${sessions.id} in (${placeholder("sessionId")}, ${madeId})`, isSeen))
      .orderBy(sql`${sessions.id} = ${placeholder("sessionId")} desc nulls last`)
      .limit(1)
      .for("key share")
  )
  const own = client.$with("own").as(
    client
      .select()
      .from(workspaceSessions)
      .where(eq(workspaceSessions.root, placeholder("root")))
  )
  const looked = client.$with("looked").as(
    client
      .select({
        refusal: sql<Exclude<WorkspaceAddition, "added"> | null>`case
          when exists (select from ${workspaceSessions} where ${eq(workspaceSessions.id, placeholder("id"))})
            or bool_or(${own.worktree} = ${placeholder("worktree")}) then 'present'
          when count(*) >= ${placeholder("limit")}::integer then 'full'
          when bool_or(${own.name} = ${placeholder("name")}) then 'name-taken'
        end`.as("refusal"),
        slot: sql`(select min(free) from generate_series(1, (select count(*)::integer + 1 from ${own})) as free
          where free not in (select slot from ${own}))`.as("free_slot")
      })
      .from(own)
  )
  const added = client.$with("added").as(
    client
      .insert(workspaceSessions)
      .select(
        sql`select ${listed({
          ...givenFields(columns),
          slot: sql`${looked.slot}`,
          sessionId: sql`coalesce((select id from ${linked}), ${madeId})`
        })} from ${looked}, jsonb_populate_record(null::${workspaceSessions}, ${placeholder("workspace")}::jsonb) as given where ${isNull(looked.refusal)}`
      )
      .onConflictDoNothing()
      .returning({ id: workspaceSessions.id })
  )
  const made = makeSession(client, sql`exists (select from ${added}) and not exists (select from ${linked})`)
  return client
    .with(linked, own, looked, added, made)
    .select({ refusal: looked.refusal, added: { id: added.id } })
    .from(looked)
    .leftJoin(added, sql`true`)
    .prepare("workspace_add")
}
