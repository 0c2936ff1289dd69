import { Array, DateTime, Effect, HashMap, Layer, Option, Order, Ref } from "effect"
import { ThreadNotFoundError } from "../errors/thread.ts"
import { ThreadRepository, type ThreadSession } from "../ports/thread-repository.ts"
import { type Caller, threadOwner } from "../types/caller.ts"
import { Thread, type ThreadKey } from "../types/thread.ts"
import { type Kept, nothingOf, SessionStore, type Sessions } from "./session-repository-in-memory/store.ts"

type OwnThread = Kept["threads"][number]

/** Whether it is this caller's thread of this name. */
export const isNamed = (caller: Caller, { resourceId, threadId }: ThreadKey) => {
  const asking = threadOwner(caller)
  return ({ owner, thread }: OwnThread) =>
    Option.contains(asking, owner) && thread.threadId === threadId && thread.resourceId === resourceId
}

const lastUsedFirst: Order.Order<ThreadSession> = Order.reverse(
  Order.combine(
    Order.mapInput(DateTime.Order, ({ thread }: ThreadSession) => thread.updatedAt),
    Order.mapInput(Order.string, ({ thread }: ThreadSession) => thread.threadId)
  )
)

/** What becomes of a thread, if there is one; `none` forgets it. */
const change = (
  all: Sessions,
  caller: Caller,
  key: ThreadKey,
  to: (thread: Thread) => Option.Option<Thread>
): Option.Option<readonly [ThreadSession, Sessions]> =>
  Option.gen(function* () {
    const isIt = isNamed(caller, key)
    const kept = yield* Array.findFirst(HashMap.values(all), ({ threads }) => threads.some(isIt))
    const { owner, thread: before } = yield* Array.findFirst(kept.threads, isIt)
    const after = to(before)
    const { session, threads } = kept
    const others = threads.filter((own) => !isIt(own))
    const next = [...others, ...Option.toArray(after).map((thread) => ({ owner, thread }))]
    const thread = Option.getOrElse(after, () => before)
    return [{ thread, session }, HashMap.set(all, session.id, { ...kept, threads: next })]
  })

/** A real implementation over the store of the sessions beside it. */
export const layer = Layer.effect(
  ThreadRepository,
  Effect.map(SessionStore, ({ all, sessions }) => {
    const step = (caller: Caller, key: ThreadKey, to: (thread: Thread) => Option.Option<Thread>) =>
      Effect.flatten(
        Ref.modify(sessions, (before) =>
          Option.match(change(before, caller, key, to), {
            onNone: (): [Effect.Effect<ThreadSession, ThreadNotFoundError>, Sessions] => [
              Effect.fail(new ThreadNotFoundError(key)),
              before
            ],
            onSome: ([found, after]) => [Effect.succeed(found), after]
          })
        )
      )

    const open: ThreadRepository["Type"]["open"] = Effect.fnUntraced(function* (caller, key, session) {
      const owner = yield* Effect.orDie(threadOwner(caller))
      return yield* Ref.modify(sessions, (before) =>
        Option.getOrElse(
          change(before, caller, key, (thread) =>
            Option.some(
              new Thread({ ...thread, updatedAt: DateTime.max(thread.updatedAt, session.updatedAt) })
            )
          ),
          () => {
            const { createdAt, id: sessionId, updatedAt } = session
            const thread = new Thread({ ...key, sessionId, metadata: {}, createdAt, updatedAt })
            const kept = { ...nothingOf, session, claimHash: Option.none(), threads: [{ owner, thread }] }
            return [{ thread, session }, HashMap.set(before, sessionId, kept)] as const
          }
        )
      )
    })

    return {
      open,
      get: (caller, key) => step(caller, key, Option.some),
      list: (caller, resourceId, { limit, offset }) =>
        Effect.map(all, (kept) => {
          const asking = threadOwner(caller)
          const found = Array.fromIterable(kept).flatMap(({ session, threads }) =>
            threads
              .filter(
                ({ owner, thread }) => Option.contains(asking, owner) && thread.resourceId === resourceId
              )
              .map(({ thread }) => ({ thread, session }))
          )
          return {
            threads: Array.sort(found, lastUsedFirst).slice(offset, offset + limit),
            count: found.length
          }
        }),
      setMetadata: (caller, key, metadata, now) =>
        step(caller, key, (thread) =>
          Option.some(new Thread({ ...thread, metadata, updatedAt: DateTime.max(thread.updatedAt, now) }))
        ),
      remove: (caller, key) => Effect.asVoid(step(caller, key, Option.none))
    }
  })
)
