import { WorkspaceId } from "@workspace/domain"
import { Effect, Option, Schema } from "effect"
import { lineIn, namesIn } from "./files.ts"
import { plainFolder } from "./places.ts"
import { connectionOf } from "./registrations.ts"
import type { Repository, Tools } from "./repository.ts"

const prefix = ".removing-"
const placeFile = "worktree"

/** What is left of a workspace that was retired: its worktree, or a note of where that is. */
export const markOf = ({ path }: Tools, { worktrees }: Repository, id: WorkspaceId): string =>
  path.join(worktrees, `${prefix}${id}`)

/** A mark that is being made, and is none yet. */
const unfinishedOf = (mark: string) => `${mark}.new`

const idIn = Schema.decodeUnknownOption(WorkspaceId)

/** The workspaces that were retired. */
export const marked = Effect.fnUntraced(function* (tools: Tools, repository: Repository) {
  if (!(yield* plainFolder(tools, repository))) return []
  const names = yield* namesIn(tools.files, repository.worktrees)
  return names.flatMap((name) =>
    name.startsWith(prefix) ? Option.toArray(idIn(name.slice(prefix.length))) : []
  )
})

/** Marks, in one step, the end of a worktree that cannot become its mark itself: it stands until the mark is cleared. */
export const markApart = Effect.fnUntraced(function* ({ files, path }: Tools, mark: string, place: string) {
  const unfinished = unfinishedOf(mark)
  yield* files.makeDirectory(unfinished, { recursive: true })
  yield* files.writeFileString(path.join(unfinished, placeFile), place)
  yield* files.rename(unfinished, mark)
})

/** Where a worktree stands that has its mark elsewhere. */
export const placeMarkedIn = Effect.fnUntraced(function* (tools: Tools, mark: string) {
  // A worktree that became its mark may have any files.
  const connection = yield* connectionOf(tools, mark)
  return Option.isSome(connection)
    ? Option.none()
    : yield* lineIn(tools.files, tools.path.join(mark, placeFile))
})

/** Where worktrees stand that are retired already. */
export const retiredPlaces = Effect.fnUntraced(function* (tools: Tools, repository: Repository) {
  const places = yield* Effect.forEach(yield* marked(tools, repository), (id) =>
    placeMarkedIn(tools, markOf(tools, repository, id))
  )
  return places.flatMap(Option.toArray)
})

export const removeMark = Effect.fnUntraced(function* ({ files }: Tools, mark: string) {
  yield* files.remove(unfinishedOf(mark), { recursive: true, force: true })
  yield* files.remove(mark, { recursive: true, force: true })
})
