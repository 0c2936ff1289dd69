import { createServer } from "node:http"
import { Pool } from "pg"

// The least that any server must do for a resume: two named statements, one JSON.stringify. It checks nothing,
// knows no identity, and reads session and messages as of two moments.

const selectSession = {
  name: "session",
  text: `
select id, user_id as "userId", agent, title, status, json_build_object(
    'openness', precision_openness, 'conscientiousness', precision_conscientiousness,
    'extraversion', precision_extraversion, 'agreeableness', precision_agreeableness,
    'neuroticism', precision_neuroticism) as precision,
  scored_through as "scoredThrough", message_count as "messageCount", agent_session_id as "agentSessionId",
  parent_id as "parentId", forked_at as "forkedAt", metadata, version, created_at as "createdAt",
  updated_at as "updatedAt"
from sessions where id = $1`
}

const selectMessages = {
  name: "messages",
  text: `
select id, role, content, created_at as "createdAt", sequence
from messages where session_id = $1 order by sequence`
}

const pool = new Pool({
  connectionString: process.env["DATABASE_URL"],
  max: 10,
  options: "-c random_page_cost=1.1"
})

const read = async (id: string) => {
  const [session, messages] = await Promise.all([
    pool.query({ ...selectSession, values: [id] }),
    pool.query({ ...selectMessages, values: [id] })
  ])
  return JSON.stringify({ session: session.rows[0], messages: messages.rows })
}

const server = createServer((request, response) => {
  const id = /^\/api\/assessment\/sessions\/([\w-]+)$/.exec(request.url ?? "")?.[1]
  if (id === undefined) {
    response.writeHead(request.url === "/ready" ? 200 : 404).end()
    return
  }
  read(id).then(
    (body) => {
      response
        .writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) })
        .end(body)
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
