import { createHash, randomBytes } from "node:crypto"
import { ClaimHash, ClaimToken, IdGenerator, MessageId, SessionId } from "@workspace/domain"
import { Clock, Effect, Layer } from "effect"
import { nanoid } from "nanoid"

const length = 21

const sha256 = (text: string) => createHash("sha256").update(text)

/** Looks like a nanoid: the first 126 bits of the SHA-256 of a text. */
const derived = (text: string) => sha256(text).digest("base64url").slice(0, length)

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
  messageIdFor: (content) => MessageId.make(`msg_${derived(`message out of ${content}`)}`)
})
