import type { Client } from "pg"
import { database } from "../database.ts"
import { allSessions, idOf, owners, rareWord, sessionsWithRareWord } from "./sessions.ts"
import { texts } from "./texts.ts"

// Listed in another order than they were made in.
const insertSessions = `
insert into sessions (id, user_id, agent, status, precision_openness, precision_conscientiousness,
  precision_extraversion, precision_agreeableness, precision_neuroticism, scored_through, message_count,
  question_count, questions_through, metadata, version, created_at, updated_at)
select id, owner, 'nerin', 'active', 0.5, 0.5, 0.5, 0.5, 0.5, size, size, greatest(size - 1, 0) / 2, size, '{}', 1,
  '2026-01-01Z', timestamptz '2026-02-01Z' + number * 7919 % 10007 * interval '1 minute'
from unnest($1::text[], $2::integer[], $3::text[]) with ordinality as s(id, size, owner, number)`

// Each session grows evenly over the same month, so that its messages lie in the heap among all others.
const insertMessages = `
insert into messages (session_id, sequence, id, role, content, metadata, created_at)
select s.id, sequence, 'msg_' || sequence, case sequence % 2 when 1 then 'user' else 'assistant' end,
  t.content || case when sequence = 7 and s.number = any($4) then ' ${rareWord}' else '' end, '{}',
  timestamptz '2026-01-01Z' + place * interval '30 days'
from unnest($1::text[], $2::integer[]) with ordinality as s(id, size, number)
cross join generate_series(1, size) as sequence
cross join lateral (select (sequence - number * 16807 % 997 / 997.0) / size as place)
join unnest($3::text[]) with ordinality as t(content, number) on t.number = 1 + (s.number * 31 + sequence) % 997
order by place`

interface Loading {
  readonly id: string
  readonly size: number
  readonly owner: string
}

const fill = (client: Client, sessions: ReadonlyArray<Loading>, withRareWord: ReadonlyArray<number>) =>
  database("load", async () => {
    const ids = sessions.map(({ id }) => id)
    const sizes = sessions.map(({ size }) => size)
    await client.query(insertSessions, [ids, sizes, sessions.map(({ owner }) => owner)])
    const { rowCount } = await client.query(insertMessages, [ids, sizes, texts, withRareWord])
    await client.query("vacuum (analyze) sessions, messages")
    return rowCount ?? 0
  })

/** Fills the tables with the sessions of the benchmark, the same in every run. Gives the number of messages. */
export const load = (client: Client) => fill(client, allSessions, sessionsWithRareWord)

/** Fills the tables with so many sessions of two messages each. */
export const loadSmall = (client: Client, count: number) =>
  fill(
    client,
    Array.from({ length: count }, (_, index) => ({ id: idOf(index + 1), size: 2, owner: owners.other })),
    []
  )
