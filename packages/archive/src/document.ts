import type { ArchiveFormatError } from "@workspace/domain"
import { Effect, Either } from "effect"
import { isObject } from "./hazards.ts"
import { formatError } from "./problems.ts"
import { maxSigns, Structure } from "./structure.ts"
import { formatName, formatVersion } from "./wire.ts"

/** A JSON object that says it is of this format and version; nothing else is known of it. */
export type Document = Readonly<Record<string, unknown>>

const parse = Either.liftPredicate(isObject, () => formatError("", "must be a JSON object"))

const pieceLength = 1_048_576

/** Of a text longer than what is imported, as a saved session's may be, so many characters go with one sign at least. */
const charactersOfSign = 8

/** Fails where a text must not be parsed, piece by piece, with others' turns in between. */
export const checkStructure = Effect.fnUntraced(function* (text: string) {
  const structure = new Structure(Math.max(maxSigns, Math.floor(text.length / charactersOfSign)))
  const encoder = new TextEncoder()
  for (let from = 0; from < text.length; from += pieceLength) {
    if (from > 0) yield* Effect.sleep(0)
    // A pair that is cut in two makes no sign.
    const problem = structure.push(encoder.encode(text.slice(from, from + pieceLength)))
    if (problem !== undefined) return yield* formatError("", problem)
  }
})

/**
 * Parses the text of one record, whose structure was checked. It is parsed in one go, which stops the process: for about
 * five seconds where all the values that are allowed are strings or keys that differ.
 */
export const parseDocument = (text: string): Either.Either<Document, ArchiveFormatError> =>
  Either.try({
    try: (): unknown => JSON.parse(text),
    catch: () =>
      formatError(
        "",
        text.trim() === ""
          ? "must be JSON, and is empty"
          : "must be JSON: it is of another kind, or was cut off"
      )
  }).pipe(Either.flatMap(parse))

/** Of another format nothing but that is told. */
export const checkFormat = ({ format, version }: Document): Either.Either<void, ArchiveFormatError> => {
  if (format !== formatName) return Either.left(formatError("format", `must be ${formatName}`))
  if (version !== formatVersion) {
    return Either.left(
      formatError("version", `must be ${formatVersion}: other versions of the format are not known here`)
    )
  }
  return Either.void
}
