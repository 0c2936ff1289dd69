import { Message, MessageContent, MessageId, Session, SessionId, SessionRepository } from "@workspace/domain"
import { asNobody, createTestSession } from "@workspace/domain/test-utils"
import { Context, DateTime, Effect, Layer, Option, Schema } from "effect"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"

export const now = DateTime.unsafeMake("2030-01-01T00:00:00.000Z")

const decode = Schema.decodeUnknown(
  Schema.parseJson(Schema.Struct({ session: Session, messages: Schema.Array(Message) }))
)

/** Another process: a store with a memory of its own. */
const otherProcess = Effect.map(Layer.build(Layer.fresh(SessionRepositoryPg.layer)), (context) =>
  Context.get(context, SessionRepository)
)

/** What a store gives of a conversation as text. */
export const read = (repository: SessionRepository["Type"], id: SessionId) =>
  Effect.flatMap(repository.loadText(asNobody, id, "whole"), ({ bytes }) =>
    decode(Buffer.from(bytes).toString("utf8"))
  )

export const append = (
  repository: SessionRepository["Type"],
  sessionId: SessionId,
  n: number,
  text = `text ${n}`
) =>
  repository.append(
    asNobody,
    {
      id: MessageId.make(`m${n}`),
      sessionId,
      role: "user",
      content: MessageContent.make(text),
      metadata: {}
    },
    { now }
  )

export const contentsOf = (conversation: { readonly messages: ReadonlyArray<Message> }) =>
  conversation.messages.map(({ content }) => content.valueOf())

let made = 0

/** A new session of nobody, the store that made it, and that of another process. Both keep what they read of it. */
export const newSession = Effect.gen(function* () {
  const repository = yield* SessionRepository
  made += 1
  const { id } = yield* repository.create(
    createTestSession({ id: SessionId.make(`session_0_text-${made}`) }),
    Option.none()
  )
  const there = yield* otherProcess
  for (const each of [repository, there]) yield* Effect.replicateEffect(read(each, id), 2)
  return { id, here: repository, there }
})
