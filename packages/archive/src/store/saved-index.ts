import type { PlatformError } from "@effect/platform/Error"
import { type SavedSession, SessionId } from "@workspace/domain"
import { Effect, Either, Option } from "effect"
import { removeLeftovers } from "./leftovers.ts"
import type { SavedFor } from "./owner.ts"
import { readSavedFile, type SavedFile, stampOf } from "./saved-file.ts"
import type { Place } from "./write-whole.ts"

/** What is known of one file, until its stamp is another one. */
export interface Entry {
  readonly stamp: string
  readonly savedFor: SavedFor
  /** Or why it is passed over. */
  readonly saved: Either.Either<SavedSession, string>
}

/** Stamps are looked at and files read so many at a time; of large files one, since each is held as a whole. */
const looksAtOnce = 16
const readsAtOnce = 4
const largeBytes = 4_194_304

const named = /^([A-Za-z0-9_-]{1,64})\.json$/

/** Whether there is no such file. */
export const isNotFound = (error: PlatformError) =>
  error._tag === "SystemError" && error.reason === "NotFound"

const entryOf = ({ content, savedFor, stamp }: SavedFile): Entry => ({
  stamp,
  savedFor,
  saved: Either.mapBoth(content, {
    onLeft: ({ problems }) => problems.map(({ message, path }) => `${path} ${message}`.trim()).join("; "),
    onRight: ({ saved }) => saved
  })
})

/**
 * What stands in the directory, so that a list reads only what changed since the last one. A file that is none of a saved
 * session is told of in the log once, and again when it becomes another one.
 */
export const makeSavedIndex = Effect.fnUntraced(function* (place: Place) {
  const { directory, files, path } = place
  const entries = new Map<SessionId, Entry>()
  const reads = yield* Effect.makeSemaphore(readsAtOnce)
  const largeReads = yield* Effect.makeSemaphore(1)
  const oneRefresh = yield* Effect.makeSemaphore(1)
  const fileOf = (id: SessionId) => path.join(directory, `${id}.json`)

  const keep = Effect.fnUntraced(function* (id: SessionId, entry: Entry) {
    const before = entries.get(id)
    entries.set(id, entry)
    const problem = Option.getOrUndefined(Either.getLeft(entry.saved))
    const told = before === undefined ? undefined : Option.getOrUndefined(Either.getLeft(before.saved))
    if (problem !== undefined && problem !== told) {
      yield* Effect.logWarning("Passed over a file that is none of a saved session", { id, problem })
    }
    return entry
  })

  /** The whole file, of which the entry is kept. Few are in memory at once. */
  const readWhole = (id: SessionId, size: bigint) => {
    const reading = readSavedFile(files, fileOf(id), id)
    const inTurn = size > largeBytes ? largeReads.withPermits(1)(reading) : reading
    return Effect.tap(reads.withPermits(1)(inTurn), (file) => keep(id, entryOf(file)))
  }

  const read = (id: SessionId, size: bigint) => Effect.map(readWhole(id, size), entryOf)

  const drop = (id: SessionId) => Effect.sync(() => entries.delete(id))

  /** What is known of one session's file after a look at it. */
  const refreshOne = (id: SessionId): Effect.Effect<Option.Option<Entry>, PlatformError> =>
    files.stat(fileOf(id)).pipe(
      Effect.flatMap((info) => {
        const known = entries.get(id)
        return known?.stamp === stampOf(info) ? Effect.succeedSome(known) : Effect.asSome(read(id, info.size))
      }),
      Effect.catchAll((error) =>
        isNotFound(error) ? Effect.as(drop(id), Option.none()) : Effect.fail(error)
      )
    )

  /** A file that cannot be read for now is passed over as well, and looked at again the next time. */
  const refreshOrPass = (id: SessionId) =>
    Effect.catchAll(refreshOne(id), (error) =>
      keep(id, { stamp: "", savedFor: undefined, saved: Either.left(`cannot be read: ${error.message}`) })
    )

  const names = files.readDirectory(directory).pipe(
    Effect.catchIf(isNotFound, () => Effect.succeed([])),
    Effect.tap((found) => removeLeftovers(place, found))
  )

  /** Without it a directory that cannot be read is told of when it is needed. */
  const sweep = Effect.catchAll(names, (error) =>
    Effect.logWarning("The directory of saved sessions cannot be read", error)
  )

  const scan = Effect.gen(function* () {
    const ids = new Set(
      (yield* names).flatMap((name) => named.exec(name)?.slice(1, 2) ?? []).map((_) => SessionId.make(_))
    )
    for (const id of entries.keys()) if (!ids.has(id)) entries.delete(id)
    yield* Effect.forEach(ids, refreshOrPass, { concurrency: looksAtOnce, discard: true })
  })

  let begun = 0
  let newest = 0

  /** All that is in the directory. Whoever asks while it is gone through shares the next round with all others who do. */
  const refresh = Effect.suspend(() => {
    const asked = begun
    const round = Effect.suspend(() => {
      if (newest > asked) return Effect.void
      begun += 1
      const mine = begun
      return Effect.map(scan, () => {
        newest = mine
      })
    })
    return Effect.map(oneRefresh.withPermits(1)(round), () => [...entries.values()])
  })

  return { drop, fileOf, keep, readWhole, refresh, refreshOne, sweep }
})
