import { type AnyColumn, type SQL, sql } from "drizzle-orm"
import type { AnyPgColumn } from "drizzle-orm/pg-core"
import { messages, sessions } from "../schema.ts"

/** With its table's name also where Drizzle leaves that out: in a statement on one table, and in what that returns. */
const own = (column: AnyPgColumn) => sql`${sql.identifier("sessions")}.${sql.identifier(column.name)}`

const { completion, id, messageCount, questionCount, questionsThrough, status } = sessions

/** The messages of a session from one to another, each with the roles beside it. */
export const said = (sessionId: SQL | AnyColumn, from: SQL | AnyColumn, through: SQL | AnyColumn) =>
  sql`(select sequence, role, lag(role) over neighbours as role_before, lead(role) over neighbours as role_after
    from ${messages} where session_id = ${sessionId} and sequence between ${from} and ${through}
    window neighbours as (order by sequence)) as said`

/** How many of the messages that `said` gives are answers of the user. */
export const answers = sql<number>`(count(*) filter (where role = 'user' and role_before = 'assistant'))::int`

/** How many of the first messages of a session are answers. */
export const answersThrough = (sessionId: AnyColumn, through: SQL | AnyColumn) =>
  sql<number>`(select ${answers} from ${said(sessionId, sql`1`, through)})`

/** How many answers a session has: those that are counted, and those among the messages that are not looked at yet. */
export const answersCounted = sql<number>`(${own(questionCount)} + case
  when ${own(questionsThrough)} = ${own(messageCount)} then 0
  else (select ${answers} from ${said(sql`${own(id)}`, own(questionsThrough), own(messageCount))}) end)`

/** How far a session has come. */
export const completionReached = sql<number>`case when ${own(status)} = 'completed' then 100 else ${own(completion)} end`

/** How far the talk has come with a message, as its agent noted in it; null when that is no whole number of percent. */
export const completionNoted = (metadata: SQL | AnyColumn) =>
  sql<number | null>`(jsonb_path_query_first(${metadata}::jsonb, 'strict $.assessment.completion
    ? (@.type() == "number" && @ >= 0 && @ <= 100 && @.floor() == @)', '{}', true) #>> '{}')::numeric::integer`

/** The last that was noted in the first messages of a session. */
export const completionThrough = (sessionId: AnyColumn, through: SQL | AnyColumn) =>
  sql<number>`coalesce((select ${completionNoted(messages.metadata)} as noted from ${messages}
    where session_id = ${sessionId} and sequence <= ${through} and ${completionNoted(messages.metadata)} is not null
    order by sequence desc limit 1), 0)`
