import { Context, type Effect, type Scope } from "effect"
import type { SessionId } from "../types/ids.ts"

/** Tells, across processes, that something of a session has changed: its reply, its scores, or that it is gone. */
export class SessionSignals extends Context.Tag("@workspace/domain/SessionSignals")<
  SessionSignals,
  {
    /**
     * Listens until the scope closes. What it gives waits until there was a change since it last returned, or since
     * the listening began. It may also return without one: after some seconds always, and sooner while signals
     * cannot be received, so that whoever looks after each return misses nothing for long.
     */
    readonly listen: (sessionId: SessionId) => Effect.Effect<Effect.Effect<void>, never, Scope.Scope>
  }
>() {}
