import { OpenApi } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { BigOceanApi } from "@workspace/contracts"
import { Effect, Record, Schema } from "effect"

const Response = Schema.Struct({
  description: Schema.NonEmptyString,
  content: Schema.optional(
    Schema.Record({ key: Schema.String, value: Schema.Struct({ schema: Schema.Object }) })
  )
})
const Operation = Schema.Struct({
  operationId: Schema.String,
  summary: Schema.NonEmptyString,
  description: Schema.NonEmptyString,
  responses: Schema.Record({ key: Schema.String, value: Response })
})
const Document = Schema.Struct({
  paths: Schema.Record({
    key: Schema.String,
    value: Schema.Record({ key: Schema.String, value: Operation })
  })
})

const text = JSON.stringify(OpenApi.fromApi(BigOceanApi))
const operations = Effect.map(Schema.decode(Schema.parseJson(Document))(text), ({ paths }) =>
  Object.values(paths).flatMap((methods) => Object.values(methods))
)

const always = ["400", "413", "415", "500", "503"]
const withCaller = ["401", ...always]
const ofSession = ["404", ...withCaller]
const statuses = {
  startAssessment: ["201", "403", ...withCaller],
  sendMessage: ["200", "409", "422", ...ofSession],
  getAssessmentSession: ["200", ...ofSession],
  pauseAssessment: ["200", ...ofSession],
  resumeAssessment: ["200", ...ofSession],
  completeAssessment: ["200", ...ofSession],
  listSessions: ["200", ...withCaller],
  createSession: ["201", "403", "409", "422", ...ofSession],
  getSession: ["200", ...ofSession],
  updateSession: ["200", "412", ...ofSession],
  deleteSession: ["204", ...ofSession],
  listMessages: ["200", ...ofSession],
  appendMessage: ["201", "409", "422", ...ofSession],
  claimSession: ["200", "403", "409", "422", ...ofSession],
  health: ["200", ...always],
  ready: ["200", ...always],
  metrics: ["200", ...always]
}

describe("the OpenAPI document", () => {
  it.effect("has exactly the operations and statuses that there are", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        Record.fromIterableWith(yield* operations, ({ operationId, responses }) => [
          operationId,
          Object.keys(responses).sort()
        ]),
        Record.map(statuses, (expected) => expected.toSorted())
      )
    })
  )

  it.effect("names and describes every operation for generators of clients", () =>
    Effect.gen(function* () {
      for (const { description, operationId, summary } of yield* operations) {
        assert.match(operationId, /^[a-z][A-Za-z]*$/)
        assert.notStrictEqual(summary, description)
      }
    })
  )

  it.effect("has problem documents for all errors, and only for them", () =>
    Effect.gen(function* () {
      for (const { operationId, responses } of yield* operations) {
        for (const [status, { content }] of Object.entries(responses)) {
          const types = Object.keys(content ?? {})
          assert.strictEqual(types.length === 0, status === "204", operationId)
          if (status >= "400") assert.deepStrictEqual(types, ["application/problem+json"], operationId)
          else assert.notInclude(types, "application/problem+json", operationId)
        }
      }
    })
  )

  it("knows nothing of errors that are never sent", () => {
    for (const name of ["HttpApiDecodeError", "Issue", "PropertyKey", "ParseError"])
      assert.notInclude(text, name)
  })

  it("has a schema for every reference", () => {
    const named = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
    assert.isNotEmpty(named)
    for (const name of named) assert.match(text, new RegExp(`"${name}":\\{`))
  })
})
