import { Effect, Option } from "effect"
import { ifThere, isBelow, isThere, lineIn, namesIn } from "./files.ts"
import type { Repository, Tools } from "./repository.ts"

/** What git keeps of a linked worktree, under a name of its own. */
export interface Registration {
  readonly name: string
  readonly administration: string
  /** Where the worktree should be; none in one that was cut off while it was made. */
  readonly place: Option.Option<string>
}

const folderOf = ({ path }: Tools, { commonDirectory }: Repository) => path.join(commonDirectory, "worktrees")

/** All that there are, also of worktrees that are gone. */
export const registrations = Effect.fnUntraced(function* (tools: Tools, repository: Repository) {
  const { files, path } = tools
  const folder = folderOf(tools, repository)
  return yield* Effect.forEach(yield* namesIn(files, folder), (name) => {
    const administration = path.join(folder, name)
    return Effect.map(
      lineIn(files, path.join(administration, "gitdir")),
      (line): Registration => ({
        name,
        administration,
        // A newer git may write it as seen from there.
        place: Option.map(line, (file) => path.dirname(path.resolve(administration, file)))
      })
    )
  })
})

/** Where the folder of a worktree says that git keeps it, whether that is there or not. */
export const connectionOf = ({ files, path }: Pick<Tools, "files" | "path">, place: string) =>
  Effect.map(
    lineIn(files, path.join(place, ".git")),
    Option.filterMap((line) =>
      line.startsWith("gitdir: ")
        ? Option.some(path.resolve(place, line.slice("gitdir: ".length)))
        : Option.none()
    )
  )

/** Where this repository keeps what is a worktree's, if it is one of its own. */
export const administrationOf = Effect.fnUntraced(function* (
  tools: Tools,
  repository: Repository,
  place: string
) {
  const connection = yield* connectionOf(tools, place)
  if (Option.isNone(connection)) return Option.none()
  const real = yield* ifThere(tools.files.realPath(connection.value))
  return Option.filter(real, (found) => isBelow(tools.path, folderOf(tools, repository), found))
})

/** Makes git forget the worktrees of which something holds, and that are gone. */
export const forgetWhere = Effect.fnUntraced(function* (
  tools: Tools,
  repository: Repository,
  holds: (registration: Registration) => boolean
) {
  const { files, path } = tools
  for (const registration of (yield* registrations(tools, repository)).filter(holds)) {
    const stands = Option.isSome(registration.place)
      ? yield* isThere(tools, path.join(registration.place.value, ".git"))
      : false
    if (!stands) yield* files.remove(registration.administration, { recursive: true, force: true })
  }
})

export const isAt =
  (place: string) =>
  (registration: Registration): boolean =>
    Option.contains(registration.place, place)
