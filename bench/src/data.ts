import type { Client } from "pg"
import { database } from "./database.ts"

const seed = 20_260_101
const startMillis = 1_767_225_600_000

const repeat = (size: number, times: number) => Array.from({ length: times }, () => size)

/** How many messages each session has; the first session is number 1. 200,000 messages in all. */
const sizes = [10_000, ...repeat(1_000, 20), ...repeat(50, 3_400), ...repeat(0, 26_599)]

/** The owner of 10,000 sessions with nearly all messages, and that of 20 sessions of 50 messages each. */
export const owners = { big: "big", small: "small" } as const

/** Two sessions in three belong to a thousand others. */
const ownerOf = (number: number) =>
  number > 10_020 ? `other-${number % 1_000}` : number > 3_401 && number <= 3_421 ? owners.small : owners.big

/** 250 sessions of the big owner, spread over its list. None of them is written to. */
const statusOf = (number: number) =>
  number > 5_000 && number <= 10_000 && number % 20 === 0 ? "paused" : "active"

/** A word in one message of each of ten sessions: nine of the big owner, one of the small one. */
export const rareWord = "kingfisher"
const sessionsWithRareWord = Array.from({ length: 10 }, (_, n) => 3_402 - n * 370)

const idOf = (number: number) => `session_${startMillis}_${String(number).padStart(21, "0")}`

/** The ids of all sessions that are loaded with so many messages. */
export const sessionsOf = (messages: number): ReadonlyArray<string> =>
  sizes.flatMap((size, index) => (size === messages ? [idOf(index + 1)] : []))

/** Numbers from 0 to 1, always the same ones (mulberry32). */
const randomFrom = (start: number) => {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

// Quotes, line breaks and accents are what JSON and UTF-8 cost extra for.
const words = 'I like to be among "people" most of the time, naïve as café talk may sound.\nSometimes'.split(
  " "
)

/** A text of 200 to 400 bytes. */
const makeText = (random: () => number): string => {
  const target = 200 + Math.floor(random() * 185)
  let text = ""
  while (Buffer.byteLength(text) < target) text += `${words[Math.floor(random() * words.length)]} `
  return text
}

const insertSessions = `
insert into sessions (id, user_id, agent, status, precision_openness, precision_conscientiousness,
  precision_extraversion, precision_agreeableness, precision_neuroticism, scored_through, message_count,
  question_count, questions_through, metadata, version, created_at, updated_at)
select id, owner, 'nerin', status, 0.5, 0.5, 0.5, 0.5, 0.5, size, size, greatest(size - 1, 0) / 2, size, '{}', 1, '2026-01-01Z',
  timestamptz '2026-02-01Z' + number * 7919 % 10007 * interval '1 minute'
from unnest($1::text[], $2::integer[], $3::text[], $4::text[]) with ordinality as s(id, size, owner, status, number)`

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

/** Fills the tables: 30,020 sessions, 200,000 messages of 200 to 400 bytes, the same in every run. */
export const load = (client: Client) =>
  database("load", async () => {
    const random = randomFrom(seed)
    const texts = Array.from({ length: 997 }, () => makeText(random))
    const ids = sizes.map((_, index) => idOf(index + 1))
    const owned = sizes.map((_, index) => ownerOf(index + 1))
    const statuses = sizes.map((_, index) => statusOf(index + 1))
    await client.query(insertSessions, [ids, sizes, owned, statuses])
    const { rowCount } = await client.query(insertMessages, [ids, sizes, texts, sessionsWithRareWord])
    await client.query("vacuum (analyze) sessions, messages")
    return rowCount ?? 0
  })
