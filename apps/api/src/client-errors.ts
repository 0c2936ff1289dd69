import { type Server, STATUS_CODES } from "node:http"
import type { Duplex } from "node:stream"
import { ValidationError } from "@workspace/contracts"
import { Schema } from "effect"

const malformed = new ValidationError({ details: [{ path: "", message: "must be an HTTP/1.1 request" }] })
const encode = Schema.encodeSync(ValidationError)

/** Answers to what is no HTTP request in the same form as everything else does, instead of Node's bare status. */
export const answerClientErrors = (server: Server) => {
  server.on("clientError", (_, socket: Duplex) => {
    const body = JSON.stringify(encode(malformed))
    if (!socket.writable) return
    socket.end(
      [
        `HTTP/1.1 ${malformed.status} ${STATUS_CODES[malformed.status]}`,
        "content-type: application/problem+json",
        `content-length: ${Buffer.byteLength(body)}`,
        "connection: close",
        "",
        body
      ].join("\r\n")
    )
  })
}
