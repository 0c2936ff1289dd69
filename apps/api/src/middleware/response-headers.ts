import { HttpApp, HttpServerResponse } from "@effect/platform"
import { Effect } from "effect"

/** Sets headers on the answer to this request, whichever that will be. */
export const answerWith = (headers: Readonly<Record<string, string>>): Effect.Effect<void> =>
  HttpApp.appendPreResponseHandler((_, response) =>
    Effect.succeed(HttpServerResponse.setHeaders(response, headers))
  )
