import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "@effect/platform"
import {
  ClaimRefusedError,
  Conversation,
  EstimateTimeline,
  ForeignUserError,
  ForkPointError,
  IdempotencyMismatchError,
  InvalidSessionStateError,
  Message,
  MessageConflictError,
  MessagePage,
  RequestRunningError,
  SequenceConflictError,
  Session,
  SessionCursor,
  SessionFilter,
  SessionList,
  SessionNotFoundError,
  UnauthorizedError,
  UnknownAgentError,
  VersionConflictError
} from "@workspace/domain"
import { Schema } from "effect"
import { anonymousToo, conditional, withEntityTag } from "../../open-api/annotations.ts"
import { created } from "../created.ts"
import { IfMatch } from "../entity-tag.ts"
import { IdempotencyHeaders } from "../idempotency-key.ts"
import { Identity } from "../middleware/identity.ts"
import { integerParam } from "../number-param.ts"
import { optional } from "../optional.ts"
import { limit, offset } from "../page.ts"
import { parseOptions } from "../parse-options.ts"
import { SessionPath } from "../session-path.ts"
import {
  AppendMessageRequest,
  ClaimRequest,
  CreateSessionRequest,
  ForkSessionRequest,
  UpdateSessionRequest
} from "./session-requests.ts"

const maxSequence = 2_147_483_647

/** Sessions as their owner's collection. */
export class SessionsGroup extends HttpApiGroup.make("sessions")
  .add(
    HttpApiEndpoint.get("list", "/sessions")
      .setUrlParams(
        Schema.Struct({
          ...SessionFilter,
          limit,
          cursor: optional(SessionCursor),
          offset: offset("sessions")
        }).annotations({ parseOptions })
      )
      .addSuccess(SessionList)
      .annotate(OpenApi.Identifier, "listSessions")
      .annotate(OpenApi.Summary, "List your sessions")
      .annotate(
        OpenApi.Description,
        "Last changed first. With `parentId` only the forks of that session. `nextCursor` leads to the next page and neither skips nor repeats a session that nobody touches meanwhile; `offset` does, and is for those who count pages. `q` searches titles and messages. `count` is the number of all sessions that the filters find."
      )
  )
  .add(
    HttpApiEndpoint.post("create", "/sessions")
      .setHeaders(IdempotencyHeaders)
      .setPayload(CreateSessionRequest)
      .addSuccess(created("Session", Session))
      .addError(ForeignUserError)
      .addError(UnknownAgentError)
      .addError(SessionNotFoundError)
      .addError(RequestRunningError)
      .addError(IdempotencyMismatchError)
      .annotate(OpenApi.Identifier, "createSession")
      .annotate(OpenApi.Transform, withEntityTag)
      .annotate(OpenApi.Summary, "Create a session")
      .annotate(
        OpenApi.Description,
        "Makes an active session of yours without messages. With an `Idempotency-Key` a retry makes no second one."
      )
  )
  .add(
    HttpApiEndpoint.get("get", "/sessions/:sessionId")
      .setPath(SessionPath)
      .addSuccess(Conversation)
      .addError(SessionNotFoundError)
      .annotate(OpenApi.Identifier, "getSession")
      .annotate(OpenApi.Transform, conditional)
      .annotate(OpenApi.Override, anonymousToo)
      .annotate(OpenApi.Summary, "Get a session with all its messages")
      .annotate(
        OpenApi.Description,
        "As of one moment. With `If-None-Match` the answer is 304 while nothing has changed."
      )
  )
  .add(
    HttpApiEndpoint.put("update", "/sessions/:sessionId")
      .setPath(SessionPath)
      .setHeaders(Schema.Struct({ "if-match": optional(IfMatch) }))
      .setPayload(UpdateSessionRequest)
      .addSuccess(Session)
      .addError(SessionNotFoundError)
      .addError(InvalidSessionStateError)
      .addError(VersionConflictError)
      .annotate(OpenApi.Identifier, "updateSession")
      .annotate(OpenApi.Transform, withEntityTag)
      .annotate(OpenApi.Override, anonymousToo)
      .annotate(OpenApi.Summary, "Change a session")
      .annotate(
        OpenApi.Description,
        "Changes the fields that are given; `null` removes a title or an agent's session id. With `If-Match` only the version of that ETag is changed; otherwise the answer is 412 with the session and the messages that you have not seen."
      )
  )
  .add(
    HttpApiEndpoint.del("remove", "/sessions/:sessionId")
      .setPath(SessionPath)
      .addSuccess(HttpApiSchema.NoContent.annotations({ description: "The session is gone" }))
      .addError(SessionNotFoundError)
      .annotate(OpenApi.Identifier, "deleteSession")
      .annotate(OpenApi.Override, anonymousToo)
      .annotate(OpenApi.Summary, "Delete a session")
      .annotate(OpenApi.Description, "Removes the session and all that belongs to it, for good.")
  )
  .add(
    HttpApiEndpoint.get("messages", "/sessions/:sessionId/messages")
      .setPath(SessionPath)
      .setUrlParams(
        Schema.Struct({
          after: optional(integerParam(0, maxSequence, "Only messages after this sequence")),
          before: optional(integerParam(1, maxSequence, "Only messages before this sequence")),
          limit
        }).annotations({ parseOptions })
      )
      .addSuccess(MessagePage)
      .addError(SessionNotFoundError)
      .annotate(OpenApi.Identifier, "listMessages")
      .annotate(OpenApi.Override, anonymousToo)
      .annotate(OpenApi.Summary, "Page through a session's messages")
      .annotate(
        OpenApi.Description,
        "In order of `sequence`: the first messages after `after`, which is 0 by default; with `before` the last ones before that, and with both those that are also after `after`."
      )
  )
  .add(
    HttpApiEndpoint.post("append", "/sessions/:sessionId/messages")
      .setPath(SessionPath)
      .setHeaders(IdempotencyHeaders)
      .setPayload(AppendMessageRequest)
      .addSuccess(created("Message", Message))
      .addError(SessionNotFoundError)
      .addError(InvalidSessionStateError)
      .addError(MessageConflictError)
      .addError(SequenceConflictError)
      .addError(RequestRunningError)
      .addError(IdempotencyMismatchError)
      .annotate(OpenApi.Identifier, "appendMessage")
      .annotate(OpenApi.Override, anonymousToo)
      .annotate(OpenApi.Summary, "Append a message")
      .annotate(
        OpenApi.Description,
        "Asks no agent. With an `id` of your own a retry gives the stored message; with an `Idempotency-Key`, the first answer. With `expectedSequence` the message is stored only if it is the next one after it; otherwise the answer is 409 with the messages that you have not seen."
      )
  )
  .add(
    HttpApiEndpoint.get("estimates", "/sessions/:sessionId/estimates")
      .setPath(SessionPath)
      .setUrlParams(
        Schema.Struct({
          through: optional(integerParam(1, maxSequence, "Only estimates at or before this sequence")),
          limit
        }).annotations({ parseOptions })
      )
      .addSuccess(EstimateTimeline)
      .addError(SessionNotFoundError)
      .annotate(OpenApi.Identifier, "listEstimates")
      .annotate(OpenApi.Override, anonymousToo)
      .annotate(OpenApi.Summary, "See how a session's estimates went")
      .annotate(
        OpenApi.Description,
        "One for each message that told something about the person: of those at or before `through` the last ones, in order. With `limit=1` the one that holds as of `through`. They follow the messages within moments: `scoredThrough` says how far they are. Scoring the same messages again gives the same numbers."
      )
  )
  .add(
    HttpApiEndpoint.post("fork", "/sessions/:sessionId/fork")
      .setPath(SessionPath)
      .setHeaders(IdempotencyHeaders)
      .setPayload(ForkSessionRequest)
      .addSuccess(created("Session", Session))
      .addError(SessionNotFoundError)
      .addError(ForkPointError)
      .addError(UnknownAgentError)
      .addError(RequestRunningError)
      .addError(IdempotencyMismatchError)
      .annotate(OpenApi.Identifier, "forkSession")
      .annotate(OpenApi.Transform, withEntityTag)
      .annotate(OpenApi.Override, anonymousToo)
      .annotate(OpenApi.Summary, "Fork a session")
      .annotate(
        OpenApi.Description,
        "Makes an active session with the messages of this one up to `atSequence`, in whatever status it is, and with its estimates and precision as of there. The fork is yours, goes on independently, and stays when its parent is deleted. `parentId` and `forkedAt` lead to the parent; `GET /api/sessions?parentId=` finds the forks. With an `Idempotency-Key` a retry makes no second one."
      )
  )
  .add(
    HttpApiEndpoint.post("claim", "/sessions/:sessionId/claim")
      .setPath(SessionPath)
      .setHeaders(IdempotencyHeaders)
      .setPayload(ClaimRequest)
      .addSuccess(Session)
      .addError(SessionNotFoundError)
      .addError(ClaimRefusedError)
      .addError(RequestRunningError)
      .addError(IdempotencyMismatchError)
      .annotate(OpenApi.Identifier, "claimSession")
      .annotate(OpenApi.Transform, withEntityTag)
      .annotate(OpenApi.Summary, "Claim an anonymous session")
      .annotate(
        OpenApi.Description,
        "Makes the session yours with the token that its start gave out. The first to bring it wins, and may repeat the request; nobody else sees the session from then on."
      )
  )
  .addError(UnauthorizedError)
  .middleware(Identity)
  .prefix("/api")
  .annotate(OpenApi.Description, "Sessions with titles, lists, search, owners and safe retries") {}
