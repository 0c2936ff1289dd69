import { FileSystem, Path } from "@effect/platform"
import { isPlatformError, type PlatformError } from "@effect/platform/Error"
import {
  ArchiveStore,
  ArchiveUnavailableError,
  Caller,
  SavedSessionNotFoundError,
  type SavedSessionQuery,
  type Session,
  type SessionId,
  type SessionNotFoundError,
  type SessionSnapshot,
  UnreadableArchiveError
} from "@workspace/domain"
import { Effect, Either, Layer, Option, RcMap } from "effect"
import { encodeSaved } from "../encode.ts"
import { isOtherOfName, isVisible, savedForOf } from "./owner.ts"
import { listOf } from "./pages.ts"
import { type Head, isLater, readHead, savedSession, stampOf } from "./saved-file.ts"
import { isNotFound, makeSavedIndex } from "./saved-index.ts"
import { type Place, syncDirectory, writeWhole } from "./write-whole.ts"

type Read = Effect.Effect<SessionSnapshot, SessionNotFoundError>

const unavailable = (error: PlatformError) =>
  Effect.zipRight(
    Effect.logError("Saved sessions cannot be written or read", error),
    new ArchiveUnavailableError()
  )

/** Disk full, no permission, not a directory: what no caller can mend. */
const orUnavailable = <A, E, R>(
  effect: Effect.Effect<A, E | PlatformError, R>
): Effect.Effect<A, E | ArchiveUnavailableError, R> =>
  Effect.catchAll(
    effect,
    (error): Effect.Effect<never, E | ArchiveUnavailableError> =>
      isPlatformError(error) ? unavailable(error) : Effect.fail(error)
  )

const make = Effect.fnUntraced(function* (directory: string) {
  const files = yield* FileSystem.FileSystem
  const place: Place = { files, path: yield* Path.Path, directory }
  const index = yield* makeSavedIndex(place)
  const turns = yield* RcMap.make({ lookup: (_: SessionId) => Effect.makeSemaphore(1) })

  const inTurn = <A, E>(id: SessionId, step: Effect.Effect<A, E>) =>
    Effect.scoped(Effect.flatMap(RcMap.get(turns, id), (turn) => turn.withPermits(1)(step)))

  const headOf = (id: SessionId) =>
    readHead(files, index.fileOf(id)).pipe(
      Effect.asSome,
      Effect.catchIf(isNotFound, () => Effect.succeedNone)
    )

  /** What others have put there since, if that is later. */
  const staying = (id: SessionId, before: Option.Option<Head>, session: Session) =>
    Effect.gen(function* () {
      const now = yield* headOf(id)
      if (Option.isNone(now) || Option.exists(before, ({ stamp }) => stamp === now.value.stamp)) {
        return Option.none()
      }
      const { content, savedFor } = yield* index.readWhole(id, now.value.size)
      return Either.getRight(content).pipe(
        Option.filter(({ saved }) => isLater(saved, savedFor, session)),
        Option.map(({ saved }) => saved)
      )
    }).pipe(Effect.catchIf(isNotFound, () => Effect.succeedNone))

  const write = Effect.fnUntraced(function* (id: SessionId, read: Read, before: Option.Option<Head>) {
    if (Option.exists(before, (head) => isOtherOfName(id, head.id))) {
      yield* Effect.logError("Another session has the file's name where letters are not told apart", { id })
      return yield* new ArchiveUnavailableError()
    }
    const snapshot = yield* read
    const { session } = snapshot
    const savedFor = savedForOf(session.userId)
    const owner = Option.getOrUndefined(before)?.savedFor
    if (typeof owner === "string" && owner !== savedFor) {
      // Somebody imported the deleted session of another: whose file this is keeps what was saved.
      yield* files.rename(index.fileOf(id), `${index.fileOf(id)}.${owner.slice(0, 16)}`)
      yield* Effect.logWarning("The file of another owner's session of this id is kept aside", { id })
    }
    const written = yield* writeWhole(
      place,
      id,
      encodeSaved(snapshot, savedFor),
      staying(id, before, session)
    )
    if (Either.isLeft(written)) return written.left
    const saved = savedSession(session, written.right)
    yield* index.keep(id, { stamp: stampOf(written.right), savedFor, saved: Either.right(saved) })
    return saved
  })

  const save = Effect.fn("ArchiveStore.save")(
    (id: SessionId, read: Read) =>
      inTurn(
        id,
        Effect.flatMap(headOf(id), (before) => write(id, read, before))
      ),
    orUnavailable
  )

  const renew = Effect.fn("ArchiveStore.renew")(
    (id: SessionId, read: Read) =>
      inTurn(
        id,
        Effect.flatMap(headOf(id), (before) =>
          Effect.when(write(id, read, before), () => Option.isSome(before))
        )
      ),
    orUnavailable
  )

  const notFound = (id: SessionId) => new SavedSessionNotFoundError({ sessionId: id })

  /** How the file begins, if it exists for this caller. */
  const visible = Effect.fnUntraced(function* (caller: Caller, id: SessionId) {
    const head = yield* Effect.flatMap(
      headOf(id),
      Effect.mapError(() => notFound(id))
    )
    return isVisible(caller, head.savedFor) && !isOtherOfName(id, head.id) ? head : yield* notFound(id)
  })

  const ownerOf = Effect.fn("ArchiveStore.ownerOf")(
    (caller: Caller, id: SessionId) =>
      Effect.map(visible(caller, id), ({ savedFor }) =>
        Caller.$is("User")(caller) && savedFor !== null ? Option.some(caller.userId) : Option.none()
      ),
    orUnavailable
  )

  const load = Effect.fn("ArchiveStore.load")(function* (caller: Caller, id: SessionId) {
    const { size } = yield* visible(caller, id)
    const file = yield* Effect.catchIf(index.readWhole(id, size), isNotFound, () => notFound(id))
    // Replaced meanwhile.
    if (!isVisible(caller, file.savedFor)) return yield* notFound(id)
    return yield* Either.mapBoth(file.content, {
      onLeft: ({ problems }) => new UnreadableArchiveError({ sessionId: id, details: problems }),
      onRight: ({ archived }) => archived
    })
  }, orUnavailable)

  const list = Effect.fn("ArchiveStore.list")(
    (caller: Caller, query: SavedSessionQuery) =>
      Effect.map(index.refresh, (entries) => listOf(caller, query, entries)),
    Effect.catchAll(unavailable)
  )

  const remove = Effect.fn("ArchiveStore.remove")(
    (caller: Caller, id: SessionId) =>
      inTurn(
        id,
        Effect.gen(function* () {
          yield* visible(caller, id)
          yield* Effect.catchIf(files.remove(index.fileOf(id)), isNotFound, () => notFound(id))
          yield* index.drop(id)
          yield* syncDirectory(place)
        })
      ),
    orUnavailable
  )

  const findSaved = Effect.fn("ArchiveStore.find")(
    (id: SessionId) =>
      Effect.map(
        index.refreshOne(id),
        Option.flatMap(({ saved }) => Either.getRight(saved))
      ),
    Effect.catchAll(unavailable)
  )

  yield* index.sweep
  return ArchiveStore.of({ save, renew, ownerOf, load, list, remove, find: findSaved })
})

/**
 * Saved sessions as `{sessionId}.json` in a directory, which is made when the first one is saved, readable for this
 * user alone. An id has no character that means anything in a path.
 */
export const layer = (options: {
  readonly directory: string
}): Layer.Layer<ArchiveStore, never, FileSystem.FileSystem | Path.Path> =>
  Layer.scoped(ArchiveStore, make(options.directory))
