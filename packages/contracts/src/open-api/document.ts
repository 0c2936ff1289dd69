import { Record } from "effect"
import { headers } from "./headers.ts"
import { isJson, type Json, member } from "./json.ts"
import { correctOperation } from "./operations.ts"
import { correctSchemas } from "./schemas.ts"
import { localUser } from "./security.ts"

/** Makes the generated OpenAPI document say what this server does, where the generator cannot know it. */
export const correctDocument = (document: Json): Json => {
  const components = member(document, "components")
  const schemas = correctSchemas(member(components, "schemas"))
  return {
    ...document,
    info: { ...member(document, "info"), contact: { name: "The maintainers of Big Ocean" } },
    paths: Record.map(member(document, "paths"), (methods) =>
      isJson(methods)
        ? Record.map(methods, (operation) => (isJson(operation) ? correctOperation(operation, schemas) : {}))
        : {}
    ),
    components: {
      ...components,
      schemas,
      headers,
      securitySchemes: { ...member(components, "securitySchemes"), ...localUser.schemes }
    }
  }
}
