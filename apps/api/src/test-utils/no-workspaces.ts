import { WorkspaceManager, WorkspacesUnavailableError } from "@workspace/domain"
import { Layer } from "effect"

const refuse = () => new WorkspacesUnavailableError({ reason: "not-configured" })

/** Workspaces of a server without a root. */
export const layer = Layer.succeed(WorkspaceManager, {
  create: refuse,
  list: refuse,
  get: refuse,
  update: refuse,
  touch: refuse,
  destroy: refuse,
  restore: refuse,
  restoreOnce: refuse()
})
