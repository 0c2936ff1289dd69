import { assert, describe, it } from "@effect/vitest"
import { SessionId } from "@workspace/domain"
import { itSurvivesTheWire } from "@workspace/domain/test-utils"
import { Either, FastCheck, ParseResult, Schema } from "effect"
import { ChatPart } from "../http/chat-parts.ts"
import { IfMatch } from "../http/entity-tag.ts"
import {
  InternalError,
  MethodNotAllowedError,
  NotReadyError,
  PayloadTooLargeError,
  RouteNotFoundError,
  UnsupportedMediaTypeError,
  ValidationError
} from "../http/errors.ts"
import {
  GetSessionResponse,
  SendMessageRequest,
  SendMessageResponse,
  StartAssessmentRequest,
  StartAssessmentResponse
} from "../http/groups/assessment.ts"
import { ChatRequest, ForkChatRequest } from "../http/groups/chat-requests.ts"
import {
  AppendMessageRequest,
  ClaimRequest,
  CreateSessionRequest,
  ForkSessionRequest,
  UpdateSessionRequest
} from "../http/groups/session-requests.ts"
import { DeleteThreadRequest, ThreadMetadataRequest } from "../http/groups/threads.ts"
import { CreateWorkspaceRequest, UpdateWorkspaceRequest } from "../http/groups/workspace-requests.ts"
import { IdempotencyHeaders } from "../http/idempotency-key.ts"
import { integerParam } from "../http/number-param.ts"
import { SessionPath } from "../http/session-path.ts"
import { WorkspacePath } from "../http/workspace-path.ts"

describe("every schema survives the wire", () => {
  itSurvivesTheWire("StartAssessmentRequest", StartAssessmentRequest)
  itSurvivesTheWire("StartAssessmentResponse", StartAssessmentResponse)
  itSurvivesTheWire("SendMessageRequest", SendMessageRequest)
  itSurvivesTheWire("SendMessageResponse", SendMessageResponse)
  itSurvivesTheWire("GetSessionResponse", GetSessionResponse)
  itSurvivesTheWire("CreateSessionRequest", CreateSessionRequest)
  itSurvivesTheWire("UpdateSessionRequest", UpdateSessionRequest)
  itSurvivesTheWire("AppendMessageRequest", AppendMessageRequest)
  itSurvivesTheWire("ForkSessionRequest", ForkSessionRequest)
  itSurvivesTheWire("ThreadMetadataRequest", ThreadMetadataRequest)
  itSurvivesTheWire("DeleteThreadRequest", DeleteThreadRequest)
  itSurvivesTheWire("ClaimRequest", ClaimRequest)
  itSurvivesTheWire("CreateWorkspaceRequest", CreateWorkspaceRequest)
  itSurvivesTheWire("UpdateWorkspaceRequest", UpdateWorkspaceRequest)
  itSurvivesTheWire("ChatRequest", ChatRequest)
  itSurvivesTheWire("ForkChatRequest", ForkChatRequest)
  itSurvivesTheWire("ChatPart", ChatPart)
  itSurvivesTheWire("SessionPath", SessionPath)
  itSurvivesTheWire("WorkspacePath", WorkspacePath)
  itSurvivesTheWire("IdempotencyHeaders", IdempotencyHeaders)
  itSurvivesTheWire("IfMatch", IfMatch)
  itSurvivesTheWire("integerParam", integerParam(1, 200, "A number"))
  itSurvivesTheWire("ValidationError", ValidationError)
  itSurvivesTheWire("RouteNotFoundError", RouteNotFoundError)
  itSurvivesTheWire("MethodNotAllowedError", MethodNotAllowedError)
  itSurvivesTheWire("PayloadTooLargeError", PayloadTooLargeError)
  itSurvivesTheWire("UnsupportedMediaTypeError", UnsupportedMediaTypeError)
  itSurvivesTheWire("InternalError", InternalError)
  itSurvivesTheWire("NotReadyError", NotReadyError)
})

describe("SessionPath", () => {
  const decode = Schema.decodeUnknownSync(SessionPath)

  it("makes a session that does not exist of every segment that is no id", () => {
    const isId = Schema.is(SessionId)
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: "binary" }), (segment) => {
        const { sessionId } = decode({ sessionId: segment })
        assert.strictEqual(sessionId, isId(segment) ? segment : "unknown")
      })
    )
    assert.strictEqual(decode({ sessionId: "x".repeat(10_000) }).sessionId, "unknown")
    assert.strictEqual(decode({ sessionId: "session_1_a" }).sessionId, "session_1_a")
  })
})

describe("WorkspacePath", () => {
  const decode = Schema.decodeUnknownSync(WorkspacePath)
  const id = "3f0c1f5e-7a52-4d0b-9c3e-5b8f6d1a2c47"

  it("makes a workspace that does not exist of every segment that is no id", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: "binary" }), (segment) =>
        assert.strictEqual(decode({ workspaceId: segment }).workspaceId, "unknown")
      )
    )
    for (const segment of [
      id.toUpperCase(),
      `{${id}}`,
      `${id}\n`,
      ` ${id}`,
      id.replace("-4", "-1"),
      "restore"
    ])
      assert.strictEqual(decode({ workspaceId: segment }).workspaceId, "unknown")
    assert.strictEqual(decode({ workspaceId: id }).workspaceId, id)
  })
})

describe("ChatRequest", () => {
  const decode = Schema.decodeUnknownEither(ChatRequest, { errors: "all" })
  const decodeFork = Schema.decodeUnknownEither(ForkChatRequest, { errors: "all" })
  const text = (content: string) => ({ type: "text", text: content })
  const thread = { threadId: "t", resourceId: "r" }
  const sessionId = "session_1_a"
  const message = { id: "m-1", role: "user", parts: [text("one "), text("two")] }
  const content = { id: "m-1", content: "one two" }
  const ofSession = { _tag: "Session", sessionId }
  const ofThread = { _tag: "Thread", thread }

  it.each([
    ["a text", { message: "hello" }, { target: { _tag: "New" }, message: { content: "hello" } }],
    ["a message in pieces", { message }, { target: { _tag: "New" }, message: content }],
    ["a session", { sessionId, id: "other", message }, { target: ofSession, message: content }],
    ["a thread before an id", { ...thread, id: "other", message }, { target: ofThread, message: content }],
    ["an id", { id: sessionId, message }, { target: ofSession, message: content }],
    [
      "an id that cannot be one",
      { id: "/", message },
      { target: { _tag: "Session", sessionId: "unknown" }, message: content }
    ],
    [
      "the newest of a history",
      { messages: [1, { x: [] }, message] },
      { target: { _tag: "New" }, message: content }
    ],
    ["a message before a history", { message, messages: [1] }, { target: { _tag: "New" }, message: content }],
    ["an agent", { agent: "nerin", message }, { target: { _tag: "New" }, agent: "nerin", message: content }]
  ])("understands %s", (_, request, expected) =>
    assert.deepStrictEqual<unknown>(decode(request), Either.right({ _tag: "Submit", ...expected }))
  )

  it("understands what is to be regenerated, whatever else is sent", () => {
    const request = { sessionId, trigger: "regenerate-message", messageId: "m-2", messages: [1] }
    const expected = { _tag: "Regenerate", target: ofSession, messageId: "m-2" }
    assert.deepStrictEqual<unknown>(decode(request), Either.right(expected))
  })

  const paths = (decoded: Either.Either<unknown, ParseResult.ParseError>) =>
    Either.match(decoded, {
      onLeft: (error) => ParseResult.ArrayFormatter.formatErrorSync(error).map(({ path }) => path.join(".")),
      onRight: () => []
    })

  it.each([
    ["no message", {}, "message"],
    ["an empty history", { messages: [] }, "message"],
    ["an empty text", { message: { parts: [text("")] } }, "message.parts"],
    [
      "a text that is too long",
      { message: { parts: [text("x".repeat(65_536)), text("x")] } },
      "message.parts"
    ],
    ["a part that is no text", { message: { parts: [text("x"), { type: "file" }] } }, "message.parts.1.type"],
    ["an answer as the newest", { messages: [{ ...message, role: "assistant" }] }, "messages.0.role"],
    ["a session and a thread", { sessionId, ...thread, message }, "sessionId"],
    ["half a thread", { threadId: "t", message }, "resourceId"],
    ["the other half", { resourceId: "r", message }, "threadId"],
    ["nothing to regenerate", { trigger: "regenerate-message" }, "sessionId"]
  ])("refuses %s", (_, request, path) => assert.include(paths(decode(request)), path))

  it.each([
    ["a session", { sessionId, message }, { from: ofSession, message: content }],
    [
      "a session under a name",
      { sessionId, ...thread, atSequence: 2, message },
      { from: ofSession, atSequence: 2, thread, message: content }
    ],
    [
      "a thread under another name",
      { forkFromThreadId: "old", ...thread, message },
      { from: { _tag: "Thread", thread: { threadId: "old", resourceId: "r" } }, thread, message: content }
    ],
    [
      "a thread under none",
      { forkFromThreadId: "t", resourceId: "r", message },
      { from: ofThread, message: content }
    ]
  ])("understands a fork of %s", (_, request, expected) =>
    assert.deepStrictEqual<unknown>(decodeFork(request), Either.right(expected))
  )

  it.each([
    ["nothing", { message }, "sessionId"],
    ["a session and a thread", { sessionId, forkFromThreadId: "t", resourceId: "r", message }, "sessionId"],
    ["half a thread", { forkFromThreadId: "t", message }, "resourceId"],
    ["a session under half a name", { sessionId, threadId: "t", message }, "resourceId"],
    ["a session without a message", { sessionId }, "message"]
  ])("refuses a fork of %s", (_, request, path) => assert.include(paths(decodeFork(request)), path))
})
