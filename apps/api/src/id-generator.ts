import { createHash, randomBytes, randomUUID } from "node:crypto"
import { ClaimHash, ClaimToken, IdGenerator, MessageId, SessionId, WorkspaceId } from "@workspace/domain"
import { Clock, Effect, Layer } from "effect"
import { nanoid } from "nanoid"

const length = 21

const sha256 = (text: string) => createHash("sha256").update(text)

/** Looks like a nanoid: the first 126 bits of the SHA-256 of a text. */
const derived = (text: string) => sha256(text).digest("base64url").slice(0, length)

/** Looks like a random UUID: of the SHA-256 of a text, but for the six bits that say so. */
const derivedUuid = (text: string) => {
  const bytes = sha256(text).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString("hex")
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-")
}

/** Random ids, and ones that are derived: of answers, of the runs of a key, and of what is made out of something. */
export const layer = Layer.succeed(IdGenerator, {
  sessionId: Effect.map(Clock.currentTimeMillis, (millis) =>
    SessionId.make(`session_${millis}_${nanoid(length)}`)
  ),
  messageId: Effect.sync(() => MessageId.make(`msg_${nanoid(length)}`)),
  claimToken: Effect.sync(() => ClaimToken.make(randomBytes(32).toString("base64url"))),
  claimHash: (token) => ClaimHash.make(sha256(token).digest("hex")),
  answerId: (question) => MessageId.make(`msg_${derived(question)}`),
  sessionIdOf: ({ begunAt, seed }) =>
    SessionId.make(`session_${begunAt.epochMillis}_${derived(`session of ${seed}`)}`),
  messageIdOf: ({ seed }) => MessageId.make(`msg_${derived(`message of ${seed}`)}`),
  sessionIdFor: ({ epochMillis }, content) =>
    SessionId.make(`session_${epochMillis}_${derived(`session out of ${content}`)}`),
  workspaceId: Effect.sync(() => WorkspaceId.make(randomUUID())),
  workspaceIdOf: ({ seed }) => WorkspaceId.make(derivedUuid(`workspace of ${seed}`)),
  messageIdFor: (content) => MessageId.make(`msg_${derived(`message out of ${content}`)}`)
})
