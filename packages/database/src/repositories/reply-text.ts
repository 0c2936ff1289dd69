import { maxReplyData } from "@workspace/domain"
import { type AnyColumn, type SQL, sql } from "drizzle-orm"
import { replyChunks } from "../schema.ts"

const parts = sql`jsonb_array_elements(${replyChunks.parts}) with ordinality as part(value, place)`
const inOrder = sql`order by ${replyChunks.index}, part.place`

const isOf = (sessionId: AnyColumn, replyId: AnyColumn) =>
  sql`${replyChunks.sessionId} = ${sessionId} and ${replyChunks.replyId} = ${replyId}`

/** Whether a text fits into a message as it is. */
export const isShort = (text: SQL.Aliased) => sql<boolean>`octet_length(${text}) <= 65536`

/** How many chunks of the reply the statement sees. */
export const chunksSeen = (sessionId: AnyColumn, replyId: AnyColumn) =>
  sql<number>`(select count(*) from ${replyChunks} where ${isOf(sessionId, replyId)})`

/** All texts of the reply together; null without any. */
export const textOf = (sessionId: AnyColumn, replyId: AnyColumn) =>
  sql<string | null>`(
    select string_agg(part.value ->> 'text', '' ${inOrder})
    from ${replyChunks}, ${parts}
    where ${isOf(sessionId, replyId)})`

/** All data of the reply together, of equal names the last, without the name that is the note's. */
export const dataOf = (sessionId: AnyColumn, replyId: AnyColumn) =>
  sql`(
    select coalesce(jsonb_object_agg(entry.key, entry.value ${inOrder}), '{}') - 'reply'
    from ${replyChunks}, ${parts}, jsonb_each(part.value -> 'data') as entry
    where ${isOf(sessionId, replyId)})`

const bytes = (text: SQL.Aliased) => sql`convert_to(${text}, 'UTF8')`

/** The longest beginning of a text that fits into a message; a character of UTF-8 begins with any byte but 10xxxxxx. */
export const beginningOf = (text: SQL.Aliased) => sql<string | null>`case
  when ${isShort(text)} then ${text}
  else convert_from(substring(${bytes(text)} for (
    select max(cut) from generate_series(65533, 65536) as cut where get_byte(${bytes(text)}, cut) & 192 <> 128
  )), 'UTF8') end`

/** PostgreSQL writes JSON a little longer than others do. */
export const fits = (data: SQL.Aliased) =>
  sql<boolean>`octet_length(${data}::text) <= ${maxReplyData}`.inlineParams()
