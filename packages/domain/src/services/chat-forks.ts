import { DateTime, Effect, Option } from "effect"
import type { ThreadExistsError } from "../errors/thread.ts"
import { ForkRepository } from "../ports/fork-repository.ts"
import { IdGenerator } from "../ports/id-generator.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { ThreadRepository } from "../ports/thread-repository.ts"
import type { Caller } from "../types/caller.ts"
import type { ForkAndSubmit } from "../types/chat.ts"
import type { SessionId } from "../types/ids.ts"
import * as ChatSessions from "./chat-sessions.ts"
import * as ForkAgents from "./fork-agents.ts"
import { identified } from "./identified.ts"

/** Makes the forks in which chats go on. */
export const make = Effect.gen(function* () {
  const chats = yield* ChatSessions.make
  const checkAgent = yield* ForkAgents.make
  const forks = yield* ForkRepository
  const ids = yield* IdGenerator
  const sessions = yield* SessionRepository
  const threads = yield* ThreadRepository

  /** The fork that an earlier request with the same message made under the same name; else the name is in use. */
  const madeBefore = Effect.fnUntraced(function* (
    caller: Caller,
    parent: SessionId,
    { atSequence, message }: ForkAndSubmit,
    inUse: ThreadExistsError
  ) {
    const { session } = yield* threads.get(caller, inUse)
    const forkedAt = Option.getOrElse(session.forkedAt, () => 0)
    const { messages } = yield* sessions.page(caller, session.id, { after: forkedAt, limit: 1 })
    const isIt =
      Option.contains(session.parentId, parent) &&
      (atSequence === undefined || atSequence === forkedAt) &&
      messages.every(({ id }) => id === message.id)
    return isIt ? session : yield* inUse
  })

  return {
    /** The session of the fork; none is made for a message that it could not take. */
    open: Effect.fnUntraced(function* (caller: Caller, input: ForkAndSubmit) {
      if (input.thread !== undefined) yield* identified(caller)
      yield* checkAgent(caller, input.agent)
      const parent = yield* chats.find(caller, input.from)
      const { id } = yield* forks
        .fork(caller, {
          from: parent,
          agent: input.agent,
          atSequence: input.atSequence,
          id: yield* ids.sessionId,
          thread: input.thread,
          unlessMessage: input.message.id,
          now: yield* DateTime.now
        })
        .pipe(Effect.catchTag("ThreadExistsError", (error) => madeBefore(caller, parent, input, error)))
      return id
    })
  }
})
