import { Record } from "effect"
import { examplesOf } from "./examples.ts"
import { isJson, type Json, member, referredSchema } from "./json.ts"
import { correctResponses, withExamples } from "./responses.ts"
import { correctSchema } from "./schemas.ts"
import { localUser } from "./security.ts"

/** An example only where a request needs a value: pages for trying the API fill it in. */
const correctParameter = (parameter: Json, schemas: Json): Json => {
  const schema = correctSchema(member(parameter, "schema"))
  const { description } = { ...member(schemas, referredSchema(schema) ?? ""), ...parameter }
  const [example] = examplesOf(schema, schemas)
  return {
    ...parameter,
    schema,
    ...(description === undefined ? {} : { description }),
    ...(parameter["required"] === true && example !== undefined ? { example } : {})
  }
}

/** An operation as this server has it. */
export const correctOperation = (operation: Json, schemas: Json): Json => {
  const { parameters, requestBody, security } = operation
  return {
    ...operation,
    parameters: Array.isArray(parameters)
      ? parameters.filter(isJson).map((parameter) => correctParameter(parameter, schemas))
      : [],
    ...(isJson(requestBody)
      ? {
          requestBody: {
            ...requestBody,
            content: Record.map(member(requestBody, "content"), (_) => withExamples(_, schemas))
          }
        }
      : {}),
    security: localUser.besides(security),
    responses: correctResponses(operation, schemas)
  }
}
