import { createHash, randomBytes } from "node:crypto"
import { ClaimHash, ClaimToken, IdGenerator, MessageId, SessionId } from "@workspace/domain"
import { Clock, Effect, Layer } from "effect"
import { nanoid } from "nanoid"

const length = 21

/** Random ids, and for answers the first 126 bits of the SHA-256 of the message that they answer. */
export const layer = Layer.succeed(IdGenerator, {
  sessionId: Effect.map(Clock.currentTimeMillis, (millis) =>
    SessionId.make(`session_${millis}_${nanoid(length)}`)
  ),
  messageId: Effect.sync(() => MessageId.make(`msg_${nanoid(length)}`)),
  claimToken: Effect.sync(() => ClaimToken.make(randomBytes(32).toString("base64url"))),
  claimHash: (token) => ClaimHash.make(createHash("sha256").update(token).digest("hex")),
  answerId: (question) =>
    MessageId.make(`msg_${createHash("sha256").update(question).digest("base64url").slice(0, length)}`)
})
