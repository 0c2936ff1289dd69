import type { WorkspaceId, WorktreeChanges } from "@workspace/domain"
import { Effect, Option } from "effect"
import { isBelow, isTaken, isThere, namesIn, oneLine, syncFolder } from "./files.ts"
import { markApart, markOf, placeMarkedIn, removeMark } from "./marks.ts"
import { placeOf, plainFolder } from "./places.ts"
import { isOnOtherDisk } from "./refusals.ts"
import { administrationOf, connectionOf, forgetWhere, isAt, registrations } from "./registrations.ts"
import type { Repository, Tools } from "./repository.ts"
import { listed, nameOfHead, type Standing, standingAt } from "./worktree-list.ts"

/** Every change by itself, also the files in new folders; renamed ones as two, so that each is one entry. */
const status = [
  "status",
  "--porcelain=v1",
  "-z",
  "--no-renames",
  "--untracked-files=all",
  "--ignore-submodules=none"
]

/** Where git keeps changes that it has put aside until what is on its way has ended. */
const autostashes = ["rebase-merge/autostash", "rebase-apply/autostash", "MERGE_AUTOSTASH"]

const unnamed = ["--max-count=1", "HEAD", "--not", "--branches", "--tags", "--remotes", "--"]
const inSubmodules = "git rev-list --max-count=1 HEAD --branches --not --remotes"

/** Whether commits go with a worktree: put aside, of a HEAD that is on no branch, or in submodules, whose repositories are its own. */
const hasUnnamedCommits = Effect.fnUntraced(function* (tools: Tools, worktree: Standing) {
  const { files, git, path } = tools
  const at = worktree.path
  for (const autostash of autostashes) {
    if (yield* isThere(tools, path.join(worktree.administration, autostash))) return true
  }
  const { code, output } = yield* git.tried(at, ["symbolic-ref", "--quiet", "HEAD"])
  const isOnBranch = code === 0 && Option.isSome(nameOfHead(oneLine(output)))
  if (!isOnBranch && (yield* git.text(at, ["rev-list", ...unnamed])) !== "") return true
  if (!(yield* files.exists(path.join(worktree.administration, "modules")))) return false
  return (yield* git.text(at, ["submodule", "--quiet", "foreach", "--recursive", inSubmodules])) !== ""
})

/** Whether a place is one that this product gives to worktrees. */
const isOwnPlace = ({ path }: Tools, { worktrees }: Repository, place: string) =>
  path.dirname(place) === worktrees

/** What is in the place of a worktree and is none any more: git cannot tell what of it is elsewhere. */
const unknownAt = Effect.fnUntraced(function* (tools: Tools, repository: Repository, place: string) {
  if (!isOwnPlace(tools, repository, place) || !(yield* isTaken(tools, place))) return Option.none()
  const names = yield* Effect.orElseSucceed(namesIn(tools.files, place), () => [place])
  const changedFiles = names.filter((name) => name !== ".git").length
  return Option.some<WorktreeChanges>({ changedFiles, unnamedCommits: false, locked: false })
})

/** What would be lost with a worktree, and with those that are inside it; none where there is no worktree. */
export const changesIn = Effect.fnUntraced(function* (tools: Tools, repository: Repository, place: string) {
  const { worktrees } = yield* listed(tools, repository)
  if (!worktrees.some((worktree) => worktree.path === place)) return Option.none()
  const concerned = worktrees.filter(
    (worktree) => worktree.path === place || isBelow(tools.path, place, worktree.path)
  )
  let changes: WorktreeChanges = { changedFiles: 0, unnamedCommits: false, locked: false }
  for (const worktree of concerned) {
    changes = {
      changedFiles: changes.changedFiles + (yield* tools.git.count(worktree.path, status)),
      unnamedCommits: changes.unnamedCommits || (yield* hasUnnamedCommits(tools, worktree)),
      locked: changes.locked || worktree.isLocked
    }
  }
  return Option.some(changes)
})

/** What would be lost with the workspace that has this place. */
export const changesAt = Effect.fnUntraced(function* (tools: Tools, repository: Repository, place: string) {
  const changes = yield* changesIn(tools, repository, place)
  return Option.isSome(changes) ? changes : yield* unknownAt(tools, repository, place)
})

/** Turns the worktree of a workspace into the mark of its end, in one step. */
export const retiredAt = Effect.fnUntraced(function* (
  tools: Tools,
  repository: Repository,
  id: WorkspaceId,
  place: string
) {
  const { files } = tools
  const mark = markOf(tools, repository, id)
  if (!(yield* plainFolder(tools, repository))) yield* files.makeDirectory(repository.worktrees)
  if (yield* isTaken(tools, mark)) return
  if (Option.isSome(yield* standingAt(tools, repository, place))) {
    yield* Effect.catchIf(files.rename(place, mark), isOnOtherDisk, () => markApart(tools, mark, place))
  } else {
    // What is there although it is no worktree any more goes with it.
    yield* isOwnPlace(tools, repository, place) && (yield* isTaken(tools, place))
      ? files.rename(place, mark)
      : files.makeDirectory(mark)
    // Else git keeps its branch for it.
    yield* forgetWhere(tools, repository, isAt(place))
  }
  yield* syncFolder(tools, repository.worktrees)
})

/** Where the worktree of a mark was, or, where it could not be moved, still may be. */
const formerPlaceOf = Effect.fnUntraced(function* (tools: Tools, repository: Repository, id: WorkspaceId) {
  const mark = markOf(tools, repository, id)
  const connection = yield* connectionOf(tools, mark)
  if (Option.isNone(connection)) return yield* placeMarkedIn(tools, mark)
  const name = tools.path.basename(connection.value)
  const registration = (yield* registrations(tools, repository)).find((found) => found.name === name)
  return Option.flatMap(Option.fromNullable(registration), ({ place }) => place)
})

/** Removes a mark, with all that is left of the worktree, and what git knows of that and of worktrees that were inside it. */
export const cleared = Effect.fnUntraced(function* (tools: Tools, repository: Repository, id: WorkspaceId) {
  const { git, path } = tools
  if (!(yield* plainFolder(tools, repository))) return
  const mark = markOf(tools, repository, id)
  const former = yield* formerPlaceOf(tools, repository, id)
  for (const place of Option.toArray(yield* placeMarkedIn(tools, mark))) {
    if (Option.isNone(yield* administrationOf(tools, repository, place))) continue
    yield* git.text(repository.root, ["worktree", "remove", "--force", "--force", "--", place])
  }
  const places = [placeOf(tools, repository, id), ...Option.toArray(former)]
  yield* forgetWhere(tools, repository, (registration) =>
    places.some(
      (place) =>
        isAt(place)(registration) || Option.exists(registration.place, (_) => isBelow(path, place, _))
    )
  )
  yield* removeMark(tools, mark)
})
