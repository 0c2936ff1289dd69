import { HttpApiSchema } from "@effect/platform"
import type { Schema } from "effect"

/** Without its name a schema with a status of its own would not be found among the components. */
export const created = <A, I, R>(identifier: string, schema: Schema.Schema<A, I, R>) =>
  schema.annotations({ identifier, ...HttpApiSchema.annotations({ status: 201 }) })
