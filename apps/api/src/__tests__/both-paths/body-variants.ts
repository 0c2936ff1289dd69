import { gzipSync } from "node:zlib"
import type { Variant } from "./variant.ts"
import { saying, type Written, withHeaders, without } from "./wire.ts"

const withBody = (name: string, body: Buffer): Variant => [
  name,
  (request) => ({ ...saying(request, ["content-type", "application/json"]), body })
]

const deep = (levels: number) => `{"x":${"[".repeat(levels)}${"]".repeat(levels)}}`

const chunked = (request: Written) => saying(request, ["transfer-encoding", "chunked"])

/** Bodies, and how they are sent. */
export const bodies: ReadonlyArray<Variant> = [
  ...[
    "null",
    "[]",
    '"x"',
    "1",
    "{",
    "{}",
    "{} {}",
    "  ",
    "\0",
    "\uFEFF{}",
    deep(63),
    deep(65),
    deep(10_000)
  ].map((json) => withBody(`the body ${json.slice(0, 10)} of ${json.length}`, Buffer.from(json))),
  ...['{"__proto__":{}}', '{"x":[{"__proto__":1}]}', '{"constructor":1,"toString":1}', '{"x":1,"x":2}'].map(
    (json) => withBody(`the body ${json}`, Buffer.from(json))
  ),
  withBody("bytes that are not UTF-8", Buffer.from([0x7b, 0xf0, 0x9f, 0x98, 0x7d])),
  withBody("1 MiB", Buffer.from(`{"x":"${"a".repeat(1024 * 1024 - 8)}"}`)),
  withBody("1 MiB and a byte", Buffer.from(`{"x":"${"a".repeat(1024 * 1024 - 7)}"}`)),
  ["a body in chunks", chunked],
  [
    "a body that is too large in chunks",
    (request) => chunked({ ...request, body: Buffer.alloc(1_100_000, "x") })
  ],
  ["no body", (request) => ({ ...request, body: undefined })],
  ["no body and no type", (request) => ({ ...without(request, "content-type"), body: undefined })],
  ["a body of no bytes", (request) => ({ ...request, body: Buffer.alloc(0) })],
  [
    "a text of no bytes",
    (request) => ({ ...saying(request, ["content-type", "text/plain"]), body: Buffer.alloc(0) })
  ],
  [
    "a gzip body",
    (request) => ({ ...saying(request, ["content-encoding", "gzip"]), body: gzipSync(request.body ?? "{}") })
  ],
  ["a body said to be as it is", (request) => saying(request, ["content-encoding", "identity"])]
]

/** These do not go with whatever changes the body after them. */
export const lengths: ReadonlyArray<Variant> = [
  [
    "a length with zeros before it",
    (request) => withHeaders(request, ["content-length", `000${request.body?.length ?? 0}`])
  ],
  ["a length and chunks", (request) => withHeaders(chunked(request), ["content-length", "3"])],
  ["an empty length", (request) => withHeaders({ ...request, body: undefined }, ["content-length", ""])],
  ["a negative length", (request) => withHeaders(request, ["content-length", "-1"])]
]

/** Types of a body. */
export const types: ReadonlyArray<Variant> = [
  "",
  "text/plain",
  "application/json;charset=utf-8",
  'Application/JSON; charset="UTF-8"',
  "application/json; charset=utf8",
  "application/json; charset=latin1",
  "application/json; charset=utf-8; charset=utf-8",
  "application/json;",
  "application/json, application/json",
  "application/problem+json",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x"
].map((type): Variant => [`the type ${type}`, (request) => saying(request, ["content-type", type])])
