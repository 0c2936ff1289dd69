import { type Server, STATUS_CODES } from "node:http"
import type { Duplex } from "node:stream"
import { ValidationError } from "@workspace/contracts"
import { Schema } from "effect"
import { nanoid } from "nanoid"

const encode = Schema.encodeSync(ValidationError)

const statusOf: Readonly<Record<string, readonly [status: number, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, "must have less than 16 KiB of headers"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "must arrive in time"]
}

/**
 * Answers to what is no HTTP request in the same form as everything else does, instead of Node's bare status.
 * The problem's `status` is that of its class; the status line says more.
 */
export const answerClientErrors = (server: Server) => {
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    // Nothing can be said any more, or only into the middle of another answer.
    if (!socket.writable || ("_httpMessage" in socket && socket._httpMessage !== null)) {
      socket.destroy()
      return
    }
    const [status, message] = statusOf[error.code ?? ""] ?? [400, "must be an HTTP/1.1 request"]
    const body = JSON.stringify(encode(new ValidationError({ details: [{ path: "", message }] })))
    socket.end(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        "content-type: application/problem+json",
        `content-length: ${Buffer.byteLength(body)}`,
        `x-request-id: ${nanoid()}`,
        "connection: close",
        "",
        body
      ].join("\r\n")
    )
  })
}
