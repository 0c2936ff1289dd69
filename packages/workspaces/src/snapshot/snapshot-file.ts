import { randomUUID } from "node:crypto"
import type { FileSystem, Path } from "@effect/platform"
import { DateTime, Effect, Either, Option } from "effect"
import { namesIn, writeWhole } from "../files.ts"
import { isNotFound } from "../refusals.ts"

/** Where a snapshot lies, and with what it is reached. */
export interface Place {
  readonly files: FileSystem.FileSystem
  readonly path: Path.Path
  readonly root: string
}

const fileName = ".claude-container-sessions.json"
const temporary = /^\.claude-container-sessions\.json\.[0-9a-f-]{36}\.tmp$/
const asidePrefix = `${fileName}.unreadable-`

const maxBytes = 16_777_216
/** So many files that could not be read are kept, the newest ones. */
const maxAside = 5

const fileIn = ({ path, root }: Place): string => path.join(root, fileName)

/**
 * What the file says, a problem where that is no text, or nothing where there is no file. What is no plain file is not opened: a
 * pipe would keep its reader waiting for ever, and a link leads out of the root.
 */
export const readText = Effect.fnUntraced(
  function* (place: Place) {
    const { files } = place
    const file = fileIn(place)
    if (yield* Effect.isSuccess(files.readLink(file))) return Option.some(Either.left("must be no link"))
    const { size, type } = yield* files.stat(file)
    if (type !== "File") return Option.some(Either.left("must be a plain file"))
    if (size > maxBytes) return Option.some(Either.left(`must be at most ${maxBytes} bytes`))
    const bytes = yield* files.readFile(file)
    return Option.some(
      Either.try({
        try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
        catch: () => "must be UTF-8"
      })
    )
  },
  Effect.catchIf(isNotFound, () => Effect.succeed(Option.none<Either.Either<string, string>>()))
)

/** Removes what killed writers left. Nobody else may be writing. */
export const removeLeftovers = Effect.fnUntraced(function* ({ files, path, root }: Place) {
  const names = yield* namesIn(files, root)
  yield* Effect.forEach(
    names.filter((name) => temporary.test(name)),
    (name) => files.remove(path.join(root, name), { force: true }),
    { discard: true }
  )
})

/** Writes the file, whole. */
export const writeText = (place: Place, text: string) => {
  const file = fileIn(place)
  return writeWhole(place, { file, own: `${file}.${randomUUID()}.tmp`, text }, place.files.rename)
}

/** The name of a file that is kept aside now. */
const asideOf = ({ path, root }: Place) =>
  Effect.map(DateTime.now, (now) =>
    path.join(root, asidePrefix + DateTime.formatIso(now).replaceAll(":", "-"))
  )

const dropOldest = Effect.fnUntraced(
  function* ({ files, path, root }: Place) {
    const kept = (yield* namesIn(files, root)).filter((name) => name.startsWith(asidePrefix)).sort()
    yield* Effect.forEach(
      kept.slice(0, -maxAside),
      (name) => files.remove(path.join(root, name), { recursive: true, force: true }),
      { discard: true }
    )
  },
  Effect.catchAll((error) => Effect.logWarning("Old snapshots that were kept aside stay", error))
)

/** Keeps the file aside, under a name that says when: by itself, or a whole copy of it. Otherwise it fails. */
export const keepAside = Effect.fnUntraced(function* (place: Place, how: "renamed" | "copied") {
  const { files } = place
  const aside = yield* asideOf(place)
  yield* how === "renamed"
    ? files.rename(fileIn(place), aside)
    : Effect.onError(files.copyFile(fileIn(place), aside), () =>
        Effect.catchAll(files.remove(aside, { force: true }), (error) =>
          Effect.logWarning("Half a copy of the snapshot stays behind", error)
        )
      )
  yield* dropOldest(place)
})
