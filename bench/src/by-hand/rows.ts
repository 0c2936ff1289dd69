import { Pool, types } from "pg"

const timestamptz = 1184

/** A timestamp as PostgreSQL writes it in UTC, in ISO 8601 with milliseconds; cheaper than a Date that only travels on. */
const isoOf = (text: string) =>
  `${text.slice(0, 10)}T${text.slice(11, -3).padEnd(12, text.length > 22 ? "0" : ".000")}Z`

interface Message {
  readonly id: string | null
  readonly sessionId: string
  readonly sequence: number
  readonly role: string
  readonly content: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly createdAt: string
}

export interface Session {
  readonly id: string
  readonly userId?: string | null
  readonly version: number
  readonly messageCount: number
  readonly updatedAt: string
  readonly precision: Readonly<Record<string, number>>
}

/** What each statement answers. */
export interface Rows {
  readonly append: Message & { readonly status: string; readonly is_new: boolean }
  readonly resume: Message & { readonly session: string | null }
  readonly version: Pick<Session, "version" | "messageCount">
  readonly page: Message & Pick<Session, "messageCount">
  readonly list: Session
  readonly count: { readonly count: number }
  readonly search: Session & { readonly count: number }
}

/** As many connections as the API has, with the settings that it makes. */
export const openPool = (connectionString: string) =>
  new Pool({
    connectionString,
    max: 10,
    options: "-c random_page_cost=1.1 -c timezone=UTC",
    types: {
      getTypeParser: (oid: number, format?: "text" | "binary") =>
        oid === timestamptz ? isoOf : types.getTypeParser(oid, format)
    }
  })
