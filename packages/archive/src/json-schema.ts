import { JSONSchema, Schema } from "effect"
import { Header, Trailer, WireEstimate, WireMessage } from "./wire.ts"

const SessionFile = Schema.Struct({
  ...Header.fields,
  estimates: Schema.Array(WireEstimate).annotations({
    description: "In the order of through_sequence, which rises and is at most scored_through"
  }),
  messages: Schema.Array(WireMessage).annotations({
    description: "In the order of sequence: 1, 2, 3 … without gaps"
  }),
  ...Trailer.fields
})

const definitions = {}

/**
 * The format as JSON Schema, draft 7. Keys that it does not know are allowed: a later version may add some, and the
 * digest covers them.
 */
export const sessionFileSchema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  $id: "https://big-ocean.invalid/archive/session-v1.schema.json",
  title: "A session of Big Ocean as a file, version 1",
  ...JSONSchema.fromAST(SessionFile.ast, {
    definitions,
    additionalPropertiesStrategy: "allow"
  }),
  $defs: definitions
}
