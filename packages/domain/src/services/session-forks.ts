import { Context, DateTime, Effect, Layer } from "effect"
import type { UnknownAgentError } from "../errors/agent.ts"
import type { ForkPointError } from "../errors/fork.ts"
import type { UnauthorizedError } from "../errors/identity.ts"
import type { SessionNotFoundError } from "../errors/session.ts"
import { type Fork, ForkRepository } from "../ports/fork-repository.ts"
import { IdGenerator } from "../ports/id-generator.ts"
import type { Caller } from "../types/caller.ts"
import type { SessionId } from "../types/ids.ts"
import type { Session } from "../types/session.ts"
import * as ForkAgents from "./fork-agents.ts"

export interface ForkSession extends Pick<Fork, "atSequence" | "title" | "agent"> {
  /** The same for all repetitions of one request, which then make one fork. Left out: a new one. */
  readonly id?: SessionId | undefined
}

/** Other ways for a conversation to go on. */
export class SessionForks extends Context.Tag("@workspace/domain/SessionForks")<
  SessionForks,
  {
    /**
     * Makes an active session with the messages, the estimates and the precision of another as of a sequence.
     * It is the caller's, or nobody's where the caller is nobody, and from then on has nothing to do with its parent.
     * Another agent than the parent's needs a user, or a trusted caller.
     */
    readonly fork: (
      caller: Caller,
      from: SessionId,
      input: ForkSession
    ) => Effect.Effect<Session, SessionNotFoundError | ForkPointError | UnknownAgentError | UnauthorizedError>
  }
>() {
  static readonly layer = Layer.effect(
    this,
    Effect.gen(function* () {
      const checkAgent = yield* ForkAgents.make
      const ids = yield* IdGenerator
      const repository = yield* ForkRepository

      const fork = Effect.fn("SessionForks.fork")(
        function* (caller: Caller, from: SessionId, input: ForkSession) {
          const { agent, id = yield* ids.sessionId, ...wanted } = input
          yield* Effect.annotateCurrentSpan({ sessionId: from, forkId: id })
          yield* checkAgent(caller, agent)
          return yield* repository.fork(caller, { ...wanted, agent, from, id, now: yield* DateTime.now })
        },
        // It takes no name that another could have, and goes on with no message.
        Effect.catchTags({ ThreadExistsError: Effect.die, MessageConflictError: Effect.die })
      )

      return { fork }
    })
  )
}
