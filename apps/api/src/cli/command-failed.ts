import { Data, Option, Schema } from "effect"

/** A command cannot do what it was asked. The message is for whoever asked. */
export class CommandFailedError extends Data.TaggedError("CommandFailedError")<{
  readonly message: string
}> {}

const Failure = Schema.Struct({
  code: Schema.optional(Schema.String),
  cause: Schema.optional(Schema.Struct({ code: Schema.optional(Schema.String) }))
})
const decode = Schema.decodeUnknownOption(Failure)

/** The system's own name of what went wrong, as ` (ENOENT)`; nothing where it has none. */
export const codeOf = ({ cause }: { readonly cause?: unknown }): string =>
  decode(cause).pipe(
    Option.flatMapNullable((failure) => failure.code ?? failure.cause?.code),
    Option.match({ onNone: () => "", onSome: (code) => ` (${code})` })
  )
