import { createHash } from "node:crypto"
import { Effect, Layer, Ref } from "effect"
import { IdGenerator } from "../ports/id-generator.ts"
import { ClaimHash, ClaimToken } from "../types/claim.ts"
import { MessageId, SessionId } from "../types/ids.ts"
import { WorkspaceId } from "../types/workspace.ts"

const sha256 = (text: string) => createHash("sha256").update(text)

const derived = (text: string) => sha256(text).digest("base64url").slice(0, 21)

const uuid = (digits: string) => WorkspaceId.make(`00000000-0000-4000-8000-${digits}`)

const padded = (n: number, length = 21) => String(n).padStart(length, "0")

/**
 * `session_0_…1`, `msg_…2`, …: the same ids in every run. The answer to `x` is `x.answer`; the ids of a key's runs
 * end in their seed, and those of what is made out of something in the beginning of its SHA-256.
 */
export const layer = Layer.effect(
  IdGenerator,
  Effect.gen(function* () {
    const counter = yield* Ref.make(0)
    const next = Ref.updateAndGet(counter, (n) => n + 1)
    return {
      sessionId: Effect.map(next, (n) => SessionId.make(`session_0_${padded(n)}`)),
      messageId: Effect.map(next, (n) => MessageId.make(`msg_${padded(n)}`)),
      sessionIdOf: ({ begunAt, seed }) => SessionId.make(`session_${begunAt.epochMillis}_${seed}`),
      messageIdOf: ({ seed }) => MessageId.make(`msg_${seed}`),
      answerId: (question) => MessageId.make(`${question}.answer`),
      claimToken: Effect.map(next, (n) => ClaimToken.make(padded(n, 43))),
      sessionIdFor: ({ epochMillis }, content) =>
        SessionId.make(`session_${epochMillis}_${derived(content)}`),
      messageIdFor: (content) => MessageId.make(`msg_${derived(content)}`),
      workspaceId: Effect.map(next, (n) => uuid(padded(n, 12))),
      workspaceIdOf: ({ seed }) => uuid(sha256(seed).digest("hex").slice(0, 12)),
      claimHash: (token) => ClaimHash.make(sha256(token).digest("hex"))
    }
  })
)
