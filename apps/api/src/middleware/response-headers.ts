import { HttpApp, HttpServerResponse } from "@effect/platform"
import { Effect } from "effect"

/** Sets headers on the answer to this request, whichever that will be. */
export const answerWith = (headers: Readonly<Record<string, string>>): Effect.Effect<void> =>
  HttpApp.appendPreResponseHandler((_, response) =>
    Effect.succeed(HttpServerResponse.setHeaders(response, headers))
  )

/** An answer that is JSON in UTF-8 already. */
export const jsonResponse = (
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>> = {}
): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.uint8Array(bytes, { contentType: "application/json", headers })
