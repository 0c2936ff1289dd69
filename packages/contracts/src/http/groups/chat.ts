import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "@effect/platform"
import {
  AgentUnavailableError,
  ForkPointError,
  InvalidSessionStateError,
  MessageConflictError,
  NothingToRegenerateError,
  Reply,
  ReplyRunningError,
  SessionNotFoundError,
  ThreadExistsError,
  ThreadNotFoundError,
  UnauthorizedError,
  UnknownAgentError
} from "@workspace/domain"
import { Schema } from "effect"
import { anonymousToo } from "../../open-api/annotations.ts"
import { ChatStream } from "../chat-parts.ts"
import { Identity } from "../middleware/identity.ts"
import { optional } from "../optional.ts"
import { SessionPath } from "../session-path.ts"
import { ChatRequest, ForkChatRequest } from "./chat-requests.ts"

const LastEventId = Schema.Struct({
  "last-event-id": optional(
    Schema.String.annotations({
      description:
        "The id of the last event that you have seen: the reply goes on after it, also if it has ended meanwhile",
      examples: ["msg_3jdHi6B-myTV1StGXR8_Z:1.0"]
    })
  )
})

const nothing = (description: string) => HttpApiSchema.NoContent.annotations({ description })

/** Replies that come as a stream, and survive whoever reads them. */
export class ChatGroup extends HttpApiGroup.make("chat")
  .add(
    HttpApiEndpoint.post("send", "/chat")
      .setPayload(ChatRequest)
      .addSuccess(ChatStream)
      .addError(SessionNotFoundError)
      .addError(ThreadNotFoundError)
      .addError(InvalidSessionStateError)
      .addError(NothingToRegenerateError)
      .addError(UnknownAgentError)
      .addError(MessageConflictError)
      .addError(ReplyRunningError)
      .addError(AgentUnavailableError)
      .annotate(OpenApi.Identifier, "chat")
      .annotate(OpenApi.Summary, "Send a message and read the reply as it comes")
      .annotate(
        OpenApi.Description,
        "Stores the message and streams the reply: what `useChat` of the AI SDK sends and reads. The conversation is `sessionId`, or a thread of yours (`threadId` and `resourceId`), or `id`. A thread that there is not yet, or none of these, makes a session; that needs a user.\n\nThe reply goes on when you go: come back to it with the stream operation, or end it with the stop operation. While it is on its way another message is refused with 409, which names it. In a session or thread that you name, the same message with the same id gives the same reply again, and one that has broken off is begun anew; an `Idempotency-Key` is not needed. Without a name each request makes a session. An agent that fails before its first word is a 503; your message stays stored, in the session that `sessionId` of the problem names."
      )
  )
  .add(
    HttpApiEndpoint.get("resume", "/chat/:sessionId/stream")
      .setPath(SessionPath)
      .setHeaders(LastEventId)
      .addSuccess(ChatStream)
      .addSuccess(nothing("Nothing is on its way"))
      .addError(SessionNotFoundError)
      .annotate(OpenApi.Identifier, "streamChat")
      .annotate(OpenApi.Summary, "Come back to a reply that is on its way")
      .annotate(
        OpenApi.Description,
        "From its start and then as it comes, on whichever server; any number of readers may do so. With `Last-Event-ID` only what comes after that event. When nothing is on its way the answer is 204."
      )
  )
  .add(
    HttpApiEndpoint.post("stop", "/chat/:sessionId/stop")
      .setPath(SessionPath)
      .addSuccess(Reply)
      .addSuccess(nothing("Nothing was on its way"))
      .addError(SessionNotFoundError)
      .annotate(OpenApi.Identifier, "stopChat")
      .annotate(OpenApi.Summary, "Stop the reply that is on its way")
      .annotate(
        OpenApi.Description,
        "Its text so far becomes the assistant's message, word for word, and says in its metadata that it was `cancelled`. All who read it learn so. Answers with the reply as it has ended."
      )
  )
  .add(
    HttpApiEndpoint.post("fork", "/chat/fork")
      .setPayload(ForkChatRequest)
      .addSuccess(ChatStream)
      .addError(SessionNotFoundError)
      .addError(ThreadNotFoundError)
      .addError(ThreadExistsError)
      .addError(ForkPointError)
      .addError(InvalidSessionStateError)
      .addError(NothingToRegenerateError)
      .addError(UnknownAgentError)
      .addError(MessageConflictError)
      .addError(ReplyRunningError)
      .addError(AgentUnavailableError)
      .annotate(OpenApi.Identifier, "forkChat")
      .annotate(OpenApi.Summary, "Fork a session and go on in the fork")
      .annotate(
        OpenApi.Description,
        "Makes a session of yours with the messages of another up to `atSequence`, sends it a message, and streams the reply. It is forked from `sessionId`, or from your thread `forkFromThreadId` of `resourceId`. With `threadId` and `resourceId` the fork is that thread, which there must not be yet; then the same request with the same message id gives the same fork and the same reply. A message whose id the fork would share with its parent is refused with 422, and nothing is made."
      )
  )
  .addError(UnauthorizedError)
  .annotateEndpoints(OpenApi.Override, anonymousToo)
  .middleware(Identity)
  .prefix("/api")
  .annotate(
    OpenApi.Description,
    "Replies as streams, which can be left, come back to, stopped and begun anew"
  ) {}
