import { Clock, Effect, Option } from "effect"
import { ifThere, isBelow } from "./files.ts"
import { registrations } from "./registrations.ts"
import type { Repository, Tools } from "./repository.ts"

/** Which all changes of branches need. A git that is killed leaves them, and nobody removes them. */
const names = ["packed-refs.lock", "config.lock"]

/** No git that a server began lives longer, and no other one that cannot be seen from here keeps these locks for so long. */
const minAgeMillis = 60_000

interface Found {
  readonly file: string
  readonly inode: number | undefined
  readonly modified: number
}

/** Whether any git works in the repository; also where this system does not tell. */
const isAnyAtWork = Effect.fnUntraced(function* (tools: Tools, repository: Repository) {
  const { files, path } = tools
  const places = [
    repository.root,
    repository.commonDirectory,
    ...(yield* registrations(tools, repository)).flatMap(({ place }) => Option.toArray(place))
  ]
  const told = (file: string) => Effect.orElseSucceed(files.readFileString(file), () => "")
  const isHere = Effect.fnUntraced(function* (pid: string) {
    if (!(yield* told(`/proc/${pid}/comm`)).startsWith("git")) return false
    const folder = yield* Effect.either(ifThere(files.readLink(`/proc/${pid}/cwd`)))
    if (folder._tag === "Left") return true
    const said = (yield* told(`/proc/${pid}/cmdline`)) + (yield* told(`/proc/${pid}/environ`))
    return places.some(
      (place) =>
        said.includes(place) || Option.exists(folder.right, (at) => at === place || isBelow(path, place, at))
    )
  })
  const processes = yield* Effect.orElseSucceed(files.readDirectory("/proc"), () => Array.of<string>())
  const pids = processes.filter((name) => /^[0-9]+$/.test(name))
  return pids.length === 0 || (yield* Effect.exists(pids, isHere))
})

/**
 * Removes the locks of a git that was killed together with its server, as soon as it is sure that they are nobody's: they were there when
 * the server was found to be gone, have not changed for a minute, and no git is at work.
 */
export const makeStaleLocks = (tools: Tools) =>
  Effect.sync(() => {
    const { files, path } = tools
    let suspected: ReadonlyArray<Found> = []

    const look = Effect.fnUntraced(function* (file: string) {
      const found = yield* ifThere(files.stat(file))
      return Option.map(
        found,
        ({ ino, mtime }): Found => ({
          file,
          inode: Option.getOrUndefined(ino),
          modified: Option.match(mtime, { onNone: () => Number.NaN, onSome: (at) => at.getTime() })
        })
      )
    })

    /** For whoever took the root over from a server that died. */
    const note = Effect.fnUntraced(
      function* ({ commonDirectory }: Repository) {
        const found = yield* Effect.forEach(names, (name) => look(path.join(commonDirectory, name)))
        suspected = found.flatMap(Option.toArray)
      },
      Effect.catchAll((error) => Effect.logWarning("It cannot be seen which locks a server left", error))
    )

    const remove = Effect.fnUntraced(
      function* (repository: Repository) {
        if (suspected.length === 0) return
        const now = yield* Clock.currentTimeMillis
        const left: Array<Found> = []
        for (const lock of suspected) {
          const current = yield* look(lock.file)
          const isSame = Option.exists(
            current,
            ({ inode, modified }) => inode === lock.inode && modified === lock.modified
          )
          if (!isSame) continue
          if (now - lock.modified < minAgeMillis || (yield* isAnyAtWork(tools, repository))) left.push(lock)
          else {
            yield* files.remove(lock.file, { force: true })
            yield* Effect.logWarning("A lock is removed that a git left which was killed", {
              file: lock.file
            })
          }
        }
        suspected = left
      },
      Effect.catchAll((error) => Effect.logWarning("A lock that a git left cannot be removed", error))
    )

    return { note, remove }
  })
