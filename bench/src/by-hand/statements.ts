import { appendParameters, appendWith } from "./append.ts"

// Named, so that each connection prepares them once.

const isVisible = "(user_id is null or $2::text is null or user_id = $2)"

const precision = `json_build_object(
  'openness', precision_openness, 'conscientiousness', precision_conscientiousness,
  'extraversion', precision_extraversion, 'agreeableness', precision_agreeableness,
  'neuroticism', precision_neuroticism)`

const reached = "case when status = 'completed' then 100 else completion end"

const columns = `
id, user_id as "userId", agent, title, status, ${precision} as precision, scored_through as "scoredThrough",
message_count as "messageCount", question_count as "questionCount", ${reached} as completion,
agent_session_id as "agentSessionId", parent_id as "parentId", forked_at as "forkedAt", metadata, version,
created_at as "createdAt", updated_at as "updatedAt"`

const iso = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

const sessionJson = `json_build_object(
  'id', id, 'userId', user_id, 'agent', agent, 'title', title, 'status', status, 'precision', ${precision},
  'scoredThrough', scored_through, 'messageCount', message_count, 'questionCount', question_count,
  'completion', ${reached}, 'agentSessionId', agent_session_id, 'parentId', parent_id, 'forkedAt', forked_at,
  'metadata', metadata, 'version', version, 'createdAt', ${iso("created_at")}, 'updatedAt', ${iso("updated_at")})::text`

const place = (name: (typeof appendParameters)[number]) => `$${appendParameters.indexOf(name) + 1}`

export const append = { name: "append", text: appendWith(place) }

export const start = {
  name: "start",
  text: `
insert into sessions (id, user_id, agent, status, precision_openness, precision_conscientiousness,
  precision_extraversion, precision_agreeableness, precision_neuroticism, scored_through, message_count, metadata,
  version, created_at, updated_at, claim_hash)
values ($1, $2, 'nerin', 'active', 0.5, 0.5, 0.5, 0.5, 0.5, 0, 0, $3, 1, $4, $4, $5)`
}

/** One statement, and so one snapshot; the session comes once, with the first message or with none. */
export const resume = {
  name: "resume",
  text: `
select case when coalesce(m.sequence, 1) = 1 then s.session end as session, m.id, m.role, m.content,
  m.created_at as "createdAt", m.sequence
from (select id, ${sessionJson} as session from sessions where id = $1 and ${isVisible}) as s
left join lateral (
  select id, role, content, created_at, sequence from messages where session_id = s.id order by sequence) as m on true`
}

export const version = {
  name: "version",
  text: `select version, message_count as "messageCount" from sessions where id = $1 and ${isVisible}`
}

/** The last messages before a sequence, newest first. */
export const page = {
  name: "page",
  text: `
select s.message_count as "messageCount", m.id, m.session_id as "sessionId", m.sequence, m.role, m.content, m.metadata,
  m.created_at as "createdAt"
from (select id, message_count from sessions where id = $1 and ${isVisible}) as s
left join lateral (
  select * from messages where session_id = s.id and sequence < $3 order by sequence desc limit $4) as m on true`
}

export const list = {
  name: "list",
  text: `select ${columns} from sessions where user_id = $1 order by updated_at desc, id desc limit $2`
}

export const count = {
  name: "count",
  text: "select count(*)::int as count from sessions where user_id = $1"
}

const searchable = (column: string) =>
  `to_tsvector('simple', regexp_replace(${column}, '[!-/:-@[-\`{-~]+', ' ', 'g'))`

// Behind a subquery the words are not known to the planner, which would else read each message for common ones.
const words = "(select websearch_to_tsquery('simple', $2))"

const matching = `
with matching as (
  select id from sessions where ${searchable("title")} @@ ${words}
  union select session_id from messages where ${searchable("content")} @@ ${words})`

export const search = {
  name: "search",
  text: `
${matching}
select ${columns}, count(*) over ()::int as count from sessions
where user_id = $1 and id in (select id from matching) order by updated_at desc, id desc limit $3`
}
