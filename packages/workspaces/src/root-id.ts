import { randomUUID } from "node:crypto"
import type { FileSystem, Path } from "@effect/platform"
import type { PlatformError } from "@effect/platform/Error"
import { Clock, Effect, Option, Schema } from "effect"
import { namesIn, writeWhole } from "./files.ts"
import { isNotFound, orRefuse } from "./refusals.ts"

/** The id, and where the repository was when it was last asked for. */
const Kept = Schema.parseJson(Schema.Struct({ id: Schema.UUID, root: Schema.String }))
type Kept = typeof Kept.Type

interface Place {
  readonly root: string
  readonly ownDirectory: string
}

const fileName = "root.json"
const unfinished = /^root\.json\.[0-9a-f-]{36}$/
/** Nobody takes so long to write one. */
const minAgeMillis = 60_000

/** Removes what processes that were killed while they wrote an id have left. */
export const removeUnfinishedIds = Effect.fnUntraced(
  function* (
    { files, path }: { files: FileSystem.FileSystem; path: Path.Path },
    { ownDirectory }: Pick<Place, "ownDirectory">
  ) {
    const now = yield* Clock.currentTimeMillis
    for (const name of (yield* namesIn(files, ownDirectory)).filter((found) => unfinished.test(found))) {
      const file = path.join(ownDirectory, name)
      const { mtime } = yield* files.stat(file)
      const isOld = Option.exists(mtime, (modified) => now - modified.getTime() > minAgeMillis)
      if (isOld) yield* files.remove(file, { force: true })
    }
  },
  Effect.catchAll((error) => Effect.logWarning("An id that was not written to its end stays", error))
)

/**
 * The id of a repository, which is made when it is first asked for and goes wherever the repository goes. A copy gets one of its
 * own, for which the repository that was copied must still be where it was.
 */
export const keptId = ({ files, path }: { files: FileSystem.FileSystem; path: Path.Path }) => {
  const fileIn = (ownDirectory: string) => path.join(ownDirectory, fileName)

  const decode = Schema.decodeOption(Kept)

  /** None where there is no file; otherwise what it says, if that can be read. */
  const look = (file: string) =>
    files.readFileString(file).pipe(
      Effect.map((text) => Option.some(decode(text))),
      Effect.catchIf(isNotFound, () => Effect.succeed(Option.none<Option.Option<Kept>>()))
    )

  const read = (file: string) => Effect.map(look(file), Option.flatten)

  /** Writes a file of its own and puts it in place in one step, so that nobody reads a half. */
  const put = Effect.fnUntraced(function* (
    { ownDirectory }: Place,
    kept: Kept,
    step: (own: string, file: string) => Effect.Effect<void, PlatformError>
  ) {
    yield* files.makeDirectory(ownDirectory, { recursive: true })
    const file = fileIn(ownDirectory)
    const own = `${file}.${randomUUID()}`
    const text = yield* Effect.orDie(Schema.encode(Kept)(kept))
    yield* writeWhole({ files, path }, { file, own, text }, step)
    return kept.id
  })

  const replaced = (place: Place, id: string) =>
    put(place, { id, root: place.root }, (own, file) => files.rename(own, file))

  /** The first of many wins. */
  const made = (place: Place) =>
    put(place, { id: randomUUID(), root: place.root }, (own, file) =>
      Effect.zipRight(files.link(own, file), files.remove(own))
    )

  /** Whether the repository from which this one was copied is still there; not where it is this very one under two paths. */
  const isCopied = Effect.fnUntraced(function* ({ ownDirectory, root }: Place, { id, root: before }: Kept) {
    const within = path.relative(root, ownDirectory)
    if (within.startsWith("..")) return false
    const other = fileIn(path.join(before, within))
    const same = yield* Effect.option(read(other))
    if (!Option.exists(Option.flatten(same), (kept) => kept.id === id)) return false
    const [there, here] = yield* Effect.all([files.stat(other), files.stat(fileIn(ownDirectory))])
    return there.dev !== here.dev || Option.getOrNull(there.ino) !== Option.getOrNull(here.ino)
  })

  return (place: Place) =>
    Effect.gen(function* () {
      const file = fileIn(place.ownDirectory)
      const found = yield* look(file)
      const kept = Option.flatten(found)
      if (Option.isSome(kept)) {
        if (kept.value.root === place.root) return kept.value.id
        if (!(yield* isCopied(place, kept.value))) return yield* replaced(place, kept.value.id)
        yield* Effect.logInfo("The repository was copied, and is another one from now on", { ...place })
        return yield* replaced(place, randomUUID())
      }
      if (Option.isSome(found)) {
        yield* Effect.logWarning("The id of the repository cannot be read; it gets a new one", { file })
        return yield* replaced(place, randomUUID())
      }
      return yield* Effect.orElse(made(place), () =>
        Effect.flatMap(
          read(file),
          Option.match({ onNone: () => made(place), onSome: ({ id }) => Effect.succeed(id) })
        )
      )
    }).pipe(orRefuse)
}
