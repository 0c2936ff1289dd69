import { Effect, Layer, Option, Schema, Struct } from "effect"
import { SessionRepository } from "../../ports/session-repository.ts"
import { Conversation, messageShapes } from "../../types/conversation.ts"
import { MessagePage, type MessageRange } from "../../types/message.ts"
import { SessionList } from "../../types/session-list.ts"
import { list } from "./list.ts"
import * as Steps from "./steps.ts"
import { nothingOf, SessionStore, visibleTo } from "./store.ts"

const encodeConversation = Schema.encode(Schema.Struct(Conversation.fields))

const encodeList = Schema.encode(Schema.parseJson(SessionList))

const encodePage = Schema.encode(Schema.parseJson(MessagePage))

const pageOf =
  ({ after = 0, before, limit }: MessageRange) =>
  ({ messages, session: { messageCount } }: Pick<Conversation, "messages" | "session">) =>
    new MessagePage({
      messages:
        before === undefined
          ? messages.slice(after, after + limit)
          : messages.slice(after, Math.max(0, before - 1)).slice(-limit),
      messageCount
    })

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

    loadText: (caller, id, shape) =>
      Effect.flatMap(store.read(visibleTo(caller), id), ({ messages, session }) =>
        Effect.map(Effect.orDie(encodeConversation({ session, messages })), (encoded) => ({
          version: { messageCount: session.messageCount, version: session.version },
          bytes: new TextEncoder().encode(
            JSON.stringify({
              ...encoded,
              messages: encoded.messages.map((message) => Struct.pick(message, ...messageShapes[shape]))
            })
          )
        }))
      ),

    version: (caller, id) =>
      Effect.map(store.read(visibleTo(caller), id), ({ session: { messageCount, version } }) => ({
        messageCount,
        version
      })),

    page: (caller, id, range) => Effect.map(store.read(visibleTo(caller), id), pageOf(range)),

    pageText: (caller, id, range) =>
      store.read(visibleTo(caller), id).pipe(
        Effect.map(pageOf(range)),
        Effect.flatMap((page) => Effect.orDie(encodePage(page))),
        Effect.map((text) => new TextEncoder().encode(text))
      ),

    listText: (caller, query) =>
      store.all.pipe(
        Effect.map(list(caller, query)),
        Effect.flatMap((page) => Effect.orDie(encodeList(page))),
        Effect.map((text) => new TextEncoder().encode(text))
      ),

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
