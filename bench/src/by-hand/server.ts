import { createHash, randomBytes } from "node:crypto"
import { fastify } from "fastify"
import { nanoid } from "nanoid"
import { openPool, type Rows, type Session } from "./rows.ts"
import * as schemas from "./schemas.ts"
import * as statements from "./statements.ts"

// What an expert would write without Big Ocean: the routes that are measured, on the API's own tables, with Fastify and
// pg. It keeps what the API promises of them and has nothing else: no idempotency keys, no tokens, no drain.

const pool = openPool(process.env["DATABASE_URL"] ?? "")
const server = fastify({ logger: false, keepAliveTimeout: 75_000, bodyLimit: 1_048_576 })

type Headers = Readonly<Record<string, string | ReadonlyArray<string> | undefined>>

const userOf = (headers: Headers) => {
  const name = headers["x-user-id"]
  return typeof name === "string" ? name : null
}

const refuse = (statusCode: number, code: string, detail: string) =>
  Object.assign(new Error(detail), { statusCode, code })

const missing = (id: string) => refuse(404, "NOT_FOUND", `No session ${id} is visible to you.`)

/** The first words of a message, for a session that has no title yet. */
const titleOf = (content: string) => {
  const line = content.trim().replaceAll(/\s+/g, " ")
  const characters = Array.from(line)
  return characters.length <= 80 ? line : `${characters.slice(0, 80).join("").replace(/ \S*$/, "")}…`
}

interface NewMessage {
  readonly id?: string
  readonly role: string
  readonly content: string
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly expectedSequence?: number
}

const isCopy = (error: unknown) => error instanceof Error && "code" in error && error.code === "23505"

const append = async (
  sessionId: string,
  user: string | null,
  { content, expectedSequence, id = `msg_${nanoid()}`, metadata = {}, role }: NewMessage
) => {
  const values = [
    sessionId,
    user,
    id,
    role,
    content,
    JSON.stringify(metadata),
    role === "user" ? titleOf(content) : null,
    expectedSequence ?? null,
    new Date().toISOString()
  ]
  const run = () => pool.query<Rows["append"]>({ ...statements.append, values })
  // Two copies at once: the second fails on the message's id, and finds the first when it is run again.
  const { rows } = await run().catch((error: unknown) => (isCopy(error) ? run() : Promise.reject(error)))
  const [row] = rows
  if (row === undefined) throw missing(sessionId)
  if (row.id === null) throw refuse(400, "INVALID_STATE", `The session is ${row.status}, or has gone on.`)
  const isSame =
    row.is_new ||
    (row.role === role &&
      row.content === content &&
      JSON.stringify(row.metadata) === JSON.stringify(metadata))
  if (!isSame) throw refuse(422, "IDEMPOTENCY_MISMATCH", "The id belongs to another message.")
  return row
}

const read = async (sessionId: string, user: string | null) => {
  const { rows } = await pool.query<Rows["resume"]>({ ...statements.resume, values: [sessionId, user] })
  const [first] = rows
  if (first === undefined) throw missing(sessionId)
  const { userId, ...session }: Session = JSON.parse(first.session ?? "{}")
  return {
    session: userId === null ? session : { ...session, userId },
    messages: first.id === null ? [] : rows
  }
}

const tagOf = ({ messageCount, version }: Rows["version"]) => `"v${version}-${messageCount}"`

interface InSession {
  readonly Params: { readonly sessionId: string }
}

server.get("/ready", () => ({}))

server.post<{ readonly Body: { readonly userId?: string; readonly language?: string } }>(
  "/api/assessment/start",
  { schema: schemas.start },
  async ({ body: { language, userId = null } }, reply) => {
    const now = Date.now()
    const createdAt = new Date(now).toISOString()
    const sessionId = `session_${now}_${nanoid()}`
    const claimToken = userId === null ? randomBytes(32).toString("base64url") : undefined
    const hash = claimToken === undefined ? null : createHash("sha256").update(claimToken).digest("hex")
    const metadata = JSON.stringify(language === undefined ? {} : { language })
    await pool.query({ ...statements.start, values: [sessionId, userId, metadata, createdAt, hash] })
    reply.code(201)
    return { sessionId, createdAt, claimToken }
  }
)

server.post<InSession & { readonly Body: NewMessage }>(
  "/api/sessions/:sessionId/messages",
  { schema: schemas.append },
  ({ body, headers, params }, reply) => {
    reply.code(201)
    return append(params.sessionId, userOf(headers), body)
  }
)

const answer = "Thank you. Tell me more: what would your friends say about that?"

server.post<{
  readonly Body: { readonly sessionId: string; readonly message: string; readonly id?: string }
}>(
  "/api/assessment/message",
  { schema: schemas.send },
  async ({ body: { id, message, sessionId }, headers }) => {
    const user = userOf(headers)
    const question = await append(sessionId, user, {
      ...(id === undefined ? {} : { id }),
      role: "user",
      content: message
    })
    const { session } = await read(sessionId, user)
    const answerId = `msg_${createHash("sha256").update(`${question.id}`).digest("base64url").slice(0, 21)}`
    const stored = await append(sessionId, user, { id: answerId, role: "assistant", content: answer })
    return { response: answer, precision: session.precision, messageId: stored.id, sequence: stored.sequence }
  }
)

server.get<InSession>(
  "/api/assessment/sessions/:sessionId",
  { schema: schemas.resume },
  async ({ headers, params: { sessionId } }, reply) => {
    const user = userOf(headers)
    const seen = headers["if-none-match"]
    if (seen !== undefined) {
      const { rows } = await pool.query<Rows["version"]>({ ...statements.version, values: [sessionId, user] })
      const [row] = rows
      if (row === undefined) throw missing(sessionId)
      if (tagOf(row) === seen) return reply.code(304).header("etag", seen).send()
    }
    const conversation = await read(sessionId, user)
    reply.header("etag", tagOf(conversation.session))
    return conversation
  }
)

server.get<InSession & { readonly Querystring: { readonly before: number; readonly limit: number } }>(
  "/api/sessions/:sessionId/messages",
  { schema: schemas.page },
  async ({ headers, params: { sessionId }, query: { before, limit } }) => {
    const values = [sessionId, userOf(headers), before, limit]
    const { rows } = await pool.query<Rows["page"]>({ ...statements.page, values })
    const [first] = rows
    if (first === undefined) throw missing(sessionId)
    return { messages: first.id === null ? [] : rows.reverse(), messageCount: first.messageCount }
  }
)

const cursorOf = ({ id, updatedAt }: Session) =>
  Buffer.from(`${Date.parse(updatedAt)}_${id}`).toString("base64url")

const pageOf = (rows: ReadonlyArray<Session>, count: number, limit: number) => {
  const sessions = rows.slice(0, limit)
  const last = sessions.at(-1)
  return { sessions, count, nextCursor: last === undefined || rows.length <= limit ? null : cursorOf(last) }
}

server.get<{ readonly Querystring: { readonly limit: number; readonly q?: string } }>(
  "/api/sessions",
  { schema: schemas.list },
  async ({ headers, query: { limit, q } }) => {
    const user = userOf(headers)
    if (q !== undefined) {
      const { rows } = await pool.query<Rows["search"]>({
        ...statements.search,
        values: [user, q, limit + 1]
      })
      return pageOf(rows, rows[0]?.count ?? 0, limit)
    }
    const [page, total] = await Promise.all([
      pool.query<Rows["list"]>({ ...statements.list, values: [user, limit + 1] }),
      pool.query<Rows["count"]>({ ...statements.count, values: [user] })
    ])
    return pageOf(page.rows, total.rows[0]?.count ?? 0, limit)
  }
)

await server.listen({ port: Number(process.env["PORT"]), host: "127.0.0.1" })
process.once("SIGTERM", () => process.exit(0))
