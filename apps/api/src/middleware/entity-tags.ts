import { HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { entityTagOf } from "@workspace/contracts"
import type { ConversationText, SessionVersion } from "@workspace/domain"
import { Effect } from "effect"
import { answerWith, jsonResponse } from "./response-headers.ts"

/** Names the version of the session that the answer shows. */
export const withEntityTag = (version: SessionVersion): Effect.Effect<void> =>
  answerWith({ etag: entityTagOf(version) })

const isNamed = (header: string, tag: string): boolean =>
  header === "*" || header.split(",").some((candidate) => candidate.trim().replace(/^W\//, "") === tag)

/** An answer that tells of a session, or 304 without it to a client that has this version already. */
export const unlessMatched = <A, E1, E2, R>(
  version: Effect.Effect<SessionVersion, E1>,
  answer: Effect.Effect<A, E2, R>
) =>
  Effect.gen(function* () {
    const { headers } = yield* HttpServerRequest.HttpServerRequest
    const header = headers["if-none-match"]
    if (header !== undefined) {
      const tag = entityTagOf(yield* version)
      if (isNamed(header, tag)) {
        return HttpServerResponse.empty({ status: 304, headers: { etag: tag } })
      }
    }
    return yield* answer
  })

/** A session with its history, or, to a client that has this version already, 304 without reading the history. */
export const ifNoneMatch = <E1, E2>(
  version: Effect.Effect<SessionVersion, E1>,
  load: Effect.Effect<ConversationText, E2>
) =>
  unlessMatched(
    version,
    Effect.map(load, ({ bytes, version }) => jsonResponse(bytes, { etag: entityTagOf(version) }))
  )
