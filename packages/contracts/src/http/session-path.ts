import { noSessionId, SessionId } from "@workspace/domain"
import { Either, Schema } from "effect"

/** Whatever somebody takes for a session's id: what cannot be one names a session that does not exist. */
export const sessionIdOf = (text: string): SessionId =>
  Either.getOrElse(Schema.decodeEither(SessionId)(text), () => noSessionId)

/**
 * A session id in a path. A segment that cannot be one (`%00`, ten thousand characters) names a session that
 * does not exist, and gets the answer that any missing session gets.
 */
const SessionIdParam = Schema.transform(Schema.String, Schema.typeSchema(SessionId), {
  strict: true,
  decode: sessionIdOf,
  encode: (id) => id
}).annotations({
  description: "The session's id",
  examples: [SessionId.make("session_1767225600000_V1StGXR8_Z5jdHi6B-myT")]
})

export const SessionPath = Schema.Struct({ sessionId: SessionIdParam })
