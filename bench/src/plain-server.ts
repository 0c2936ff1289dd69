import { createServer, type IncomingMessage } from "node:http"
import { Pool } from "pg"

// The least that any server must do: a named statement or two, one JSON.stringify. It checks nothing, believes
// who the caller says it is, and reads what belongs together as of two moments.

const session = `
id, user_id as "userId", agent, title, status, json_build_object(
    'openness', precision_openness, 'conscientiousness', precision_conscientiousness,
    'extraversion', precision_extraversion, 'agreeableness', precision_agreeableness,
    'neuroticism', precision_neuroticism) as precision,
  scored_through as "scoredThrough", message_count as "messageCount", agent_session_id as "agentSessionId",
  parent_id as "parentId", forked_at as "forkedAt", metadata, version, created_at as "createdAt",
  updated_at as "updatedAt"`

const selectSession = { name: "session", text: `select ${session} from sessions where id = $1` }

const messagesWith = (name: string, others: string) => ({
  name,
  text: `
select id, role, content, created_at as "createdAt", sequence${others}
from messages where session_id = $1 order by sequence`
})
const selectMessages = messagesWith("messages", "")
const selectWholeMessages = messagesWith("whole_messages", `, session_id as "sessionId", metadata`)

const selectVersion = { name: "version", text: "select version from sessions where id = $1" }

const selectPage = {
  name: "page",
  text: `
select ${session} from sessions
where user_id = $1 and ($2::text is null or status = $2) and (updated_at, id) < ($3, $4)
order by updated_at desc, id desc limit 51 offset $5`
}

const selectCount = {
  name: "count",
  text: "select count(*)::int from sessions where user_id = $1 and ($2::text is null or status = $2)"
}

const pool = new Pool({
  connectionString: process.env["DATABASE_URL"],
  max: 10,
  options: "-c random_page_cost=1.1"
})

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly tag?: string
}

const read = async (id: string, select = selectWholeMessages): Promise<Answer> => {
  const [found, messages] = await Promise.all([
    pool.query({ ...selectSession, values: [id] }),
    pool.query({ ...select, values: [id] })
  ])
  const [row] = found.rows
  return { status: 200, body: { session: row, messages: messages.rows }, tag: `"${row.version}"` }
}

const readUnless = async (id: string, seen: string): Promise<Answer> => {
  const { rows } = await pool.query({ ...selectVersion, values: [id] })
  const tag = `"${rows[0].version}"`
  return tag === seen ? { status: 304, body: undefined, tag } : read(id)
}

const list = async (owner: string, query: URLSearchParams): Promise<Answer> => {
  const [, millis, after] =
    /^(\d+)_(.*)$/.exec(Buffer.from(query.get("cursor") ?? "", "base64url").toString()) ?? []
  const from = millis === undefined ? "infinity" : new Date(Number(millis))
  const filter = [owner, query.get("status")]
  const [page, total] = await Promise.all([
    pool.query({ ...selectPage, values: [...filter, from, after ?? "", query.get("offset") ?? 0] }),
    pool.query({ ...selectCount, values: filter })
  ])
  const sessions = page.rows.slice(0, 50)
  const last = sessions.at(-1)
  const nextCursor =
    page.rows.length > 50 ? Buffer.from(`${last.updatedAt.getTime()}_${last.id}`).toString("base64url") : null
  return { status: 200, body: { sessions, count: total.rows[0].count, nextCursor } }
}

const answer = ({ headers, url = "" }: IncomingMessage): Promise<Answer> => {
  const { pathname, searchParams } = new URL(url, "http://localhost")
  const [, assessment, id] = /^\/api\/(assessment\/)?sessions\/([\w-]+)$/.exec(pathname) ?? []
  if (pathname === "/api/sessions") return list(String(headers["x-user-id"]), searchParams)
  if (id === undefined) return Promise.resolve({ status: pathname === "/ready" ? 200 : 404, body: {} })
  if (assessment !== undefined) return read(id, selectMessages)
  const seen = headers["if-none-match"]
  return seen === undefined ? read(id) : readUnless(id, seen)
}

const server = createServer((request, response) => {
  answer(request).then(
    ({ body, status, tag }) => {
      if (tag !== undefined) response.setHeader("etag", tag)
      if (body === undefined) {
        response.writeHead(status).end()
        return
      }
      const text = JSON.stringify(body)
      response
        .writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) })
        .end(text)
    },
    (error: unknown) => {
      process.stderr.write(`${error}\n`)
      response.writeHead(500).end()
    }
  )
})
server.keepAliveTimeout = 75_000
server.listen(Number(process.env["PORT"]), "127.0.0.1")
process.once("SIGTERM", () => process.exit(0))
