import { type ArchivedSession, type ArchiveFormatError, SessionId } from "@workspace/domain"
import { Effect, Either, Option, Schema, Stream } from "effect"
import { decodeDocument } from "./decode.ts"
import { parseDocument } from "./document.ts"
import { DamagedGzip, decompressed } from "./gzip.ts"
import { formatError } from "./problems.ts"
import { type Limits, type Piece, Splitter } from "./splitter.ts"

/** One session of a file, or what is wrong with it. */
export interface ArchiveRecord {
  /** Its place in the file, from 1 on; blank lines do not count. */
  readonly record: number
  /** The session's id, where one can be read. */
  readonly id: Option.Option<SessionId>
  readonly result: Either.Either<ArchivedSession, ArchiveFormatError>
}

const mebibyte = 1_048_576

/** 64 MiB for a record, 1 GiB for all. */
const defaultLimits: Limits = { recordBytes: 64 * mebibyte, totalBytes: 1_024 * mebibyte }

/** A file of which so many records are none is not read any further. */
const patience = 100

const decodeId = Schema.decodeUnknownOption(Schema.Struct({ id: SessionId }))

const refused = (problem: string): Omit<ArchiveRecord, "record"> => ({
  id: Option.none(),
  result: Either.left(formatError("", problem))
})

const read = Effect.fnUntraced(function* (piece: Piece) {
  if (piece.problem !== undefined) return refused(piece.problem)
  // A long text was just put together, and parsing it takes as long again.
  if (piece.text.length > mebibyte) yield* Effect.sleep(0)
  const document = parseDocument(piece.text)
  if (Either.isLeft(document)) return { id: Option.none(), result: Either.left(document.left) }
  const id = Option.map(decodeId(document.right), (_) => _.id)
  return { id, result: yield* Effect.either(decodeDocument(document.right)) }
})

/**
 * The sessions of a file: JSON of one, or NDJSON of many, either as gzip too; the bytes say which. One record is read
 * after the other and only when it is wanted, and a bad one does not keep others from being read. A file that is cut
 * off, or too large, ends with a bad record that says so; an empty one has none.
 */
export const records = <E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>,
  limits: Partial<Limits> = {}
): Stream.Stream<ArchiveRecord, E, R> =>
  Stream.suspend(() => {
    const splitter = new Splitter({ ...defaultLimits, ...limits })
    const damaged: Piece = { problem: "must be gzip as a whole: it is damaged, or was cut off", isLast: true }
    return decompressed(bytes).pipe(
      Stream.mapConcat((part) => splitter.push(part)),
      Stream.concat(Stream.suspend(() => Stream.fromIterable(splitter.end()))),
      Stream.catchAll((error) =>
        error instanceof DamagedGzip ? Stream.succeed(damaged) : Stream.fail(error)
      ),
      Stream.takeUntil((piece) => piece.problem !== undefined && piece.isLast),
      Stream.mapEffect(read),
      numbered
    )
  })

/** With their numbers, and no more of them when there has not been a good one among many. */
const numbered = <E, R>(
  found: Stream.Stream<Omit<ArchiveRecord, "record">, E, R>
): Stream.Stream<ArchiveRecord, E, R> =>
  found.pipe(
    Stream.mapAccum({ count: 0, isWorthwhile: false }, (before, one) => {
      const count = before.count + 1
      const isWorthwhile = before.isWorthwhile || Either.isRight(one.result)
      const isLast = count === patience && !isWorthwhile
      const record = { ...one, record: count }
      const last = {
        ...refused(`must hold a session: the first ${patience} records are none`),
        record: count + 1
      }
      return [
        { count, isWorthwhile },
        { isLast, records: isLast ? [record, last] : [record] }
      ]
    }),
    Stream.takeUntil(({ isLast }) => isLast),
    Stream.mapConcat(({ records }) => records)
  )
