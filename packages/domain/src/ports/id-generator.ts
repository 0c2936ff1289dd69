import { Context, type Effect } from "effect"
import type { ClaimHash, ClaimToken } from "../types/claim.ts"
import type { KeyedRun } from "../types/idempotency.ts"
import type { MessageId, SessionId } from "../types/ids.ts"
import type { Timestamp } from "../types/timestamp.ts"
import type { WorkspaceId } from "../types/workspace.ts"

/** Where new ids and tokens come from. */
export class IdGenerator extends Context.Tag("@workspace/domain/IdGenerator")<
  IdGenerator,
  {
    /** `session_{unix ms}_{nanoid 21}` */
    readonly sessionId: Effect.Effect<SessionId>
    /** `msg_{nanoid 21}` */
    readonly messageId: Effect.Effect<MessageId>
    /**
     * The id of the answer to a message of the same session: always the same for the same message, so that
     * of two answers to one message only the first is stored.
     */
    readonly answerId: (question: MessageId) => MessageId
    /** The id of the session that a request under an idempotency key makes: the same in every run of the key. */
    readonly sessionIdOf: (run: KeyedRun) => SessionId
    /** The id of the message that a request under an idempotency key stores: the same in every run of the key. */
    readonly messageIdOf: (run: KeyedRun) => MessageId
    /** The id of a session that is made out of what there is already: the same for the same content, and no other's. */
    readonly sessionIdFor: (createdAt: Timestamp, content: string) => SessionId
    /** The id of a message that is made out of what there is already: the same for the same content, and no other's. */
    readonly messageIdFor: (content: string) => MessageId
    /** A UUID of version 4. */
    readonly workspaceId: Effect.Effect<WorkspaceId>
    /** The id of the workspace that a request under an idempotency key makes: the same in every run of the key. */
    readonly workspaceIdOf: (run: KeyedRun) => WorkspaceId
    /** 256 random bits. */
    readonly claimToken: Effect.Effect<ClaimToken>
    /** The SHA-256 of a token. */
    readonly claimHash: (token: ClaimToken) => ClaimHash
  }
>() {}
