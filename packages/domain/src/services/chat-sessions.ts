import { DateTime, Effect, Option } from "effect"
import { AgentRegistry } from "../ports/agent.ts"
import { IdGenerator } from "../ports/id-generator.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { ThreadRepository } from "../ports/thread-repository.ts"
import type { Caller } from "../types/caller.ts"
import { ChatTarget, type RegenerateReply, type SubmitMessage } from "../types/chat.ts"
import { type AgentName, Session } from "../types/session.ts"
import { ownerFor } from "./identified.ts"
import { checkKnown } from "./known-agent.ts"

/** Finds the sessions that chats are about, and makes those that are new. */
export const make = Effect.gen(function* () {
  const check = checkKnown(yield* AgentRegistry)
  const ids = yield* IdGenerator
  const sessions = yield* SessionRepository
  const threads = yield* ThreadRepository

  const checked = Effect.fnUntraced(function* (agent: AgentName | undefined) {
    if (agent === undefined) return {}
    yield* check(agent)
    return { agent }
  })

  const newSession = Effect.fnUntraced(function* (caller: Caller, agent: AgentName | undefined) {
    const owner = yield* ownerFor(caller)
    return Session.start(yield* ids.sessionId, owner, yield* DateTime.now, yield* checked(agent))
  })

  return {
    /** The session of a chat, made if there is none. */
    open: Effect.fnUntraced(function* (caller: Caller, { agent, target }: SubmitMessage) {
      switch (target._tag) {
        case "Session":
          yield* checked(agent)
          return target.sessionId
        case "Thread": {
          const { session } = yield* threads.open(caller, target.thread, yield* newSession(caller, agent))
          return session.id
        }
        case "New": {
          const { id } = yield* sessions.create(yield* newSession(caller, agent), Option.none())
          return id
        }
      }
    }),

    /** The session of a chat that has begun. */
    find: (caller: Caller, target: RegenerateReply["target"]) =>
      ChatTarget.$is("Session")(target)
        ? Effect.succeed(target.sessionId)
        : Effect.map(threads.get(caller, target.thread), ({ session }) => session.id)
  }
})
