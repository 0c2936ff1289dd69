import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "@effect/platform"
import {
  AgentUnavailableError,
  Answer,
  AssessmentResults,
  ForeignUserError,
  IdempotencyMismatchError,
  InvalidSessionStateError,
  LanguageTag,
  Message,
  MessageConflictError,
  MessageContent,
  MessageId,
  messageShapes,
  NotScoredError,
  Precision,
  RequestRunningError,
  Session,
  SessionId,
  SessionNotFoundError,
  StartedSession,
  UserId
} from "@workspace/domain"
import { Schema, Struct } from "effect"
import { anonymousToo, conditional } from "../../open-api/annotations.ts"
import { IdempotencyHeaders } from "../idempotency-key.ts"
import { Identity } from "../middleware/identity.ts"
import { parseOptions } from "../parse-options.ts"
import { SessionPath } from "../session-path.ts"

const exampleId = SessionId.make("session_1767225600000_V1StGXR8_Z5jdHi6B-myT")

export const StartAssessmentRequest = Schema.Struct({
  userId: Schema.optionalWith(UserId.annotations({ description: "Who will own the session; yourself" }), {
    exact: true
  }),
  language: Schema.optionalWith(LanguageTag, { exact: true })
}).annotations({
  identifier: "StartAssessmentRequest",
  parseOptions,
  examples: [{}, { userId: UserId.make("alice"), language: LanguageTag.make("de") }]
})

export const StartAssessmentResponse = Schema.Struct(StartedSession.fields).annotations({
  identifier: "StartAssessmentResponse",
  description: "The session that was started",
  ...HttpApiSchema.annotations({ status: 201 })
})

export const SendMessageRequest = Schema.Struct({
  sessionId: Session.fields.id,
  message: Message.fields.content,
  id: Schema.optionalWith(
    Message.fields.id.annotations({
      description: "An id of your own for the message: sent again, it gives the first answer again"
    }),
    { exact: true }
  )
}).annotations({
  identifier: "SendMessageRequest",
  parseOptions,
  examples: [
    {
      sessionId: exampleId,
      message: MessageContent.make("I like to be among people, most of the time."),
      id: MessageId.make("m-1")
    }
  ]
})

export const SendMessageResponse = Schema.Struct(Answer.fields).annotations({
  identifier: "SendMessageResponse",
  description: "The agent's answer, which is stored",
  examples: [
    {
      response: MessageContent.make("Thank you. Tell me more."),
      precision: Precision.initial,
      messageId: MessageId.make("msg_3jdHi6B-myTV1StGXR8_Z"),
      sequence: 2
    }
  ]
})

export const GetSessionResponse = Schema.Struct({
  session: Session,
  messages: Schema.Array(Schema.Struct(Struct.pick(Message.fields, ...messageShapes.said)))
}).annotations({
  identifier: "GetSessionResponse",
  description: "The session and all its messages in order, as of one moment"
})

/** The Big Five assessment: a talk that can stop at any point and go on from there. */
export class AssessmentGroup extends HttpApiGroup.make("assessment")
  .add(
    HttpApiEndpoint.post("start", "/assessment/start")
      .setPayload(StartAssessmentRequest)
      .addSuccess(StartAssessmentResponse)
      .addError(ForeignUserError)
      .annotate(OpenApi.Identifier, "startAssessment")
      .annotate(OpenApi.Summary, "Start an assessment")
      .annotate(
        OpenApi.Description,
        "Makes a new active session with Nerin, the interviewer, without messages: whatever you send first, Nerin greets and asks the first question. `language` is kept in the session's metadata; the questions are asked in it where they exist, else in English."
      )
  )
  .add(
    HttpApiEndpoint.post("message", "/assessment/message")
      .setHeaders(IdempotencyHeaders)
      .setPayload(SendMessageRequest)
      .addSuccess(SendMessageResponse)
      .addError(SessionNotFoundError)
      .addError(InvalidSessionStateError)
      .addError(MessageConflictError)
      .addError(AgentUnavailableError)
      .addError(RequestRunningError)
      .addError(IdempotencyMismatchError)
      .annotate(OpenApi.Identifier, "sendMessage")
      .annotate(OpenApi.Summary, "Send a message and get its answer")
      .annotate(
        OpenApi.Description,
        "Stores the message, asks the session's agent, stores its answer and returns it. The answer that ends the talk also completes the session. `messageId` and `sequence` are those of the answer. With an `id` of your own a retry is safe: it gives the first answer again; the same `id` with another message is refused with 422. An `Idempotency-Key` does the same without an `id`."
      )
  )
  .add(
    HttpApiEndpoint.get("get", "/assessment/sessions/:sessionId")
      .setPath(SessionPath)
      .addSuccess(GetSessionResponse)
      .addError(SessionNotFoundError)
      .annotate(OpenApi.Identifier, "getAssessmentSession")
      .annotate(OpenApi.Transform, conditional)
      .annotate(OpenApi.Summary, "Get a session with its whole history")
      .annotate(
        OpenApi.Description,
        "The session and all its messages in order of `sequence`, as of one moment: what is needed to go on from exactly the same point. With `If-None-Match` the answer is 304 while nothing has changed."
      )
  )
  .add(
    HttpApiEndpoint.get("results", "/assessment/sessions/:sessionId/results")
      .setPath(SessionPath)
      .addSuccess(AssessmentResults)
      .addError(SessionNotFoundError)
      .addError(NotScoredError)
      .annotate(OpenApi.Identifier, "getResults")
      .annotate(OpenApi.Summary, "Get what the answers came to")
      .annotate(
        OpenApi.Description,
        "The newest estimates of the five traits and their facets, with their uncertainty, and what they mean in the language that the session's metadata names. They follow the answers within moments: `scoredThrough` says how far they are. At any time before the first scored answer this is refused with 400."
      )
  )
  .add(
    HttpApiEndpoint.post("pause", "/assessment/sessions/:sessionId/pause")
      .setPath(SessionPath)
      .addSuccess(Session)
      .addError(SessionNotFoundError)
      .addError(InvalidSessionStateError)
      .annotate(OpenApi.Identifier, "pauseAssessment")
      .annotate(OpenApi.Summary, "Pause a session")
      .annotate(
        OpenApi.Description,
        "A paused session refuses messages until it is resumed. Pausing it again changes nothing."
      )
  )
  .add(
    HttpApiEndpoint.post("resume", "/assessment/sessions/:sessionId/resume")
      .setPath(SessionPath)
      .addSuccess(Session)
      .addError(SessionNotFoundError)
      .addError(InvalidSessionStateError)
      .annotate(OpenApi.Identifier, "resumeAssessment")
      .annotate(OpenApi.Summary, "Resume a paused session")
      .annotate(
        OpenApi.Description,
        "Makes the session active again. Resuming an active one changes nothing."
      )
  )
  .add(
    HttpApiEndpoint.post("complete", "/assessment/sessions/:sessionId/complete")
      .setPath(SessionPath)
      .addSuccess(Session)
      .addError(SessionNotFoundError)
      .addError(InvalidSessionStateError)
      .annotate(OpenApi.Identifier, "completeAssessment")
      .annotate(OpenApi.Summary, "Complete a session")
      .annotate(OpenApi.Description, "Ends the session for good; its history stays readable.")
  )
  .annotateEndpoints(OpenApi.Override, anonymousToo)
  .middleware(Identity)
  .prefix("/api")
  .annotate(OpenApi.Description, "The Big Five assessment, as a session that starts, stops and resumes") {}
