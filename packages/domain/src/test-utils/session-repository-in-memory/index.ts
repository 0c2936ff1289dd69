import { Effect, Layer, Option } from "effect"
import { SessionRepository } from "../../ports/session-repository.ts"
import { Conversation } from "../../types/conversation.ts"
import { MessagePage } from "../../types/message.ts"
import { list } from "./list.ts"
import * as Steps from "./steps.ts"
import { nothingOf, SessionStore, visibleTo } from "./store.ts"

/**
 * A real implementation over a `Ref`: tests get behaviour, not call expectations. The ports in memory beside it
 * share its store.
 */
export const layer = Layer.effect(
  SessionRepository,
  Effect.map(SessionStore, (store) => ({
    create: (session, claimHash) => store.put({ ...nothingOf, session, claimHash }),

    append: (caller, message, options) =>
      store.step(visibleTo(caller), message.sessionId, Steps.append(message, options)),

    load: (caller, id) =>
      Effect.map(
        store.read(visibleTo(caller), id),
        ({ messages, session }) => new Conversation({ messages, session })
      ),

    version: (caller, id) =>
      Effect.map(store.read(visibleTo(caller), id), ({ session: { messageCount, version } }) => ({
        messageCount,
        version
      })),

    page: (caller, id, { after = 0, before, limit }) =>
      Effect.map(store.read(visibleTo(caller), id), ({ messages, session: { messageCount } }) => {
        const page =
          before === undefined
            ? messages.slice(after, after + limit)
            : messages.slice(after, Math.max(0, before - 1)).slice(-limit)
        return new MessagePage({ messages: page, messageCount })
      }),

    list: (caller, query) => Effect.map(store.all, list(caller, query)),

    setStatus: (caller, id, status, now) => store.step(visibleTo(caller), id, Steps.update({ status }, now)),

    update: (caller, id, change, { ifVersion, now }) =>
      store.step(visibleTo(caller), id, Steps.ifVersion(ifVersion, Steps.update(change, now))),

    remove: (caller, id) => store.step(visibleTo(caller), id, Steps.remove),

    claim: (userId, id, claimHash, now) =>
      store.step(
        (session) => Option.isNone(session.userId) || Option.contains(session.userId, userId),
        id,
        Steps.claim(userId, claimHash, now)
      )
  }))
).pipe(Layer.provideMerge(SessionStore.layer))
