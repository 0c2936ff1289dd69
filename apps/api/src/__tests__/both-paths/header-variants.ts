import type { Variant } from "./variant.ts"
import { saying, withHeaders, without } from "./wire.ts"

/** Headers that are said otherwise, or twice, and versions of HTTP. */
export const headers: ReadonlyArray<Variant> = [
  ...["good-1", "", "x".repeat(128), "x".repeat(129), "a b", "\u00e9"].map(
    (id): Variant => [`x-request-id: ${id}`, (request) => saying(request, ["x-request-id", id])]
  ),
  ["two request ids", (request) => withHeaders(request, ["x-request-id", "a"], ["x-request-id", "b"])],
  ...["localhost:1", "[::1]", "evil.example", "", "127.0.0.1:x", "a b"].map(
    (host): Variant => [`the host ${host}`, (request) => saying(request, ["host", host])]
  ),
  ["no host", (request) => without(request, "host")],
  ["two hosts", (request) => withHeaders(request, ["host", "localhost"])],
  ...["null", "http://localhost:5173", "https://evil.example", ""].map(
    (origin): Variant => [`the origin ${origin}`, (request) => saying(request, ["origin", origin])]
  ),
  ...["alice", "bob", "", "x".repeat(256), "\u00e9"].map(
    (user): Variant => [`x-user-id: ${user.slice(0, 9)}`, (request) => saying(request, ["x-user-id", user])]
  ),
  ["two users", (request) => withHeaders(request, ["x-user-id", "alice"], ["x-user-id", "bob"])],
  ...[
    '"v1-0"',
    'W/"v1-0"',
    "*",
    '"v0-0", "v1-0"',
    'W/"9" , W/"v1-0"',
    "v1-0",
    "",
    '"',
    "x".repeat(5_000),
    '"1","2",,"v1-0"'
  ].map(
    (tag): Variant => [
      `if-none-match: ${tag.slice(0, 20)}`,
      (request) => saying(request, ["if-none-match", tag])
    ]
  ),
  [
    "two if-none-match",
    (request) => withHeaders(request, ["if-none-match", '"9"'], ["if-none-match", '"v1-0"'])
  ],
  ...["k", "", " ", "x".repeat(255), "x".repeat(256), "\u00e9", "a, b"].map(
    (key): Variant => [
      `idempotency-key: ${key.slice(0, 9)}`,
      (request) => saying(request, ["idempotency-key", key])
    ]
  ),
  ["a key again", (request) => saying(request, ["idempotency-key", "k"])],
  [
    "a key with another body",
    (request) => ({
      ...saying(request, ["idempotency-key", "k"]),
      body:
        request.body && Buffer.from(request.body.toString().replace("hello", "other").replace("alice", "bob"))
    })
  ],
  ["two keys", (request) => withHeaders(request, ["idempotency-key", "k"], ["idempotency-key", "l"])],
  ["a key in capitals", (request) => withHeaders(request, ["Idempotency-Key", "m"])],
  ["an unknown version of HTTP", (request) => ({ ...request, version: "1.9" })],
  ["HTTP/1.0", (request) => ({ ...without(request, "connection"), version: "1.0" })],
  ["a 100 that is expected", (request) => withHeaders(request, ["expect", "100-continue"])],
  ["something else that is expected", (request) => withHeaders(request, ["expect", "200-ok"])],
  ["an upgrade", (request) => saying(request, ["connection", "upgrade, close"], ["upgrade", "h2c"])],
  ...[
    ["accept", "text/html"],
    ["accept-encoding", "gzip"],
    ["range", "bytes=0-1"],
    ["if-match", '"1"'],
    ["if-modified-since", "Thu, 01 Jan 1970 00:00:00 GMT"],
    ["cookie", "a=1"],
    ["x-forwarded-for", "192.0.2.1"],
    ["x-http-method-override", "DELETE"],
    ["traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
    ["b3", "1"],
    ["last-event-id", "1"],
    ["te", "trailers"],
    ["__proto__", "x"],
    ["constructor", "x"]
  ].map(
    ([name = "", value = ""]): Variant => [
      `${name}: ${value}`,
      (request) => withHeaders(request, [name, value])
    ]
  )
]
