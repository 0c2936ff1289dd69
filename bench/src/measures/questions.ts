import { owners, rareWord } from "../data/sessions.ts"
import { textOf } from "../data/texts.ts"
import type { Exchange } from "../load/exchange.ts"

// What is asked, of the API and of the server by hand alike.

const read = (path: string, headers: Record<string, string> = {}): Exchange => ({
  method: "GET",
  path,
  headers,
  status: 200
})

const write = (path: string, body: object, status: number): Exchange => ({
  method: "POST",
  path,
  body: JSON.stringify(body),
  status
})

export const resume = (id: string) => read(`/api/assessment/sessions/${id}`)

/** The last 50 messages before a sequence that no session has. */
export const newestPage = (id: string) => read(`/api/sessions/${id}/messages?limit=50&before=1000000`)

const asBigOwner = { "x-user-id": owners.big }

export const list = read("/api/sessions?limit=50", asBigOwner)

export const search = read(`/api/sessions?limit=50&q=${rareWord}`, asBigOwner)

export const start = write("/api/assessment/start", {}, 201)

export const append = (id: string, turn: number) =>
  write(`/api/sessions/${id}/messages`, { role: "user", content: textOf(turn) }, 201)

export const send = (sessionId: string, turn: number) =>
  write("/api/assessment/message", { sessionId, message: textOf(turn) }, 200)
