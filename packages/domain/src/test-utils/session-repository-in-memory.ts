import { Array, DateTime, Effect, Either, HashMap, Layer, Option, Ref } from "effect"
import { InvalidSessionStateError, SessionNotFoundError } from "../errors/session.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { type Caller, isVisibleTo } from "../types/caller.ts"
import { Conversation } from "../types/conversation.ts"
import type { SessionId } from "../types/ids.ts"
import { Message } from "../types/message.ts"
import { Session, statusesBefore } from "../types/session.ts"

type Store = HashMap.HashMap<SessionId, Conversation>

/** A real implementation over a `Ref`: tests get behaviour, not call expectations. */
export const layer = Layer.effect(
  SessionRepository,
  Effect.gen(function* () {
    const store = yield* Ref.make<Store>(HashMap.empty())

    const find = (all: Store, caller: Caller, sessionId: SessionId) =>
      Either.fromOption(
        Option.filter(HashMap.get(all, sessionId), ({ session }) => isVisibleTo(caller, session.userId)),
        () => new SessionNotFoundError({ sessionId })
      )

    /** Runs one step on a session, all of it or nothing. */
    const step = <A, E>(
      caller: Caller,
      sessionId: SessionId,
      run: (found: Conversation) => Either.Either<readonly [A, Conversation], E>
    ) =>
      Effect.flatten(
        Ref.modify(store, (all) =>
          Either.match(Either.flatMap(find(all, caller, sessionId), run), {
            onLeft: (error): [Effect.Effect<A, E | SessionNotFoundError>, Store] => [Effect.fail(error), all],
            onRight: ([value, next]) => [Effect.succeed(value), HashMap.set(all, sessionId, next)]
          })
        )
      )

    const refusal = ({ session }: Conversation) =>
      Either.left(new InvalidSessionStateError({ sessionId: session.id, currentStatus: session.status }))

    const changed = (session: Session, change: Partial<Session>) =>
      new Session({ ...session, ...change, version: session.version + 1 })

    return {
      create: (session) =>
        Ref.update(store, HashMap.set(session.id, new Conversation({ session, messages: [] }))),

      append: (caller, message, now) =>
        step(caller, message.sessionId, (found) => {
          const { messages, session } = found
          const stored = Array.findFirst(messages, ({ id }) => id === message.id)
          if (Option.isSome(stored)) return Either.right([stored.value, found] as const)
          if (session.status !== "active") return refusal(found)
          const updatedAt = DateTime.max(session.updatedAt, now)
          const sequence = session.messageCount + 1
          const appended = new Message({ ...message, sequence, createdAt: updatedAt })
          return Either.right([
            appended,
            new Conversation({
              session: changed(session, { messageCount: sequence, updatedAt }),
              messages: Array.append(messages, appended)
            })
          ] as const)
        }),

      load: (caller, id) => Effect.flatMap(Ref.get(store), (all) => find(all, caller, id)),

      setStatus: (caller, id, status, now) =>
        step(caller, id, (found) => {
          const { messages, session } = found
          if (session.status === status) return Either.right([session, found] as const)
          if (!statusesBefore(status).includes(session.status)) return refusal(found)
          const next = changed(session, { status, updatedAt: DateTime.max(session.updatedAt, now) })
          return Either.right([next, new Conversation({ session: next, messages })] as const)
        }),

      updatePrecision: (id, precision, scoredThrough) =>
        Ref.modify(store, (all) =>
          Option.match(
            Option.filter(
              HashMap.get(all, id),
              ({ session }) => session.scoredThrough < scoredThrough && scoredThrough <= session.messageCount
            ),
            {
              onNone: (): [boolean, Store] => [false, all],
              onSome: ({ messages, session }) => [
                true,
                HashMap.set(
                  all,
                  id,
                  new Conversation({ session: changed(session, { precision, scoredThrough }), messages })
                )
              ]
            }
          )
        )
    }
  })
)
