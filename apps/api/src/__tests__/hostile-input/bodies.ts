import { posting } from "../../test-utils/exchange.ts"
import { type Row, sentinel } from "./row.ts"

const start = "/api/assessment/start"
const message = "/api/assessment/message"

const deep = (open: string, close: string, levels: number) => `${open.repeat(levels)}1${close.repeat(levels)}`

const refusedBody = (name: string, json: string): Row => ({
  name,
  send: () => posting(start, json),
  status: 400,
  path: ""
})

/** Bodies that are no requests. */
export const bodies: ReadonlyArray<Row> = [
  refusedBody("truncated JSON", `{"userId":"${sentinel}`),
  refusedBody("a word", sentinel),
  refusedBody("two values", `{} {"${sentinel}":1}`),
  refusedBody("a body of blanks", "  "),
  refusedBody("a body of NUL", "\0"),
  refusedBody("a string", `"${sentinel}"`),
  refusedBody("null", "null"),
  refusedBody("an array", `["${sentinel}"]`),
  refusedBody("arrays 100,000 deep", deep("[", "]", 100_000)),
  refusedBody("objects 100,000 deep in a field", `{"userId":${deep('{"a":', "}", 100_000)}}`),
  refusedBody("objects 65 deep in a field that nobody knows", `{"x":${deep('{"a":', "}", 64)}}`),
  refusedBody("__proto__", `{"__proto__":{"userId":"${sentinel}"}}`),
  refusedBody("__proto__ in a field that nobody knows", `{"x":[{"__proto__":{"${sentinel}":1}}]}`),
  {
    name: "fields that nobody knows",
    send: (sessionId) =>
      posting(message, {
        sessionId,
        message: "known",
        ...{ sequence: 99, role: "system", userId: "mallory", createdAt: 0, metadata: 1, constructor: 1 }
      }),
    status: 200,
    stored: "known"
  },
  { name: "no body", send: () => ({ method: "POST", path: start }), status: 201 },
  {
    name: "no body, said to be JSON",
    send: () => posting(start, ""),
    status: 201
  },
  { name: "no field", send: () => posting(message, "{}"), status: 400, path: "sessionId" },
  {
    name: "bytes that are not UTF-8",
    send: (sessionId) => ({
      ...posting(message, ""),
      body: Buffer.concat([
        Buffer.from(`{"sessionId":"${sessionId}","message":"${sentinel}`),
        Buffer.from([0xf0, 0x9f, 0x98]),
        Buffer.from('"}')
      ])
    }),
    status: 400,
    path: ""
  },
  {
    name: "a byte order mark before the JSON",
    send: () => posting(start, "\uFEFF{}"),
    status: 201
  },
  {
    name: "a body of 1 MiB",
    send: () => posting(start, `{"x":"${"a".repeat(1024 * 1024 - 8)}"}`),
    status: 201
  },
  {
    name: "a body of 1 MiB and a byte",
    send: () => posting(start, `{"x":"${"a".repeat(1024 * 1024 - 7)}"}`),
    status: 413
  }
]

const typed = (name: string, contentType: string | undefined, status: number, encoding?: string): Row => ({
  name,
  send: () => ({
    method: "POST",
    path: start,
    headers: {
      ...(contentType === undefined ? {} : { "content-type": contentType }),
      ...(encoding === undefined ? {} : { "content-encoding": encoding })
    },
    body: "{}"
  }),
  status
})

/** What is said about a body. */
export const types: ReadonlyArray<Row> = [
  typed("a form", "application/x-www-form-urlencoded", 415),
  typed("a form of parts", "multipart/form-data; boundary=x", 415),
  typed("plain text", "text/plain", 415),
  typed("another JSON", "application/json-patch+json", 415),
  typed("a list of types", "application/json, text/plain", 415),
  typed("no type", undefined, 415),
  typed("latin1", "application/json; charset=latin1", 415),
  typed("gzip", "application/json", 415, "gzip"),
  typed("UTF-8", 'Application/JSON; charset="UTF-8"', 201)
]
