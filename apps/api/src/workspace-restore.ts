import { WorkspaceManager, whileFailing } from "@workspace/domain"
import { Effect, Fiber, Layer, Option } from "effect"

/** How long a start waits for the workspaces. */
const patience = "10 seconds"

const firstPause = "1 second"

/**
 * Brings the workspaces back before anybody asks for them; where that fails, it goes on trying in the background. It fails no
 * start, and holds none up for long.
 */
export const layerRestored = Layer.scopedDiscard(
  Effect.gen(function* () {
    const workspaces = yield* WorkspaceManager
    const restore = workspaces.restoreOnce.pipe(
      // There will be none later either.
      Effect.catchIf(
        ({ reason }) => reason === "not-configured",
        () => Effect.void
      ),
      Effect.sandbox
    )
    const goOn = restore.pipe(
      Effect.tapError((cause) => Effect.logDebug("The workspaces could not be restored again", cause)),
      Effect.retry(whileFailing),
      Effect.delay(firstPause),
      Effect.zipRight(Effect.logInfo("The workspaces are restored"))
    )
    const first = yield* Effect.forkScoped(restore)
    yield* Fiber.join(first).pipe(
      Effect.catchAll((cause) =>
        Effect.zipRight(Effect.logWarning("The workspaces were not restored. It is tried again", cause), goOn)
      ),
      Effect.forkScoped
    )
    yield* Fiber.await(first).pipe(
      Effect.timeoutOption(patience),
      Effect.filterOrElse(Option.isSome, () =>
        Effect.logWarning("The workspaces are restored in the background: it takes long")
      )
    )
  })
)
