import { Schema } from "effect"
import { storableText } from "./text.ts"

/**
 * A session's id. The server makes `session_{unix ms}_{nanoid 21}`; a caller may ask for any word of this
 * alphabet, so that an id which was never given out is a missing session, not a malformed request.
 */
export const SessionId = Schema.String.pipe(
  Schema.pattern(/^[A-Za-z0-9_-]{1,64}$/, {
    message: () => "must be a session id: 1 to 64 letters, digits, _ and -",
    arbitrary: () => (fc) =>
      fc
        .tuple(fc.integer({ min: 0, max: 253_402_300_799_999 }), fc.stringMatching(/^[A-Za-z0-9_-]{21}$/))
        .map(([millis, random]) => `session_${millis}_${random}`)
  }),
  Schema.annotations({
    description: "The session: `session_{unix ms}_{nanoid}`",
    examples: ["session_1767225600000_V1StGXR8_Z5jdHi6B-myT"]
  }),
  Schema.brand("SessionId")
)
export type SessionId = typeof SessionId.Type

/** What paths have in the place of a session's id for something else: no session ever has it. */
export const noSessionId = SessionId.make("unknown")
const otherPlaces: ReadonlyArray<string> = ["export", "import"]

/** Whether a session can be found by this id. */
export const isUsableSessionId = (id: SessionId): boolean => id !== noSessionId && !otherPlaces.includes(id)

const messageId = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/

/** A message's id, unique in its session: `msg_{nanoid}` of the server, or one that the caller brings. */
export const MessageId = Schema.String.pipe(
  Schema.pattern(messageId, {
    message: () =>
      "must be a message id: 1 to 128 letters, digits, _ . : and -, beginning with a letter or digit"
  }),
  Schema.annotations({
    description: "The message, unique in its session: `msg_{nanoid}`, or the caller's own",
    examples: ["m-1", "msg_3jdHi6B-myTV1StGXR8_Z"]
  }),
  Schema.brand("MessageId")
)
export type MessageId = typeof MessageId.Type

/** What `Schema.is(MessageId)` says, a few times as fast: for long histories. */
export const isMessageId = (value: unknown): value is MessageId =>
  typeof value === "string" && messageId.test(value)

/** Who owns a session: the subject of a token, or the name that a local caller gives itself. At most 255 bytes. */
export const UserId = storableText(255).pipe(
  Schema.annotations({ description: "The user who owns the session", examples: ["alice"] }),
  Schema.brand("UserId")
)
export type UserId = typeof UserId.Type
