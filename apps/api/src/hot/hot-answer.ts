import type { OutgoingHttpHeaders, ServerResponse } from "node:http"
import { Cookies, HttpServerResponse } from "@effect/platform"
import { Effect, Either, ParseResult } from "effect"
import { headersFor } from "../middleware/outermost.ts"
import { detailsOf, InvalidAnswer } from "../middleware/validation.ts"
import type { HotRoute } from "./hot-routes.ts"

/** An answer that is ready to be sent; JSON, unless a handler made it. */
export type Answer = string | HttpServerResponse.HttpServerResponse

/** Streams, forms and cookies are for the platform's way. */
const isPlain = ({ body, cookies }: HttpServerResponse.HttpServerResponse) =>
  (body._tag === "Uint8Array" || body._tag === "Empty") && Cookies.isEmpty(cookies)

/** What a handler gave, as the contract says that it is sent. */
export const answerOf = (route: HotRoute, value: unknown): Effect.Effect<Answer> => {
  if (HttpServerResponse.isServerResponse(value)) {
    return isPlain(value) ? Effect.succeed(value) : Effect.dieMessage(`${route.route} is no hot route`)
  }
  const encoded = route.encode(value)
  if (Either.isRight(encoded)) return Effect.succeed(JSON.stringify(encoded.right))
  const issues = ParseResult.ArrayFormatter.formatErrorSync(encoded.left)
  return Effect.die(new InvalidAnswer({ details: detailsOf({ issues }) }))
}

/** The answer with the headers that all answers have. */
export const complete = (answer: Answer, status: number, requestId: string) =>
  HttpServerResponse.setHeaders(
    typeof answer === "string"
      ? HttpServerResponse.text(answer, { status, contentType: "application/json" })
      : answer,
    headersFor({ status }, requestId)
  )

const write = (
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | Uint8Array | undefined
) => {
  // Somebody may have answered already: a deadline, say.
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, headers)
  response.end(body)
}

const bytesOf = ({ body }: HttpServerResponse.HttpServerResponse) =>
  body._tag === "Uint8Array" ? body.body : undefined

/** Sends an answer as it is. */
export const send = (response: ServerResponse, answer: HttpServerResponse.HttpServerResponse): void =>
  write(response, answer.status, answer.headers, bytesOf(answer))

/** What `complete` and `send` do, without copies in between; headers and JSON go out at once. */
export const sendComplete = (
  response: ServerResponse,
  answer: Answer,
  status: number,
  requestId: string
): void => {
  const headers = headersFor({ status }, requestId)
  if (typeof answer === "string") {
    const content = { "content-type": "application/json", "content-length": Buffer.byteLength(answer) }
    write(response, status, { ...headers, ...content }, answer)
  } else {
    write(response, status, { ...answer.headers, ...headers }, bytesOf(answer))
  }
}
