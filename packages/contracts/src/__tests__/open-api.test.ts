import { OpenApi } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { BigOceanApi } from "../api.ts"
import { anonymousToo, conditional, withEntityTag } from "../open-api/annotations.ts"
import { examplesOf } from "../open-api/examples.ts"
import { headerReferences } from "../open-api/headers.ts"
import { correctOperation } from "../open-api/operations.ts"
import { correctSchemas } from "../open-api/schemas.ts"

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` })

describe("examples", () => {
  const schemas = {
    Role: { enum: ["user", "assistant"], examples: ["user", "assistant"] },
    Message: {
      properties: {
        sequence: { type: "integer", examples: [1, 2] },
        role: reference("Role"),
        session: { type: "string", examples: ["s"] },
        unknown: { type: "string" }
      }
    }
  }
  const question = { sequence: 1, role: "user", session: "s" }
  const answer = { sequence: 2, role: "assistant", session: "s" }

  it.each([
    ["its own", { type: "string", examples: ["a", "b"] }, ["a", "b"]],
    ["those of whom it refers to", reference("Role"), ["user", "assistant"]],
    ["the first of its literals", { type: "string", enum: ["a", "b"] }, ["a"]],
    ["those of its parts, in their order", reference("Message"), [question, answer]],
    [
      "one list of all that its items have",
      { type: "array", items: reference("Message") },
      [[question, answer]]
    ],
    [
      "those of its first alternative",
      { anyOf: [reference("Role"), { type: "null" }] },
      ["user", "assistant"]
    ],
    ["those of what it adds to", { allOf: [reference("Role")], description: "Who" }, ["user", "assistant"]],
    ["its own before its parts'", { examples: [{}], properties: { a: { examples: [1] } } }, [{}]],
    ["none of a part without", { type: "string" }, []],
    ["none of nothing", reference("Missing"), []]
  ])("of a schema are %s", (_, schema, expected) =>
    assert.deepStrictEqual<unknown>(examplesOf(schema, schemas), expected)
  )
})

describe("schemas", () => {
  it("say what this server means, and their examples stay as they are", () => {
    const example = { title: "A title", additionalProperties: false, required: [] }
    assert.deepStrictEqual<unknown>(
      correctSchemas({
        Thing: {
          type: "object",
          title: "Thing",
          required: [],
          additionalProperties: false,
          properties: { title: { type: "integer", title: "between(1, 2)", minimum: 1 } },
          examples: [example]
        },
        HttpApiDecodeError: { type: "object" }
      }),
      {
        Thing: {
          type: "object",
          properties: { title: { type: "integer", minimum: 1 } },
          examples: [example]
        }
      }
    )
  })
})

describe("operations", () => {
  const schemas = {
    ValidationError: { description: "Not valid", examples: [{ status: 400 }] },
    StateError: { description: "Not now", examples: [{ status: 400, now: true }] },
    PayloadTooLargeError: { description: "Too large", examples: [{}] },
    UnavailableError: { description: "Away", examples: [{}] },
    NotReadyError: { description: "Not ready", examples: [{}] },
    Thing: { examples: [{ id: 1 }] }
  }
  const json = (...names: ReadonlyArray<string>) => ({
    content: { "application/json": { schema: { anyOf: names.map(reference) } } }
  })
  const operation = {
    parameters: [],
    security: [{ bearer: [] }],
    responses: {
      200: { description: "A thing", content: { "application/json": { schema: reference("Thing") } } },
      400: { description: "?", ...json("HttpApiDecodeError", "ValidationError", "StateError") },
      413: { description: "?", ...json("PayloadTooLargeError") },
      503: { description: "?", ...json("UnavailableError", "NotReadyError") }
    }
  }
  const statuses = (changes: object) =>
    Object.keys(Object(correctOperation({ ...operation, ...changes }, schemas)["responses"]))
  const headersOf = (of: Parameters<typeof correctOperation>[0], status: number) =>
    Object(correctOperation(of, schemas)["responses"])[status].headers
  const ofCallers = ["x-request-id", "ratelimit", "ratelimit-policy"]

  it("answer errors of one status as one kind of problem, with an example of each", () => {
    assert.deepNestedPropertyVal(correctOperation(operation, schemas), "responses.400", {
      description: "Not valid. Or: Not now",
      headers: headerReferences(["x-request-id", "ratelimit", "ratelimit-policy"]),
      content: {
        "application/problem+json": {
          schema: { anyOf: [reference("ValidationError"), reference("StateError")] },
          examples: {
            ValidationError: { value: { status: 400 } },
            StateError: { value: { status: 400, now: true } }
          }
        }
      }
    })
  })

  it("answer with the headers of their status", () => {
    assert.hasAllKeys(headersOf(operation, 503), [...ofCallers, "retry-after"])
  })

  it("tell callers where they stand, but for a body that is refused unread", () => {
    const withBody = { ...operation, requestBody: { content: {} } }
    assert.hasAllKeys(headersOf(operation, 200), ofCallers)
    assert.hasAllKeys(headersOf(withBody, 413), ["x-request-id"])
    assert.hasAllKeys(headersOf({ ...operation, security: [] }, 200), ["x-request-id"])
  })

  it("mark what an idempotency key repeats, and say when to ask again", () => {
    const keyed = {
      ...operation,
      parameters: [{ name: "idempotency-key", in: "header" }],
      responses: { ...operation.responses, 409: json("StateError") }
    }
    assert.hasAllKeys(headersOf(keyed, 200), [...ofCallers, "idempotency-replayed"])
    assert.hasAllKeys(headersOf(keyed, 409), [...ofCallers, "retry-after"])
  })

  it("refuse only what they read", () => {
    const requestBody = { content: { "application/json": { schema: reference("Thing") } } }
    assert.deepStrictEqual(statuses({ requestBody }), ["200", "400", "413", "503"])
    assert.deepStrictEqual(statuses({}), ["200", "400", "503"])
    const responses = { 400: operation.responses[400], 503: json("UnavailableError") }
    assert.deepStrictEqual(statuses({ security: [], responses }), ["400"])
    assert.deepStrictEqual(statuses({ security: [] }), ["200", "400", "503"])
  })

  it("take the local caller's name wherever they take a token", () => {
    const securityOf = (security: ReadonlyArray<object>) =>
      correctOperation({ ...operation, security }, schemas)["security"]
    assert.deepStrictEqual<unknown>(securityOf([]), [])
    assert.deepStrictEqual<unknown>(securityOf([{ bearer: [] }]), [{ bearer: [] }, { localUser: [] }])
    assert.deepStrictEqual<unknown>(securityOf(anonymousToo.security), [
      {},
      { bearer: [] },
      { localUser: [] }
    ])
  })

  it("have examples of the parameters without which nothing goes", () => {
    const schema = { type: "string", examples: ["a"] }
    const parameters = [
      { name: "id", in: "path", required: true, schema },
      { name: "filter", in: "query", required: false, schema: reference("Thing") }
    ]
    assert.deepPropertyVal(
      correctOperation({ ...operation, parameters }, { Thing: { description: "A thing" } }),
      "parameters",
      [
        { name: "id", in: "path", required: true, schema, example: "a" },
        { name: "filter", in: "query", required: false, schema: reference("Thing"), description: "A thing" }
      ]
    )
  })

  const etag = { headers: { etag: { $ref: "#/components/headers/etag" } } }

  it("give an ETag with what succeeds", () =>
    assert.deepPropertyVal(withEntityTag({ responses: { 201: {}, 404: {} } }), "responses", {
      201: etag,
      404: {}
    }))

  it("answer 304 to who has the version already", () => {
    const read = conditional({ parameters: [{ name: "id" }], responses: { 200: {} } })
    assert.nestedPropertyVal(read, "parameters[0].name", "id")
    assert.nestedPropertyVal(read, "parameters[1].name", "if-none-match")
    assert.deepNestedPropertyVal(read, "responses.200", etag)
    assert.deepNestedPropertyVal(read, "responses.304.headers", etag.headers)
  })
})

it("the document says nothing in the generator's words", () =>
  assert.notMatch(
    JSON.stringify(OpenApi.fromApi(BigOceanApi)),
    /"(?:an integer|a (?:string|number) (?:matching|between)[^"]*|A string that is[^"]*|Error|Success)"/
  ))
