import { OpenApi } from "@effect/platform"
import { BigOceanApi } from "@workspace/contracts"
import { Schema } from "effect"

const Operation = Schema.Struct({
  operationId: Schema.String,
  responses: Schema.Record({ key: Schema.String, value: Schema.Unknown })
})
const Document = Schema.Struct({
  paths: Schema.Record({
    key: Schema.String,
    value: Schema.Record({ key: Schema.String, value: Operation })
  })
})

const { paths } = Schema.decodeUnknownSync(Schema.parseJson(Document))(
  JSON.stringify(OpenApi.fromApi(BigOceanApi))
)

/** Every operation that the OpenAPI document has. */
export const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
