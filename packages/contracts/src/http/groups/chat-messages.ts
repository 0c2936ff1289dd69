import { CallerMetadata, Message, MessageContent, MessageId } from "@workspace/domain"
import { Either, ParseResult, Schema, type SchemaAST } from "effect"
import { optional } from "../optional.ts"

const TextPart = Schema.Struct({
  type: Schema.Literal("text").annotations({ message: () => "must be text: other parts are not taken" }),
  text: Schema.String.annotations({ examples: ["I like to be among people, most of the time."] })
})

const UserMessage = Schema.Struct({
  id: optional(
    Message.fields.id.annotations({
      description: "An id of your own: sent again, the message gives the same reply"
    })
  ),
  role: optional(
    Schema.Literal("user").annotations({
      message: () => "must be user: only the user's messages are answered"
    })
  ),
  parts: Schema.NonEmptyArray(TextPart).annotations({
    description: "Text only; all together are the message: 1 character to 64 KiB of UTF-8"
  }),
  metadata: optional(CallerMetadata)
}).annotations({ identifier: "UserMessage", description: "A message as the AI SDK has it" })

export const exampleMessage: typeof UserMessage.Type = {
  id: MessageId.make("m-1"),
  role: "user",
  parts: [{ type: "text", text: "I like to be among people, most of the time." }]
}

/** How a message of the user comes. */
export const messageFields = {
  message: optional(
    Schema.Union(UserMessage, MessageContent).annotations({
      description: "The message: as the AI SDK has it, or its text alone"
    })
  ),
  messages: optional(
    Schema.Array(Schema.Unknown).annotations({
      jsonSchema: {
        type: "array",
        items: { $ref: "#/components/schemas/UserMessage" },
        description:
          "In the place of `message`: only the newest counts, whatever is before it is not looked at. What is stored is the truth"
      }
    })
  )
}

/** A message of the user as it is understood. */
export const NewMessage = Schema.Struct({
  id: optional(Message.fields.id),
  content: MessageContent,
  metadata: optional(CallerMetadata)
})

const MessageWire = Schema.Struct(messageFields)

type Path = readonly [PropertyKey, ...Array<PropertyKey>]

/** What is wrong with a field that is not wrong by itself. */
export const wrongField = (ast: SchemaAST.AST, path: Path, message: string) =>
  Either.left(new ParseResult.Pointer(path, undefined, new ParseResult.Type(ast, undefined, message)))

const at = (path: Path) =>
  Either.mapLeft((issue: ParseResult.ParseIssue) => new ParseResult.Pointer(path, undefined, issue))

const decodeMessage = ParseResult.decodeUnknownEither(UserMessage, { errors: "all" })
const decodeContent = ParseResult.decodeUnknownEither(MessageContent)

const contentOf = ({ parts, role: _, ...message }: typeof UserMessage.Type, path: Path) =>
  decodeContent(parts.map(({ text }) => text).join("")).pipe(
    at([...path, "parts"]),
    Either.map((content) => ({ ...message, content }))
  )

/** The one message of a request that counts. */
export const newestMessage = (
  { message, messages }: typeof MessageWire.Type,
  ast: SchemaAST.AST
): Either.Either<typeof NewMessage.Type, ParseResult.ParseIssue> => {
  if (typeof message === "string") return Either.right({ content: message })
  if (message !== undefined) return contentOf(message, ["message"])
  if (messages === undefined || messages.length === 0) return wrongField(ast, ["message"], "is missing")
  const path: Path = ["messages", messages.length - 1]
  return Either.flatMap(at(path)(decodeMessage(messages.at(-1))), (newest) => contentOf(newest, path))
}

/** The message as it travels. */
export const messageOnTheWire = ({
  content,
  ...message
}: typeof NewMessage.Type): typeof MessageWire.Type => ({
  message: { ...message, parts: [{ type: "text", text: content }] }
})
