import { Context, DateTime, Effect, Layer, Option } from "effect"
import type { UnknownAgentError } from "../errors/agent.ts"
import type { ClaimRefusedError } from "../errors/claim.ts"
import type { VersionConflictError } from "../errors/conflict.ts"
import { type ForeignUserError, UnauthorizedError } from "../errors/identity.ts"
import type { InvalidSessionStateError, SessionNotFoundError } from "../errors/session.ts"
import { AgentRegistry } from "../ports/agent.ts"
import { IdGenerator } from "../ports/id-generator.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { Caller, newOwner } from "../types/caller.ts"
import type { ClaimToken } from "../types/claim.ts"
import type { SessionId, UserId } from "../types/ids.ts"
import type { MessageRange } from "../types/message.ts"
import { Session, type SessionChange, type SessionVersion } from "../types/session.ts"
import type { SessionQuery } from "../types/session-list.ts"
import { identified } from "./identified.ts"
import { checkKnown } from "./known-agent.ts"

export interface CreateSession
  extends Partial<Pick<Session, "title" | "agent" | "metadata" | "agentSessionId">> {
  /** The owner. Left out: the caller. */
  readonly userId?: UserId | undefined
  /** The same for all repetitions of one request, which then make one session. Left out: a new one. */
  readonly id?: SessionId | undefined
}

/** Sessions as their owner's collection: made, listed, found, changed, claimed and removed. */
export class SessionCatalog extends Context.Tag("@workspace/domain/SessionCatalog")<
  SessionCatalog,
  {
    /** Makes an active session without messages. Needs a user, and an agent that there is. */
    readonly create: (
      caller: Caller,
      input: CreateSession
    ) => Effect.Effect<Session, ForeignUserError | UnauthorizedError | UnknownAgentError>

    /** The user's sessions, last changed first: a `SessionList` as JSON, ready to be sent. */
    readonly listText: (caller: Caller, query: SessionQuery) => Effect.Effect<Uint8Array, UnauthorizedError>

    /** Some of a session's messages, in order: a `MessagePage` as JSON, ready to be sent. */
    readonly messagesText: (
      caller: Caller,
      sessionId: SessionId,
      range: MessageRange
    ) => Effect.Effect<Uint8Array, SessionNotFoundError>

    /** What changes whenever anything of the session does. Cheap. */
    readonly version: (
      caller: Caller,
      sessionId: SessionId
    ) => Effect.Effect<SessionVersion, SessionNotFoundError>

    /** Changes what is given; with `ifVersion` only if nobody else has changed the session since. */
    readonly update: (
      caller: Caller,
      sessionId: SessionId,
      change: SessionChange,
      ifVersion?: SessionVersion
    ) => Effect.Effect<Session, SessionNotFoundError | InvalidSessionStateError | VersionConflictError>

    /** Removes a session and all that belongs to it, for good. */
    readonly remove: (caller: Caller, sessionId: SessionId) => Effect.Effect<void, SessionNotFoundError>

    /**
     * Makes an anonymous session the caller's own. Of any number of claimers one wins; it may claim again, the
     * others do not find the session any more.
     */
    readonly claim: (
      caller: Caller,
      sessionId: SessionId,
      token: ClaimToken
    ) => Effect.Effect<Session, SessionNotFoundError | ClaimRefusedError | UnauthorizedError>
  }
>() {
  static readonly layer = Layer.effect(
    this,
    Effect.gen(function* () {
      const check = checkKnown(yield* AgentRegistry)
      const ids = yield* IdGenerator
      const repository = yield* SessionRepository

      // What is asked for most has no span of its own: it would cost more than all else that is done here.
      const create = Effect.fnUntraced(function* (caller: Caller, input: CreateSession) {
        yield* identified(caller)
        const { id, userId, ...fields } = input
        const owner = yield* newOwner(caller, Option.fromNullable(userId))
        const sessionId = id ?? (yield* ids.sessionId)
        const session = Session.start(sessionId, owner, yield* DateTime.now, fields)
        yield* check(session.agent)
        return yield* repository.create(session, Option.none())
      })

      const update = Effect.fn("SessionCatalog.update")(function* (
        caller: Caller,
        sessionId: SessionId,
        change: SessionChange,
        ifVersion?: SessionVersion
      ) {
        yield* Effect.annotateCurrentSpan({ sessionId })
        return yield* repository.update(caller, sessionId, change, { now: yield* DateTime.now, ifVersion })
      })

      const claim = Effect.fn("SessionCatalog.claim")(function* (
        caller: Caller,
        sessionId: SessionId,
        token: ClaimToken
      ) {
        yield* Effect.annotateCurrentSpan({ sessionId })
        if (!Caller.$is("User")(caller)) {
          return yield* new UnauthorizedError()
        }
        return yield* repository.claim(caller.userId, sessionId, ids.claimHash(token), yield* DateTime.now)
      })

      return {
        create,
        listText: (caller, query) => Effect.zipRight(identified(caller), repository.listText(caller, query)),
        messagesText: repository.pageText,
        version: repository.version,
        update,
        remove: Effect.fn("SessionCatalog.remove")(repository.remove),
        claim
      }
    })
  )
}
