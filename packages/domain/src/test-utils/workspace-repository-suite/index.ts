import { layer as itWithLayer } from "@effect/vitest"
import type { Duration, Layer } from "effect"
import type { SessionRepository } from "../../ports/session-repository.ts"
import type { WorkspaceRepository } from "../../ports/workspace-repository.ts"
import { describeAdditions } from "./additions.ts"
import { describeChanges } from "./changes.ts"
import { describeLimits } from "./limits.ts"
import { describeLinks } from "./links.ts"
import { describeOwners } from "./owners.ts"
import { describeUnfinished } from "./unfinished.ts"

/** The promises of `WorkspaceRepository`, for every store that makes them. */
export const describeWorkspaceRepository = <E>(
  name: string,
  layer: Layer.Layer<WorkspaceRepository | SessionRepository, E>,
  options?: { readonly timeout?: Duration.DurationInput }
) => {
  // A store that retries waits for real time.
  itWithLayer(layer, { ...options, excludeTestServices: true })(name, (it) => {
    describeAdditions(it)
    describeLimits(it)
    describeLinks(it)
    describeUnfinished(it)
    describeChanges(it)
    describeOwners(it)
  })
}
