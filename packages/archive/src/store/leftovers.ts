import { Clock, Effect, Option } from "effect"
import { isTemporary, type Place } from "./write-whole.ts"

/** A save takes no hour: whoever wrote such a file is gone. */
const abandonedAfterMillis = 3_600_000

/** Removes what killed processes left unfinished. Those of others that are being written stay. */
export const removeLeftovers = Effect.fnUntraced(function* (
  { directory, files, path }: Place,
  names: ReadonlyArray<string>
) {
  const now = yield* Clock.currentTimeMillis
  const removeIfOld = Effect.fnUntraced(function* (name: string) {
    const file = path.join(directory, name)
    const { mtime } = yield* files.stat(file)
    if (Option.exists(mtime, (at) => now - Number(at) > abandonedAfterMillis)) {
      yield* files.remove(file)
      yield* Effect.logInfo("Removed an unfinished file of a saved session")
    }
  })
  yield* Effect.forEach(
    names.filter(isTemporary),
    (name) =>
      removeIfOld(name).pipe(
        Effect.catchAll((error) => Effect.logDebug("An unfinished file cannot be removed", error))
      ),
    { discard: true }
  )
})
