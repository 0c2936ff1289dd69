import { Record } from "effect"
import type { Json } from "./json.ts"

/** The headers that answers have, under the names of `components.headers`. */
export const headers = {
  etag: {
    description: "The version of the session that the answer shows, for `if-none-match` and `if-match`",
    schema: { type: "string" },
    example: '"v3-2"'
  },
  "retry-after": {
    description: "After how many seconds to try again",
    schema: { type: "integer", minimum: 1 },
    example: 1
  },
  "www-authenticate": {
    description: "How to say who you are",
    schema: { type: "string" },
    example: "Bearer"
  },
  "x-request-id": {
    description: "Names the request in the server's log: the caller's own `x-request-id`, or a new one",
    schema: { type: "string" },
    example: "V1StGXR8_Z5jdHi6B-myT"
  }
}

type Header = keyof typeof headers

const everywhere: ReadonlyArray<Header> = ["x-request-id"]

const ofStatus: Readonly<Record<string, ReadonlyArray<Header>>> = {
  401: ["www-authenticate"],
  503: ["retry-after"]
}

/** References to headers, as a response lists them. */
export const headerReferences = (names: ReadonlyArray<Header>): Json =>
  Record.fromIterableWith(names, (name) => [name, { $ref: `#/components/headers/${name}` }])

/** What goes with a status, whatever the operation. */
export const headersOfStatus = (status: string): Json =>
  headerReferences([...everywhere, ...(ofStatus[status] ?? [])])
