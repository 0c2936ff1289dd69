import { Effect, Option } from "effect"
import { ifThere, isBelow, isThere } from "./files.ts"
import { connectionOf, type Registration, registrations } from "./registrations.ts"
import type { Repository, Tools } from "./repository.ts"

/** Where below the root something may be that was at a path before the root moved: the longest that is left of the path first. */
const candidates = ({ path }: Tools, { root }: Repository, before: string): ReadonlyArray<string> => {
  const parts = before.split(path.sep).filter((part) => part !== "")
  return Array.from({ length: parts.length + 1 }, (_, left) => path.join(root, ...parts.slice(left)))
}

/** Whether a folder was the worktree of a registration, and is no other repository's, as one in a copy of the root is. */
const isOf = Effect.fnUntraced(function* (
  tools: Tools,
  repository: Repository,
  { name }: Registration,
  place: string
) {
  const connection = yield* connectionOf(tools, place)
  if (Option.isNone(connection) || tools.path.basename(connection.value) !== name) return false
  const real = yield* ifThere(tools.files.realPath(connection.value))
  return Option.match(real, {
    onNone: () => true,
    onSome: (found) => isBelow(tools.path, repository.commonDirectory, found)
  })
})

/** Tells git where the worktrees are that were moved together with the root. */
export const reconnectMoved = Effect.fnUntraced(function* (tools: Tools, repository: Repository) {
  const { git, path } = tools
  const moved: Array<string> = []
  for (const registration of yield* registrations(tools, repository)) {
    if (Option.isNone(registration.place)) continue
    const before = registration.place.value
    if (yield* isThere(tools, path.join(before, ".git"))) continue
    const [now] = yield* Effect.filter(candidates(tools, repository, before), (place) =>
      isOf(tools, repository, registration, place)
    )
    if (now !== undefined) moved.push(now)
  }
  // One that cannot be repaired keeps nobody from the others: it counts as gone.
  yield* Effect.forEach(
    moved,
    (worktree) =>
      Effect.matchEffect(git.text(repository.root, ["worktree", "repair", "--", worktree]), {
        onFailure: () => Effect.logWarning("A worktree that was moved could not be connected", { worktree }),
        onSuccess: () => Effect.logInfo("A worktree was moved with the root, and is connected", { worktree })
      }),
    { discard: true }
  )
})
