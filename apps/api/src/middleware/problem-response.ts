import { HttpServerResponse } from "@effect/platform"
import { Effect, Schema } from "effect"

/** The answer for a problem that no endpoint declares. */
export const problemResponse = <A extends { readonly status: number }, I>(
  schema: Schema.Schema<A, I>,
  problem: A,
  headers: Record<string, string> = {}
): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
  Effect.map(Effect.orDie(Schema.encode(schema)(problem)), (body) =>
    HttpServerResponse.unsafeJson(body, {
      status: problem.status,
      contentType: "application/problem+json",
      headers
    })
  )
