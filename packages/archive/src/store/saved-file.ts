import type { FileSystem } from "@effect/platform"
import type { PlatformError } from "@effect/platform/Error"
import {
  type ArchivedSession,
  type ArchiveFormatError,
  SavedSession,
  type Session,
  type SessionId
} from "@workspace/domain"
import { DateTime, Effect, Either, Option, Order } from "effect"
import { decode } from "../decode.ts"
import { formatError } from "../problems.ts"
import { idIn, type SavedFor, savedForIn } from "./owner.ts"

/** What stands under the name of a saved session. */
export interface SavedFile {
  /** Another one when the file is another one, or was changed. */
  readonly stamp: string
  readonly savedFor: SavedFor
  readonly content: Either.Either<
    { readonly archived: ArchivedSession; readonly saved: SavedSession },
    ArchiveFormatError
  >
}

/** Larger than what is imported, since only this process, or who administers it, wrote the file. */
const maxBytes = 268_435_456
const pieceBytes = 1_048_576

/** So much of a file says whose it is, and of which session; it is ASCII. */
const headBytes = 512
const textOfHead = (bytes: Uint8Array) => Buffer.from(bytes.subarray(0, headBytes)).toString("latin1")

const isForbidden = (error: PlatformError) =>
  error._tag === "SystemError" && error.reason === "PermissionDenied"

export const stampOf = ({ ino, mtime, size, type }: FileSystem.File.Info): string =>
  [type, Option.getOrElse(ino, () => 0), size, Option.match(mtime, { onNone: () => 0, onSome: Number })].join(
    " "
  )

/** When the file was written. A clock that was wrong by decades is put right. */
const writtenAt = ({ mtime }: FileSystem.File.Info) =>
  DateTime.clamp(
    Option.match(mtime, { onNone: () => DateTime.unsafeMake(0), onSome: DateTime.unsafeFromDate }),
    { minimum: DateTime.unsafeMake(0), maximum: DateTime.unsafeMake(253_402_300_799_999) }
  )

export const savedSession = (session: Session, info: FileSystem.File.Info): SavedSession =>
  SavedSession.of(session, { savedAt: writtenAt(info), bytes: Number(info.size) })

const states: Order.Order<Pick<SavedSession, "updatedAt" | "messageCount">> = Order.combine(
  Order.mapInput(DateTime.Order, ({ updatedAt }) => updatedAt),
  Order.mapInput(Order.number, ({ messageCount }) => messageCount)
)

/** Whether a file holds more than the session as it was read. Of the same state that of an owner does: nobody's get one, and never lose it. */
export const isLater = (saved: SavedSession, savedFor: SavedFor, session: Session): boolean => {
  const order = states(saved, session)
  return order === 1 || (order === 0 && typeof savedFor === "string" && Option.isNone(session.userId))
}

const refused = (info: FileSystem.File.Info, problem: string): SavedFile => ({
  stamp: stampOf(info),
  savedFor: undefined,
  content: Either.left(formatError("", problem))
})

/** The text of a file, a piece at a time so that others get their turn. Bytes that are not UTF-8 are refused. */
const textOf = Effect.fnUntraced(function* (bytes: Uint8Array) {
  const decoder = new TextDecoder("utf-8", { fatal: true })
  const parts: Array<string> = []
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    if (from > 0) yield* Effect.sleep(0)
    const piece = bytes.subarray(from, from + pieceBytes)
    parts.push(
      yield* Effect.try({
        try: () => decoder.decode(piece, { stream: from + pieceBytes < bytes.length }),
        catch: () => formatError("", "must be UTF-8")
      })
    )
  }
  return parts.join("")
})

const contentOf = Effect.fnUntraced(function* (bytes: Uint8Array, id: SessionId, info: FileSystem.File.Info) {
  const archived = yield* decode(yield* textOf(bytes))
  if (archived.session.id !== id) return yield* formatError("id", "must be the id in the file's name")
  return { archived, saved: savedSession(archived.session, info) }
}, Effect.either)

/** What there is to be known of a file without reading it as a whole. */
export interface Head extends Pick<SavedFile, "stamp" | "savedFor"> {
  readonly size: bigint
  /** Undefined where it does not begin with one. */
  readonly id: string | undefined
}

const plain = Effect.fnUntraced(function* (files: FileSystem.FileSystem, path: string) {
  const isLink = yield* Effect.isSuccess(files.readLink(path))
  const info = yield* files.stat(path)
  return { info, isPlain: !isLink && info.type === "File" }
})

/** Reads how the file of a session begins, under the conditions of `readSavedFile`. */
export const readHead = Effect.fnUntraced(function* (files: FileSystem.FileSystem, path: string) {
  const { info, isPlain } = yield* plain(files, path)
  const read = files.open(path, { flag: "r" }).pipe(
    Effect.flatMap((file) => file.readAlloc(headBytes)),
    Effect.scoped,
    Effect.catchIf(isForbidden, () => Effect.succeedNone)
  )
  const text = Option.match(isPlain ? yield* read : Option.none(), { onNone: () => "", onSome: textOfHead })
  const head: Head = { stamp: stampOf(info), size: info.size, savedFor: savedForIn(text), id: idIn(text) }
  return head
})

/**
 * Reads the file of a session. What is no plain file is never opened: a pipe would keep its reader waiting for ever, and
 * a link leads out of the directory. A file that is replaced meanwhile has the stamp of the one before, and so is read again.
 */
export const readSavedFile = Effect.fnUntraced(function* (
  files: FileSystem.FileSystem,
  path: string,
  id: SessionId
) {
  const { info, isPlain } = yield* plain(files, path)
  if (!isPlain) return refused(info, "must be a plain file")
  if (info.size > maxBytes) return refused(info, `must be at most ${maxBytes} bytes`)
  return yield* files.readFile(path).pipe(
    Effect.flatMap((bytes) =>
      Effect.map(
        contentOf(bytes, id, info),
        (content): SavedFile => ({ stamp: stampOf(info), savedFor: savedForIn(textOfHead(bytes)), content })
      )
    ),
    Effect.catchIf(isForbidden, () => Effect.succeed(refused(info, "must be readable for the server")))
  )
})
