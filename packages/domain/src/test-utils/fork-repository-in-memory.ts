import { Array, DateTime, Effect, HashMap, Layer, Option, Ref } from "effect"
import { ForkPointError } from "../errors/fork.ts"
import { MessageConflictError } from "../errors/session.ts"
import { ThreadExistsError } from "../errors/thread.ts"
import { type Fork, ForkRepository } from "../ports/fork-repository.ts"
import { Caller, isVisibleTo, threadOwner } from "../types/caller.ts"
import type { Estimate } from "../types/estimate.ts"
import { Message } from "../types/message.ts"
import { Precision } from "../types/precision.ts"
import { Session } from "../types/session.ts"
import { progressOf } from "../types/session-progress.ts"
import { Thread } from "../types/thread.ts"
import { type Kept, nothingOf, SessionStore, type Sessions } from "./session-repository-in-memory/store.ts"
import { isNamed } from "./thread-repository-in-memory.ts"

/** The last place that a fork's scores have seen. */
const scoredThroughOf = ({ session }: Kept, atSequence: number) => Math.min(session.scoredThrough, atSequence)

const forked = (caller: Caller, parent: Kept, fork: Fork, at: number, estimates: ReadonlyArray<Estimate>) => {
  const { agent, id, now, title } = fork
  const messages = parent.messages.slice(0, at)
  const userId = Caller.$is("User")(caller) ? Option.some(caller.userId) : parent.session.userId
  return new Session({
    ...parent.session,
    id,
    userId,
    agent: agent ?? parent.session.agent,
    title: Option.orElse(Option.fromNullable(title), () => parent.session.title),
    status: "active",
    precision: Option.match(Array.last(estimates), {
      onNone: () => Precision.initial,
      onSome: ({ traits }) => traits.precision
    }),
    scoredThrough: scoredThroughOf(parent, at),
    messageCount: at,
    ...progressOf(messages, { status: "active" }),
    agentSessionId: Option.none(),
    parentId: Option.some(fork.from),
    forkedAt: Option.some(at),
    version: 1,
    createdAt: now,
    updatedAt: DateTime.max(parent.session.updatedAt, now)
  })
}

const namesOf = (caller: Caller, { id: sessionId, now, thread }: Fork): Kept["threads"] =>
  thread === undefined
    ? []
    : Option.toArray(threadOwner(caller)).map((owner) => ({
        owner,
        thread: new Thread({ ...thread, sessionId, metadata: {}, createdAt: now, updatedAt: now })
      }))

/** Whether it is what the caller's own fork under this id may be by now. */
const isOwnFork =
  (caller: Caller, { from }: Fork) =>
  ({ session: { parentId, userId } }: Kept) =>
    Option.contains(parentId, from) &&
    (Caller.$is("User")(caller) ? Option.contains(userId, caller.userId) : isVisibleTo(caller, userId))

/** A real implementation over the store of the sessions beside it. */
export const layer = Layer.effect(
  ForkRepository,
  Effect.gen(function* () {
    const { read, sessions } = yield* SessionStore

    const copy = Effect.fnUntraced(function* (caller: Caller, fork: Fork) {
      const { from, id: sessionId } = fork
      const parent = yield* read(({ userId }) => isVisibleTo(caller, userId), from)
      const { messageCount } = parent.session
      const { atSequence = messageCount } = fork
      if (atSequence > messageCount) {
        return yield* new ForkPointError({ messageCount })
      }
      const through = scoredThroughOf(parent, atSequence)
      const estimates = parent.estimates.filter(({ throughSequence }) => throughSequence <= through)
      return {
        ...nothingOf,
        session: forked(caller, parent, fork, atSequence, estimates),
        messages: parent.messages
          .slice(0, atSequence)
          .map((message) => new Message({ ...message, sessionId })),
        estimates,
        claimHash: Caller.$is("User")(caller) ? Option.none() : parent.claimHash,
        threads: namesOf(caller, fork)
      }
    })

    const fork: ForkRepository["Type"]["fork"] = Effect.fnUntraced(function* (caller, wanted) {
      const { from, id, thread, unlessMessage } = wanted
      const made = Option.filter(HashMap.get(yield* Ref.get(sessions), id), isOwnFork(caller, wanted))
      const kept: Kept = yield* Option.match(made, {
        onNone: () => copy(caller, wanted),
        onSome: Effect.succeed
      })
      return yield* Effect.flatten(
        Ref.modify(
          sessions,
          (before): [Effect.Effect<Session, ThreadExistsError | MessageConflictError>, Sessions] => {
            const stored = Option.getOrElse(HashMap.get(before, id), () => kept)
            if (!isOwnFork(caller, wanted)(stored)) {
              return [Effect.dieMessage("The id is that of another session"), before]
            }
            const others = HashMap.toValues(HashMap.remove(before, id))
            if (thread !== undefined && others.some(({ threads }) => threads.some(isNamed(caller, thread)))) {
              return [Effect.fail(new ThreadExistsError(thread)), before]
            }
            const isHeld = !HashMap.has(before, id) && kept.messages.some((_) => _.id === unlessMessage)
            return unlessMessage !== undefined && isHeld
              ? [new MessageConflictError({ sessionId: from, messageId: unlessMessage }), before]
              : [Effect.succeed(stored.session), HashMap.set(before, id, stored)]
          }
        )
      )
    })

    return { fork }
  })
)
