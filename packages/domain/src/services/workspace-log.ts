import { Cause, Effect, Option, Predicate, Record } from "effect"
import { isStoreAway } from "../errors/unavailable.ts"
import type { Workspace } from "../types/workspace.ts"

export type About = Partial<Pick<Workspace, "id" | "name" | "branch" | "worktree">>

/** Says of which workspace the log tells. */
export const about = ({ branch = Option.none(), id, name, worktree }: About) =>
  Effect.annotateLogs(
    Record.filter(
      { workspaceId: id, name, branch: Option.getOrUndefined(branch), worktree },
      Predicate.isNotUndefined
    )
  )

/**
 * What fails of one workspace is told of, and keeps the others from nothing; without the store there is nothing to go on
 * with.
 */
export const orLeave =
  (workspace: About, message: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<Option.Option<A>, never, R> =>
    Effect.asSome(effect).pipe(
      Effect.catchAllCause((cause) =>
        Cause.isInterrupted(cause) || isStoreAway(cause)
          ? Effect.failCause(Cause.stripFailures(cause))
          : Effect.as(Effect.logWarning(message, cause), Option.none())
      ),
      about(workspace)
    )
