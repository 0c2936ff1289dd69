import { type AnyColumn, and, asc, desc, eq, gt, lt, sql } from "drizzle-orm"
import type { PgSelect } from "drizzle-orm/pg-core"
import { messages } from "../schema.ts"

const { placeholder } = sql

const isAfter = (sessionId: AnyColumn) =>
  and(eq(messages.sessionId, sessionId), gt(messages.sequence, placeholder("after")))

/** The first `limit` messages of a session after a sequence, in order. */
export const following = <Select extends PgSelect>(select: Select, sessionId: AnyColumn) =>
  select.where(isAfter(sessionId)).orderBy(asc(messages.sequence)).limit(placeholder("limit"))

/** The last `limit` messages of a session before a sequence and after another, the last one first. */
export const preceding = <Select extends PgSelect>(select: Select, sessionId: AnyColumn) =>
  select
    .where(and(isAfter(sessionId), lt(messages.sequence, placeholder("before"))))
    .orderBy(desc(messages.sequence))
    .limit(placeholder("limit"))
