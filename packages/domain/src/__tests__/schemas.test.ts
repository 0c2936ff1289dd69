import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Either, FastCheck, Schema } from "effect"
import { AgentUnavailableError, UnknownAgentError } from "../errors/agent.ts"
import { ClaimRefusedError } from "../errors/claim.ts"
import { SequenceConflictError, VersionConflictError } from "../errors/conflict.ts"
import { ForkPointError } from "../errors/fork.ts"
import { IdempotencyMismatchError, RequestRunningError } from "../errors/idempotency.ts"
import { ForeignUserError, UnauthorizedError } from "../errors/identity.ts"
import { NotScoredError } from "../errors/scoring.ts"
import { InvalidSessionStateError, MessageConflictError, SessionNotFoundError } from "../errors/session.ts"
import { ThreadExistsError, ThreadNotFoundError } from "../errors/thread.ts"
import { UnavailableError } from "../errors/unavailable.ts"
import { itSurvivesTheWire } from "../test-utils/wire.ts"
import { Answer } from "../types/answer.ts"
import { AssessmentResults } from "../types/assessment-results.ts"
import { Conversation } from "../types/conversation.ts"
import { EstimateTimeline } from "../types/estimate.ts"
import { AssessmentNote, Evidence } from "../types/evidence.ts"
import { IdempotencyKey } from "../types/idempotency.ts"
import { MessageId, SessionId, UserId } from "../types/ids.ts"
import { JsonObject } from "../types/json.ts"
import { LanguageTag } from "../types/language.ts"
import { Message, MessageContent, MessagePage } from "../types/message.ts"
import { Precision } from "../types/precision.ts"
import { AgentName, Session, SessionStatus, statusesBefore } from "../types/session.ts"
import { SessionCursor, SessionFilter, SessionList } from "../types/session-list.ts"
import { StartedSession } from "../types/started-session.ts"
import { ResourceId, Thread, ThreadId, ThreadList, ThreadOverview } from "../types/thread.ts"
import { Timestamp } from "../types/timestamp.ts"
import { TraitEstimates } from "../types/trait-estimate.ts"

const accepts = <A, I>(schema: Schema.Schema<A, I>) => {
  const decode = Schema.decodeUnknownEither(schema)
  return (value: unknown) => Either.isRight(decode(value))
}

/** One level of nesting below the top for each. */
const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) })

describe("every schema survives the wire", () => {
  itSurvivesTheWire("SessionId", SessionId)
  itSurvivesTheWire("MessageId", MessageId)
  itSurvivesTheWire("UserId", UserId)
  itSurvivesTheWire("IdempotencyKey", IdempotencyKey)
  itSurvivesTheWire("AgentName", AgentName)
  itSurvivesTheWire("LanguageTag", LanguageTag)
  itSurvivesTheWire("Timestamp", Timestamp)
  itSurvivesTheWire("JsonObject", JsonObject)
  itSurvivesTheWire("Precision", Precision)
  itSurvivesTheWire("Evidence", Evidence)
  itSurvivesTheWire("AssessmentNote", AssessmentNote)
  itSurvivesTheWire("TraitEstimates", TraitEstimates)
  itSurvivesTheWire("EstimateTimeline", EstimateTimeline)
  itSurvivesTheWire("AssessmentResults", AssessmentResults)
  itSurvivesTheWire("Session", Session)
  itSurvivesTheWire("Message", Message)
  itSurvivesTheWire("Conversation", Conversation)
  itSurvivesTheWire("MessagePage", MessagePage)
  itSurvivesTheWire("Answer", Answer)
  itSurvivesTheWire("StartedSession", StartedSession)
  itSurvivesTheWire("SessionCursor", SessionCursor)
  itSurvivesTheWire("SessionList", SessionList)
  itSurvivesTheWire("SessionFilter", Schema.Struct(SessionFilter))
  itSurvivesTheWire("UnknownAgentError", UnknownAgentError)
  itSurvivesTheWire("SessionNotFoundError", SessionNotFoundError)
  itSurvivesTheWire("InvalidSessionStateError", InvalidSessionStateError)
  itSurvivesTheWire("MessageConflictError", MessageConflictError)
  itSurvivesTheWire("SequenceConflictError", SequenceConflictError)
  itSurvivesTheWire("VersionConflictError", VersionConflictError)
  itSurvivesTheWire("NotScoredError", NotScoredError)
  itSurvivesTheWire("ClaimRefusedError", ClaimRefusedError)
  itSurvivesTheWire("ForeignUserError", ForeignUserError)
  itSurvivesTheWire("UnauthorizedError", UnauthorizedError)
  itSurvivesTheWire("ThreadId", ThreadId)
  itSurvivesTheWire("ResourceId", ResourceId)
  itSurvivesTheWire("Thread", Thread)
  itSurvivesTheWire("ThreadOverview", ThreadOverview)
  itSurvivesTheWire("ThreadList", ThreadList)
  itSurvivesTheWire("ThreadNotFoundError", ThreadNotFoundError)
  itSurvivesTheWire("ThreadExistsError", ThreadExistsError)
  itSurvivesTheWire("ForkPointError", ForkPointError)
  itSurvivesTheWire("IdempotencyMismatchError", IdempotencyMismatchError)
  itSurvivesTheWire("RequestRunningError", RequestRunningError)
  itSurvivesTheWire("AgentUnavailableError", AgentUnavailableError)
  itSurvivesTheWire("UnavailableError", UnavailableError)
})

describe("MessageContent", () => {
  const isContent = accepts(MessageContent)

  it("is limited in bytes, not in characters", () => {
    assert.isTrue(isContent("x".repeat(65_536)))
    assert.isFalse(isContent("x".repeat(65_537)))
    assert.isTrue(isContent("😀".repeat(16_384)))
    assert.isFalse(isContent("😀".repeat(16_385)))
    assert.isFalse(isContent(""))
  })

  it("refuses NUL and lone surrogates wherever they stand", () => {
    FastCheck.assert(
      FastCheck.property(
        Arbitrary.make(MessageContent),
        Arbitrary.make(MessageContent),
        FastCheck.constantFrom("\0", "\ud800", "\udfff"),
        (before, after, bad) => {
          assert.isTrue(isContent(`${before}${after}`))
          assert.isFalse(isContent(`${before} ${bad} ${after}`))
        }
      )
    )
  })
})

describe("ids", () => {
  it.each(["", "a b", "a/b", "ä", "a\0", "x".repeat(65), "session_1_\ud800"])(
    "SessionId refuses %j",
    (id) => {
      assert.isFalse(accepts(SessionId)(id))
    }
  )
  it.each(["", "-a", ".a", "a b", "a/b", "ä", "a\n", "x".repeat(129)])("MessageId refuses %j", (id) => {
    assert.isFalse(accepts(MessageId)(id))
  })
  it.each(["m1", "msg_V1StGXR8_Z5jdHi6B-myT", "0d9e6c1e-7a3b-4f7e-9d55-0a6f7c0f3c11", "a".repeat(128)])(
    "MessageId takes %j",
    (id) => {
      assert.isTrue(accepts(MessageId)(id))
    }
  )
  it.each(["", "a\0b", "\ud800", "é".repeat(128)])("UserId refuses %j", (id) => {
    assert.isFalse(accepts(UserId)(id))
  })
  it("IdempotencyKey is 1 to 255 bytes of text", () => {
    const isKey = accepts(IdempotencyKey)
    for (const key of ["k", "x".repeat(255), "é".repeat(127), " "]) assert.isTrue(isKey(key))
    for (const key of ["", "x".repeat(256), "é".repeat(128), "a\0b", "\ud800"]) assert.isFalse(isKey(key))
  })
})

describe("JsonObject", () => {
  const isJson = accepts(JsonObject)

  it("refuses what jsonb would alter or refuse, or what would replace a prototype", () => {
    for (const bad of ["\0", "\ud800"]) {
      assert.isFalse(isJson({ a: bad }))
      assert.isFalse(isJson({ [bad]: 1 }))
      assert.isFalse(isJson({ a: [{ b: bad }] }))
    }
    assert.isFalse(isJson(JSON.parse('{"__proto__":{"a":1}}')))
    assert.isFalse(isJson(JSON.parse('{"a":[{"__proto__":1}]}')))
    assert.isFalse(isJson({ a: Number.NaN }))
    assert.isFalse(isJson({ a: undefined }))
    assert.isFalse(isJson([]))
    assert.isFalse(isJson(null))
  })

  it("is limited in depth and size", () => {
    assert.isTrue(isJson(nested(16)))
    assert.isFalse(isJson(nested(17)))
    assert.isTrue(isJson({ a: "x".repeat(16_384 - '{"a":""}'.length) }))
    assert.isFalse(isJson({ a: "x".repeat(16_384 - '{"a":""}'.length + 1) }))
  })
})

describe("Session", () => {
  it("has a title of 1 to 200 characters, counted as people do", () => {
    const isTitle = accepts(Session.fields.title)
    assert.isTrue(isTitle("😀".repeat(200)))
    assert.isFalse(isTitle("😀".repeat(201)))
    assert.isFalse(isTitle(""))
    assert.isTrue(isTitle(null))
  })

  it("can leave completed and aborted for nothing", () => {
    for (const status of SessionStatus.literals) {
      assert.notInclude(statusesBefore(status), "completed")
      assert.notInclude(statusesBefore(status), "aborted")
      assert.notInclude(statusesBefore(status), status)
    }
  })
})

describe("errors", () => {
  it("are problem documents that say what happened to what", () => {
    const sessionId = SessionId.make("session_1_a")
    const encoded = Schema.encodeSync(InvalidSessionStateError)(
      new InvalidSessionStateError({ sessionId, currentStatus: "paused" })
    )
    assert.deepStrictEqual(encoded, {
      _tag: "InvalidSessionStateError",
      type: "/problems/invalid-session-state",
      title: "Not possible in the session's status",
      status: 400,
      detail: "Session session_1_a is paused.",
      code: "INVALID_STATE",
      sessionId: "session_1_a",
      currentStatus: "paused"
    })
  })
})
