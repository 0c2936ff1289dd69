import { Array, Chunk, Effect, HashMap, Layer, Option, Order, Stream, SubscriptionRef } from "effect"
import { SessionNotFoundError } from "../errors/session.ts"
import { ArchiveRepository } from "../ports/archive-repository.ts"
import { restoredSession } from "../types/archive.ts"
import type { Caller } from "../types/caller.ts"
import type { SessionId } from "../types/ids.ts"
import { Message } from "../types/message.ts"
import { isFound, isOwn } from "./session-repository-in-memory/list.ts"
import {
  type Kept,
  nothingOf,
  SessionStore,
  type Sessions,
  visibleTo
} from "./session-repository-in-memory/store.ts"

const readAtOnce = 100

/** A real implementation over the store of the sessions beside it. */
export const layer = Layer.effect(
  ArchiveRepository,
  Effect.map(SessionStore, (store) => {
    /** Some of what is kept of a session, page by page, as long as there is the session, or as much of another. */
    const pages = <A>(caller: Caller, id: SessionId, count: number, some: (kept: Kept) => ReadonlyArray<A>) =>
      Stream.paginateChunkEffect(
        0,
        Effect.fnUntraced(function* (from) {
          const kept = some(yield* store.read(visibleTo(caller), id))
          const through = Math.min(count, from + readAtOnce)
          if (kept.length < through) {
            return yield* new SessionNotFoundError({ sessionId: id })
          }
          return [
            Chunk.fromIterable(kept.slice(from, through)),
            Option.liftPredicate(through, (_) => _ < count)
          ] as const
        })
      )

    return {
      read: (caller, id) =>
        Effect.map(store.read(visibleTo(caller), id), ({ estimates, messages, session }) => ({
          session,
          estimates: pages(caller, id, estimates.length, (kept) => kept.estimates),
          messages: pages(caller, id, messages.length, (kept) => kept.messages)
        })),

      ids: (caller, selection) =>
        Stream.unwrap(
          Effect.map(store.all, (all) => {
            const found = Array.fromIterable(all).filter(
              (kept) => isOwn(caller, kept.session) && isFound(selection)(kept)
            )
            return Stream.fromIterable(
              Array.sort(
                found.map(({ session }) => session.id),
                Order.string
              )
            )
          })
        ),

      restore: (archived, options) =>
        SubscriptionRef.modify(store.sessions, (all): [Option.Option<Kept["session"]>, Sessions] => {
          const { id } = options
          if (HashMap.has(all, id)) return [Option.none(), all]
          const session = restoredSession(archived, options)
          const messages = archived.messages.map((message) => new Message({ ...message, sessionId: id }))
          const kept = {
            ...nothingOf,
            session,
            messages,
            estimates: archived.estimates,
            claimHash: Option.none()
          }
          return [Option.some(session), HashMap.set(all, id, kept)]
        })
    }
  })
)
