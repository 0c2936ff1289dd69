import { assert, describe, it } from "@effect/vitest"
import { SessionId } from "@workspace/domain"
import { itSurvivesTheWire } from "@workspace/domain/test-utils"
import { FastCheck, Schema } from "effect"
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
import {
  AppendMessageRequest,
  ClaimRequest,
  CreateSessionRequest,
  ForkSessionRequest,
  UpdateSessionRequest
} from "../http/groups/session-requests.ts"
import { DeleteThreadRequest, ThreadMetadataRequest } from "../http/groups/threads.ts"
import { IdempotencyHeaders } from "../http/idempotency-key.ts"
import { integerParam } from "../http/number-param.ts"
import { SessionPath } from "../http/session-path.ts"

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
  itSurvivesTheWire("SessionPath", SessionPath)
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
