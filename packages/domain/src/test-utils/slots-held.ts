import { Effect } from "effect"
import { WorkspaceRepository } from "../ports/workspace-repository.ts"
import { asNobody } from "./callers.ts"

/** How many slots of a root are held, also by creations that have not ended. */
export const slotsHeld = (root: string) =>
  Effect.gen(function* () {
    const workspaces = yield* WorkspaceRepository
    const made = yield* workspaces.list(asNobody, root)
    const unfinished = yield* workspaces.unfinished(root)
    return made.length + unfinished.length
  })
