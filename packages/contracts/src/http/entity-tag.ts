import type { SessionVersion } from "@workspace/domain"
import { ParseResult, Schema } from "effect"

const form = /^(?:W\/)?"v([0-9]{1,10})-([0-9]{1,10})"$/
const message = "must be the ETag of an earlier answer"

/** The `ETag` of a session: its version, and how many messages it had. */
export const EntityTag = Schema.transformOrFail(
  Schema.String,
  Schema.Struct({ version: Schema.Number, messageCount: Schema.Number }),
  {
    strict: true,
    decode: (text, _, ast) => {
      const [, version, messageCount] = form.exec(text) ?? []
      return version === undefined || messageCount === undefined
        ? ParseResult.fail(new ParseResult.Type(ast, text, message))
        : ParseResult.succeed({ version: Number(version), messageCount: Number(messageCount) })
    },
    encode: (of) => ParseResult.succeed(entityTagOf(of))
  }
).annotations({
  identifier: "EntityTag",
  message: () => message,
  description: "The ETag of an earlier answer",
  examples: [{ version: 3, messageCount: 2 }]
})

/** What a client gives back in `If-None-Match` and `If-Match`. */
export const entityTagOf = ({ messageCount, version }: SessionVersion): string =>
  `"v${version}-${messageCount}"`
