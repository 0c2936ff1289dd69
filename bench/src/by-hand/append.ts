/** What the message of an append says, in the order of the parameters. */
export const appendParameters = [
  "sessionId",
  "userId",
  "id",
  "role",
  "content",
  "metadata",
  "title",
  "expectedSequence",
  "now"
] as const

type Parameter = (typeof appendParameters)[number]

/**
 * The API's append, step by step, as somebody would write it by hand: the session is locked, a message under the same id
 * is looked for, the session is counted on and the message inserted, in one statement. `parameter` is how a parameter
 * is written: `$1` for a driver, `:name` for pgbench.
 */
export const appendWith = (parameter: (name: Parameter) => string) => `
with found as (
  select id, status, message_count, question_count, questions_through from sessions
  where id = ${parameter("sessionId")}
    and (user_id is null or ${parameter("userId")}::text is null or user_id = ${parameter("userId")}::text)
  for no key update),
duplicate as (
  select m.id, m.session_id, m.sequence, m.role, m.content, m.metadata, m.created_at
  from messages m join found on m.session_id = found.id where m.id = ${parameter("id")}::text),
looked as (
  select found.*, seen.* from found cross join lateral (
    select (count(*) filter (where role = 'user' and role_before = 'assistant'))::int as answers,
      max(sequence) as last, bool_or(role = 'assistant' and role_after is null) as is_question
    from (
      select sequence, role, lag(role) over neighbours as role_before, lead(role) over neighbours as role_after
      from messages where session_id = found.id and sequence between found.questions_through and found.message_count
      window neighbours as (order by sequence)) as said) as seen),
counted as (
  update sessions set
    title = coalesce(sessions.title, ${parameter("title")}::text),
    message_count = looked.message_count + 1,
    question_count = looked.question_count + looked.answers + (coalesce(looked.last, 0) = looked.message_count
      and coalesce(looked.is_question, false) and ${parameter("role")}::text = 'user')::int,
    questions_through = case when coalesce(looked.last, 0) = looked.message_count then looked.message_count + 1
      else coalesce(looked.last, looked.questions_through) end,
    completion = coalesce((jsonb_path_query_first(${parameter("metadata")}::jsonb, 'strict $.assessment.completion
      ? (@.type() == "number" && @ >= 0 && @ <= 100 && @.floor() == @)', '{}', true) #>> '{}')::numeric::integer,
      sessions.completion),
    scored_through = case when sessions.scored_through = sessions.message_count
      and not (${parameter("metadata")}::jsonb ? 'assessment')
      then sessions.message_count + 1 else sessions.scored_through end,
    version = sessions.version + 1,
    updated_at = greatest(sessions.updated_at, ${parameter("now")}::timestamptz)
  from looked
  where sessions.id = looked.id and looked.status = 'active' and not exists (select 1 from duplicate)
    and looked.message_count = coalesce(${parameter("expectedSequence")}::integer, looked.message_count)
  returning sessions.id, sessions.message_count, sessions.updated_at),
inserted as (
  insert into messages (session_id, sequence, id, role, content, metadata, created_at)
  select id, message_count, ${parameter("id")}::text, ${parameter("role")}::text, ${parameter("content")}::text,
    ${parameter("metadata")}::jsonb, updated_at
  from counted
  returning id, session_id, sequence, role, content, metadata, created_at)
select found.status, inserted.sequence is not null as is_new, stored.id, stored.session_id as "sessionId", stored.sequence,
  stored.role, stored.content, stored.metadata, stored.created_at as "createdAt"
from found
left join inserted on true
left join (select * from inserted union all select * from duplicate) as stored on true`
