import { Record } from "effect"
import type { Json } from "./json.ts"

/** The headers that answers have, under the names of `components.headers`. */
export const headers = {
  "content-disposition": {
    description: "A name for the file: the title, or the id of the session",
    schema: { type: "string" },
    example: 'attachment; filename="An evening among people.json"'
  },
  etag: {
    description: "The version of the session that the answer shows, for `if-none-match` and `if-match`",
    schema: { type: "string" },
    example: '"v3-2"'
  },
  "idempotency-replayed": {
    description: "`true` where the answer is that of an earlier request under the same `idempotency-key`",
    schema: { type: "string", enum: ["true"] },
    example: "true"
  },
  ratelimit: {
    description: "How many requests remain to the caller, and after how many seconds it has all again",
    schema: { type: "string" },
    example: '"default";r=599;t=60'
  },
  "ratelimit-policy": {
    description: "How many requests a caller has in how many seconds; without a limit this is not sent",
    schema: { type: "string" },
    example: '"default";q=600;w=60'
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

const ofCallers: ReadonlyArray<Header> = ["ratelimit", "ratelimit-policy"]
/** A body is refused before anybody asks who sent it. */
const beforeCallers: ReadonlyArray<string> = ["413", "415"]
const ofKeys: ReadonlyArray<Header> = ["idempotency-replayed"]
const ofRunningRequests: ReadonlyArray<Header> = ["retry-after"]

const ofStatus: Readonly<Record<string, ReadonlyArray<Header>>> = {
  401: ["www-authenticate"],
  429: ["retry-after"],
  503: ["retry-after"]
}

/** References to headers, as a response lists them. */
export const headerReferences = (names: ReadonlyArray<Header>): Json =>
  Record.fromIterableWith(names, (name) => [name, { $ref: `#/components/headers/${name}` }])

/** What goes with a status of an operation. */
export const headersOf = (
  status: string,
  operation: { readonly asksWhoCalls: boolean; readonly takesIdempotencyKey: boolean }
): Json =>
  headerReferences([
    ...everywhere,
    ...(operation.asksWhoCalls && !beforeCallers.includes(status) ? ofCallers : []),
    ...(operation.takesIdempotencyKey && status.startsWith("2") ? ofKeys : []),
    ...(operation.takesIdempotencyKey && status === "409" ? ofRunningRequests : []),
    ...(ofStatus[status] ?? [])
  ])
