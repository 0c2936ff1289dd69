import { OpenApi } from "@effect/platform"
import { BigOceanApi } from "@workspace/contracts"
import { Schema } from "effect"

const Operation = Schema.Struct({
  operationId: Schema.String,
  parameters: Schema.Array(Schema.Struct({ name: Schema.String })),
  requestBody: Schema.optional(Schema.Unknown),
  responses: Schema.Record({ key: Schema.String, value: Schema.Unknown })
})
const Document = Schema.Struct({
  paths: Schema.Record({
    key: Schema.String,
    value: Schema.Record({ key: Schema.String, value: Operation })
  }),
  components: Schema.Struct({
    schemas: Schema.Record({
      key: Schema.String,
      value: Schema.Struct({
        properties: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.Unknown }))
      })
    })
  })
})

const { components, paths } = Schema.decodeUnknownSync(Schema.parseJson(Document))(
  JSON.stringify(OpenApi.fromApi(BigOceanApi))
)

/** Every operation that the OpenAPI document has. */
export const operations = Object.values(paths).flatMap((methods) => Object.values(methods))

/** Whether a request says which session it is about, in its path or in its body. */
const namesSession = ({ parameters, requestBody }: typeof Operation.Type) => {
  const body = JSON.stringify(requestBody ?? {})
  const schemas = [...body.matchAll(/#\/components\/schemas\/(\w+)"/g)].map(
    ([, name = ""]) => components.schemas[name]?.properties ?? {}
  )
  return (
    body.includes('"sessionId"') ||
    [...parameters.map(({ name }) => name), ...schemas.flatMap(Object.keys)].includes("sessionId")
  )
}

/** Those of them that are about one session. */
export const operationsOnSessions = operations.filter(namesSession).map(({ operationId }) => operationId)
