import { createServer } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { text } from "node:stream/consumers"
import { assert, it } from "@effect/vitest"
import { ValidationError } from "@workspace/contracts"
import { Effect, Schema } from "effect"
import { answerClientErrors } from "../client-errors.ts"

const serve = Effect.acquireRelease(
  Effect.async<{ readonly port: number; readonly close: () => void }>((resume) => {
    const server = createServer((_, response) => response.end("ok"))
    answerClientErrors(server)
    server.listen(0, "127.0.0.1", () => {
      const address: AddressInfo | string | null = server.address()
      if (address !== null && typeof address === "object") {
        resume(Effect.succeed({ port: address.port, close: () => void server.close() }))
      }
    })
  }),
  ({ close }) => Effect.sync(close)
)

const say = (port: number, request: string) =>
  Effect.promise(() => {
    const socket = connect(port, "127.0.0.1")
    socket.write(request)
    return text(socket)
  })

it.scopedLive("answers headers without end with 431", () =>
  Effect.gen(function* () {
    const { port } = yield* serve
    const answer = yield* say(port, `GET / HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(20_000)}\r\n\r\n`)
    assert.match(answer, /^HTTP\/1\.1 431 /)
    assert.include(answer, "application/problem+json")
  })
)

it.scopedLive.each(["GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\nbad header\r\n\r\n"])(
  "answers %j, which is no request, with a problem document",
  (request) =>
    Effect.gen(function* () {
      const { port } = yield* serve
      const [head = "", body = ""] = (yield* say(port, request)).split("\r\n\r\n")
      assert.match(head, /^HTTP\/1\.1 400 Bad Request\r\n/)
      assert.include(head, "content-type: application/problem+json")
      assert.include(head, "connection: close")
      assert.match(head, /x-request-id: [\w-]{21}/)
      const problem = yield* Schema.decode(Schema.parseJson(ValidationError))(body)
      assert.strictEqual(problem.code, "VALIDATION_ERROR")
    })
)
