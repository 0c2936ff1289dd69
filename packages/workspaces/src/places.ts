import type { WorkspaceId } from "@workspace/domain"
import { Effect, Option } from "effect"
import { ifThere } from "./files.ts"
import { refuse } from "./refusals.ts"
import type { Repository, Tools } from "./repository.ts"

/** Where the worktree of a workspace is, or would be. */
export const placeOf = ({ path }: Tools, { worktrees }: Repository, id: WorkspaceId): string =>
  path.join(worktrees, id)

/** Whether the folder of the worktrees is there. A link in its place leads out of the root, and is not followed. */
export const plainFolder = Effect.fnUntraced(function* (
  { files }: Tools,
  { worktrees }: Pick<Repository, "worktrees">
) {
  if (yield* Effect.isSuccess(files.readLink(worktrees))) {
    return yield* refuse("failed", "The folder of the worktrees is a link", { worktrees })
  }
  const found = yield* ifThere(files.stat(worktrees))
  if (Option.isNone(found)) return false
  return found.value.type === "Directory"
    ? true
    : yield* refuse("failed", "In the place of the folder of the worktrees is something else", { worktrees })
})
