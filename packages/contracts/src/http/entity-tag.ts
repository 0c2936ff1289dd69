import { Session, type SessionVersion } from "@workspace/domain"
import { ParseResult, Schema, Struct } from "effect"

const form = /^(?:W\/)?"v([0-9]{1,10})-([0-9]{1,10})"$/
const message = "must be the ETag of an earlier answer"

/** No session has counted further. */
const isCount = (n: number | undefined): n is number => n !== undefined && n <= 2_147_483_647

/** The `ETag` of a session: its version, and how many messages it had. */
const EntityTag = Schema.transformOrFail(
  Schema.String,
  Schema.Struct(Struct.pick(Session.fields, "version", "messageCount")),
  {
    strict: true,
    decode: (text, _, ast) => {
      const [, ...counts] = form.exec(text) ?? []
      const [version, messageCount] = counts.map(Number)
      return isCount(version) && isCount(messageCount)
        ? ParseResult.succeed({ version, messageCount })
        : ParseResult.fail(new ParseResult.Type(ast, text, message))
    },
    encode: (of) => ParseResult.succeed(entityTagOf(of))
  }
).annotations({
  identifier: "EntityTag",
  message: () => message,
  description: "The ETag of an earlier answer"
})

/** What a client gives back in `If-None-Match` and `If-Match`. */
export const entityTagOf = ({ messageCount, version }: SessionVersion): string =>
  `"v${version}-${messageCount}"`

/**
 * Which version a change is for. `*` is any: it asks only that the session exists. A weak tag counts as the
 * strong one, because proxies that compress weaken the tags of what passes through them.
 */
export const IfMatch = Schema.Union(
  Schema.transform(Schema.Literal("*"), Schema.Undefined, {
    strict: true,
    decode: () => undefined,
    encode: () => "*" as const
  }),
  EntityTag
).annotations({
  identifier: "IfMatch",
  message: () => message,
  jsonSchema: { type: "string" },
  description: "The ETag of an earlier answer, or * for whatever version there is"
})
