import type { ArchivedSession, ArchiveFormatError } from "@workspace/domain"
import { Effect, Either, Option, Schema } from "effect"
import { Assembly } from "./assembly.ts"
import { Digest } from "./digest.ts"
import { checkFormat, checkStructure, type Document, parseDocument } from "./document.ts"
import { isObject, Look, maxLength } from "./hazards.ts"
import { Problems } from "./problems.ts"
import { Header, outsideHeader, Trailer } from "./wire.ts"

/** So many items, of so many characters in all, are looked at before others get their turn. */
const batchSize = 256
const batchLength = 1_048_576

const decodeHeader = Schema.decodeUnknownEither(Header, { errors: "all" })
const decodeTrailer = Schema.decodeUnknownEither(Trailer.pick("digest"), { errors: "all" })

const knownKeys = new Set([...Object.keys(Header.fields), ...outsideHeader])

/** What is not to be looked at any further. A key that is not known may hold anything, and is not named. */
const findHazards = (document: Document, problems: Problems) => {
  const look = new Look()
  for (const key in document) {
    if (key === "estimates" || key === "messages") continue
    const hazard = look.hazardOf({ [key]: document[key] })
    if (look.isTooLong) {
      return problems.add(
        "",
        `must hold at most ${maxLength} characters as JSON beside estimates and messages`
      )
    }
    if (hazard !== undefined) problems.add(knownKeys.has(key) ? key : "", hazard)
  }
}

/** What the digest of the header covers: also what is not known of it. */
const headerIn = (document: Document) =>
  Object.fromEntries(Object.entries(document).filter(([key]) => !outsideHeader.has(key)))

/** The items of a list one after the other, with pauses, until there are enough problems. */
const forEachItem = Effect.fnUntraced(function* (
  document: Document,
  key: "estimates" | "messages",
  problems: Problems,
  take: (item: Readonly<Record<string, unknown>>, index: number) => void
) {
  const items: unknown = document[key]
  if (!Array.isArray(items)) {
    problems.add(key, items === undefined ? "is required" : "must be an array")
    return 0
  }
  let taken = 0
  let length = 0
  for (const [index, item] of items.entries()) {
    if (problems.areMany) break
    if (taken === batchSize || length > batchLength) {
      // A yield of the fiber alone would leave timers and sockets waiting.
      yield* Effect.sleep(0)
      taken = 0
      length = 0
    }
    const look = new Look()
    const hazard = look.hazardOf(item)
    if (hazard !== undefined) problems.add(`${key}.${index}`, hazard)
    else if (isObject(item)) take(item, index)
    else problems.add(`${key}.${index}`, "must be an object")
    taken++
    length += look.length
    // What was taken is held by its taker.
    items[index] = undefined
  }
  return items.length
})

/** The session of a document, if it is one that a store can take as it is. Empties the document's lists. */
export const decodeDocument = Effect.fnUntraced(function* (document: Document) {
  yield* checkFormat(document)
  const problems = new Problems()
  findHazards(document, problems)
  if (!problems.areNone) return yield* problems.error
  const header = decodeHeader(document)
  const trailer = decodeTrailer(document)
  for (const error of [
    ...Either.getLeft(header).pipe(Option.toArray),
    ...Either.getLeft(trailer).pipe(Option.toArray)
  ]) {
    problems.addError([], error)
  }
  if (Either.isLeft(header) || Either.isLeft(trailer)) return yield* problems.error
  const assembly = new Assembly(header.right, problems)
  const digest = new Digest(headerIn(document))
  yield* forEachItem(document, "estimates", problems, (item, index) => {
    assembly.addEstimate(item, index)
    digest.add(item)
  })
  const messageCount = yield* forEachItem(document, "messages", problems, (item, index) => {
    const { session_id: _, ...covered } = item
    assembly.addMessage(item, index)
    digest.add(covered)
  })
  if (messageCount !== header.right.metadata.message_count) {
    problems.add("metadata.message_count", "must be the number of messages")
  }
  if (problems.areNone && digest.toString() !== trailer.right.digest) {
    problems.add("digest", "must be that of the content: the file was altered")
  }
  return problems.areNone ? assembly.end() : yield* problems.error
})

/**
 * A session out of the text of one record, checked so that a store takes it as it is. What the file says of its owner
 * is not read. Others get their turn in between, but for the time that the text needs to be parsed.
 */
export const decode: (text: string) => Effect.Effect<ArchivedSession, ArchiveFormatError> = Effect.fn(
  "Archive.decode"
)((text: string) =>
  checkStructure(text).pipe(
    Effect.zipRight(Effect.suspend(() => parseDocument(text))),
    Effect.flatMap(decodeDocument)
  )
)
