import { WorkspaceManager, WorkspaceSnapshots } from "@workspace/domain"
import { Cause, Effect, Exit, Layer, Option } from "effect"
import { Metrics } from "./metrics.ts"
import { timed } from "./timed.ts"

/** Without a root, without git, or with others at work for too long nobody is to blame but the server. */
const outcomeOf = (cause: Cause.Cause<{ readonly _tag: string }>) =>
  Option.exists(Cause.failureOption(cause), ({ _tag }) => _tag !== "WorkspacesUnavailableError")
    ? "refused"
    : "failed"

/** Workspaces whose operations are timed. Who gave up in the middle is not counted. */
export const layerTimed = <E, R>(manager: Layer.Layer<WorkspaceManager, E, R>) =>
  Layer.effect(
    WorkspaceManager,
    Effect.gen(function* () {
      const workspaces = yield* WorkspaceManager
      const { workedOnWorkspaces } = yield* Metrics
      const observed = <A, E extends { readonly _tag: string }>(
        operation: string,
        work: Effect.Effect<A, E>
      ) =>
        timed(work, (exit, seconds) => {
          if (Exit.isInterrupted(exit)) return
          const outcome = Exit.isSuccess(exit) ? "done" : outcomeOf(exit.cause)
          workedOnWorkspaces({ operation, outcome, seconds })
        })
      return {
        create: (caller, input) => observed("create", workspaces.create(caller, input)),
        list: (caller) => observed("list", workspaces.list(caller)),
        get: (caller, id) => observed("get", workspaces.get(caller, id)),
        update: (caller, id, change) => observed("update", workspaces.update(caller, id, change)),
        touch: (caller, id) => observed("touch", workspaces.touch(caller, id)),
        destroy: (caller, id, options) => observed("destroy", workspaces.destroy(caller, id, options)),
        restore: (caller) => observed("restore", workspaces.restore(caller)),
        restoreOnce: observed("restore", workspaces.restoreOnce)
      }
    })
  ).pipe(Layer.provide(manager))

/** The snapshot file, which is written after every change of all that there are. */
export const layerCounted = <E, R>(snapshots: Layer.Layer<WorkspaceSnapshots, E, R>) =>
  Layer.effect(
    WorkspaceSnapshots,
    Effect.gen(function* () {
      const file = yield* WorkspaceSnapshots
      const { knowsWorkspaces, missedSnapshot } = yield* Metrics
      return {
        ...file,
        write: (read) =>
          file
            .write(Effect.tap(read, (all) => Effect.sync(() => knowsWorkspaces(all))))
            .pipe(Effect.tapErrorCause(() => missedSnapshot))
      }
    })
  ).pipe(Layer.provide(snapshots))
