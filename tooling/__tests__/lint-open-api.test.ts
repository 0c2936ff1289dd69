import { execFile } from "node:child_process"
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"

const script = fileURLToPath(new URL("../lint-open-api.mjs", import.meta.url))

const problem = {
  description: "It is refused",
  content: {
    "application/problem+json": {
      schema: { type: "object", properties: { type: { type: "string" }, title: { type: "string" } } },
      example: { type: "/problems/refused", title: "Refused" }
    }
  }
}

const thing = (body: object) => ({
  200: { description: "The thing", content: { "application/json": body } },
  400: problem,
  401: problem
})

const operation = {
  summary: "Get a thing",
  description: "Gives the thing.",
  tags: ["things"],
  security: [{}],
  responses: thing({ schema: { type: "integer" }, example: 1 })
}

const info = {
  title: "An API",
  version: "1.0.0",
  description: "What it is for",
  contact: { name: "Its maintainers" },
  license: { name: "MIT", url: "https://opensource.org/license/mit" }
}
const tags = [{ name: "things", description: "What there is" }]

const documentOf = (operations: ReadonlyArray<object>, rest: object) => ({
  openapi: "3.1.0",
  servers: [{ url: "/" }],
  info,
  tags,
  paths: Object.fromEntries(
    operations.map((changes, index) => [
      `/api/${index}`,
      { get: { ...operation, operationId: `get${index}`, ...changes } }
    ])
  ),
  ...rest
})

const parameter = { name: "size", in: "query", schema: { type: "integer" } }

/** Operations with a mistake each, and the rules that refuse it; whatever else there is of them is good. */
const mistakes: ReadonlyArray<readonly [rules: ReadonlyArray<string>, changes: object]> = [
  [["struct", "oas3-schema"], { deprecated: "no" }],
  [["operation-summary"], { summary: undefined }],
  [["operation-description"], { description: undefined }],
  [["operation-operationId-url-safe", "operation-operationId-valid-in-url"], { operationId: "get a thing" }],
  [["operation-operationId-unique"], { operationId: "get0" }],
  [["operation-tag-defined"], { tags: ["others"] }],
  [["security-defined", "oas3-operation-security-defined"], { security: [{ bearer: [] }] }],
  [["parameter-description", "oas3-parameter-description"], { parameters: [parameter] }],
  [["rule/api-operation-4xx-response"], { responses: { ...operation.responses, 401: undefined } }],
  [
    ["operation-4xx-problem-details-rfc7807"],
    { responses: { ...operation.responses, 401: { description: "It is refused" } } }
  ],
  [["rule/bodies-have-examples"], { responses: thing({ schema: { type: "integer" } }) }],
  [
    ["no-invalid-media-type-examples", "oas3-valid-media-example"],
    { responses: thing({ schema: { type: "integer" }, example: "one" }) }
  ],
  [
    ["no-invalid-schema-examples"],
    { responses: thing({ schema: { type: "integer", examples: ["one"] }, example: 1 }) }
  ],
  [
    ["no-unresolved-refs", "invalid-ref"],
    { responses: thing({ schema: { $ref: "#/components/schemas/None" }, example: 1 }) }
  ]
]

const ofTheWhole: ReadonlyArray<string> = [
  "info-contact",
  "info-description",
  "info-license",
  "tag-description",
  "no-unused-components",
  "oas3-unused-component"
]

let folder = ""

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "lint open api ")))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const lint = async (text: string) => {
  const path = join(folder, "document.json")
  await writeFile(path, text)
  return new Promise<{ code: number; output: string }>((resolve) => {
    const child = execFile(process.execPath, [script, path], (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr })
    )
  })
}

it("says nothing of a good document", async () => {
  assert.deepStrictEqual(await lint(JSON.stringify(documentOf([{}], {}))), { code: 0, output: "" })
})

it("refuses a document for a warning", async () => {
  const { code, output } = await lint(
    JSON.stringify(documentOf([{}], { info: { ...info, description: "" } }))
  )
  assert.strictEqual(code, 1)
  assert.match(output, /^ *\d+:\d+ +warning +info-description/m)
  assert.match(output, /1 problem/)
})

it("refuses what is no document", async () => {
  const { code, output } = await lint("")
  assert.strictEqual(code, 1)
  assert.notStrictEqual(output, "")
})

describe("in a document with every mistake", () => {
  let code = 0
  let found: ReadonlyArray<string> = []

  beforeAll(async () => {
    const { output, ...result } = await lint(
      JSON.stringify(
        documentOf([{}, ...mistakes.map(([, changes]) => changes)], {
          info: { title: info.title, version: info.version },
          tags: [{ name: "things" }],
          components: { schemas: { Unused: { type: "string" } } }
        })
      )
    )
    code = result.code
    found = output.split(/\s+/)
  })

  it("fails", () => assert.strictEqual(code, 1))

  it.each([...mistakes.flatMap(([rules]) => rules), ...ofTheWhole])("%s", (rule) =>
    assert.include(found, rule)
  )
})
