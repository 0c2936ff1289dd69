import { OpenApi } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { BigOceanApi } from "@workspace/contracts"
import { Effect, Record, Schema } from "effect"

const content = Schema.optional(Schema.Record({ key: Schema.String, value: Schema.Object }))
const Response = Schema.Struct({
  description: Schema.NonEmptyString,
  content
})
const Operation = Schema.Struct({
  operationId: Schema.String,
  summary: Schema.NonEmptyString,
  description: Schema.NonEmptyString,
  requestBody: Schema.optional(Schema.Struct({ content })),
  security: Schema.Array(Schema.Object),
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

const withCaller = ["400", "401", "429", "500", "503"]
const ofSession = ["404", ...withCaller]
const ofWorkspace = ["404", ...withCaller]
const withBody = ["413", "415"]
const statuses = {
  startAssessment: ["201", "403", ...withBody, ...withCaller],
  sendMessage: ["200", "409", "422", ...withBody, ...ofSession],
  getAssessmentSession: ["200", "304", ...ofSession],
  getResults: ["200", ...ofSession],
  pauseAssessment: ["200", ...ofSession],
  resumeAssessment: ["200", ...ofSession],
  completeAssessment: ["200", ...ofSession],
  listSessions: ["200", ...withCaller],
  createSession: ["201", "403", "409", "422", ...withBody, ...ofSession],
  getSession: ["200", "304", ...ofSession],
  updateSession: ["200", "412", ...withBody, ...ofSession],
  deleteSession: ["204", ...ofSession],
  listMessages: ["200", ...ofSession],
  appendMessage: ["201", "409", "422", ...withBody, ...ofSession],
  listEstimates: ["200", ...ofSession],
  forkSession: ["201", "409", "422", ...withBody, ...ofSession],
  claimSession: ["200", "403", "409", "422", ...withBody, ...ofSession],
  listThreads: ["200", ...withCaller],
  getThread: ["200", ...ofSession],
  setThreadMetadata: ["200", ...withBody, ...ofSession],
  deleteThread: ["204", ...withBody, ...ofSession],
  chat: ["200", "409", "422", ...withBody, ...ofSession],
  streamChat: ["200", "204", ...ofSession],
  stopChat: ["200", "204", ...ofSession],
  forkChat: ["200", "409", "422", ...withBody, ...ofSession],
  saveSession: ["201", ...withBody, ...ofSession],
  loadSavedSession: ["200", "409", ...ofSession],
  listSavedSessions: ["200", ...withCaller],
  countSavedSessions: ["200", ...withCaller],
  deleteSavedSession: ["204", ...ofSession],
  exportSession: ["200", "304", ...ofSession],
  exportSessions: ["200", ...withCaller],
  importSessions: ["200", "409", "422", ...withBody, ...withCaller],
  listWorkspaces: ["200", ...withCaller],
  createWorkspace: ["201", "409", "422", ...withBody, ...withCaller],
  restoreWorkspaces: ["200", ...withCaller],
  getWorkspace: ["200", ...ofWorkspace],
  updateWorkspace: ["200", ...withBody, ...ofWorkspace],
  recordWorkspaceActivity: ["200", ...ofWorkspace],
  destroyWorkspace: ["204", "409", ...ofWorkspace],
  health: ["200"],
  ready: ["200", "503"],
  metrics: ["200"]
}

const ofThreads = ["listThreads", "getThread", "setThreadMetadata", "deleteThread"]
const ofAllFiles = ["listSavedSessions", "countSavedSessions", "exportSessions", "importSessions"]
const ofWorkspaces = Object.keys(statuses).filter((operation) => /Workspace/.test(operation))
const needUser = [
  "listSessions",
  "createSession",
  "claimSession",
  ...ofThreads,
  ...ofAllFiles,
  ...ofWorkspaces
]
const ofTheSystem = ["health", "ready", "metrics"]
const byUser = [{ bearer: [] }, { localUser: [] }]

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
          assert.strictEqual(types.length === 0, ["204", "304"].includes(status), operationId)
          if (status >= "400") assert.deepStrictEqual(types, ["application/problem+json"], operationId)
          else assert.notInclude(types, "application/problem+json", operationId)
        }
      }
    })
  )

  it.effect("asks for a user where nobody else is answered, and otherwise takes anybody", () =>
    Effect.gen(function* () {
      for (const { operationId, security } of yield* operations) {
        const anybodys = ofTheSystem.includes(operationId) ? [] : [{}, ...byUser]
        assert.deepStrictEqual(security, needUser.includes(operationId) ? byUser : anybodys, operationId)
      }
    })
  )

  it.effect("has an example of every body that there is", () =>
    Effect.gen(function* () {
      for (const { operationId, requestBody, responses } of yield* operations) {
        for (const { content } of [requestBody ?? {}, ...Object.values(responses)])
          for (const body of Object.values(content ?? {}))
            assert.isTrue("example" in body || "examples" in body, operationId)
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
