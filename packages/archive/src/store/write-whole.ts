import { randomUUID } from "node:crypto"
import type { FileSystem, Path } from "@effect/platform"
import type { PlatformError } from "@effect/platform/Error"
import { Effect, Either, Exit, Option, Stream } from "effect"

/** Where the files lie, and with what they are reached. */
export interface Place {
  readonly files: FileSystem.FileSystem
  readonly path: Path.Path
  readonly directory: string
}

const temporary = /^\.[A-Za-z0-9_-]{1,64}\.[0-9a-f-]{36}\.tmp$/

/** Whether a name is that of a file which is not written to its end. No saved session has such a name. */
export const isTemporary = (name: string): boolean => temporary.test(name)

/** Makes the names in the directory last. Some systems have no such thing: the file itself is safe then, not that it replaced the one before. */
export const syncDirectory = ({ directory, files }: Place) =>
  files.open(directory, { flag: "r" }).pipe(
    Effect.flatMap((opened) => opened.sync),
    Effect.scoped,
    Effect.catchAll((error) => Effect.logDebug("The archive's directory cannot be synced", error))
  )

/**
 * Writes a file in the place of another: readers see the one or the other, whole, also when the process is killed. Gives what
 * became of it, or, where something else is to stay, that: it is asked for when all is written. What fails, or is
 * interrupted, leaves the file as it was and nothing beside it.
 */
export const writeWhole = <A, E>(
  place: Place,
  name: string,
  bytes: Stream.Stream<Uint8Array, E>,
  staying: Effect.Effect<Option.Option<A>, PlatformError>
): Effect.Effect<Either.Either<FileSystem.File.Info, A>, E | PlatformError> =>
  Effect.gen(function* () {
    const { directory, files, path } = place
    yield* files.makeDirectory(directory, { recursive: true, mode: 0o700 })
    const unfinished = path.join(directory, `.${name}.${randomUUID()}.tmp`)
    const discarded = files
      .remove(unfinished, { force: true })
      .pipe(Effect.catchAll((error) => Effect.logWarning("An unfinished file stays behind", error)))
    const settled = (
      info: FileSystem.File.Info,
      kept: Option.Option<A>
    ): Effect.Effect<Either.Either<FileSystem.File.Info, A>, PlatformError> =>
      Option.isSome(kept)
        ? Effect.as(discarded, Either.left(kept.value))
        : Effect.as(files.rename(unfinished, path.join(directory, `${name}.json`)), Either.right(info))
    const written = files.open(unfinished, { flag: "wx", mode: 0o600 }).pipe(
      Effect.tap((file) => Stream.runForEach(bytes, (part) => file.writeAll(part))),
      Effect.tap((file) => file.sync),
      Effect.flatMap((file) => file.stat),
      Effect.scoped,
      Effect.flatMap((info) => Effect.flatMap(staying, (kept) => settled(info, kept))),
      Effect.onExit((exit) => (Exit.isSuccess(exit) ? Effect.void : discarded))
    )
    const outcome = yield* written
    yield* syncDirectory(place)
    return outcome
  })
