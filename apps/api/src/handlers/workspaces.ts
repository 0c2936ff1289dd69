import { HttpApiBuilder } from "@effect/platform"
import { BigOceanApi, CurrentCaller } from "@workspace/contracts"
import { WorkspaceManager } from "@workspace/domain"
import { Effect } from "effect"
import * as Idempotency from "../middleware/idempotency.ts"
import { requestsDecoded } from "../middleware/own-failures.ts"

export const layer = HttpApiBuilder.group(
  BigOceanApi,
  "workspaces",
  Effect.fnUntraced(function* (handlers) {
    const workspaces = yield* WorkspaceManager
    const once = yield* Idempotency.makeForCallers

    return requestsDecoded(
      handlers
        .handle("list", () => Effect.flatMap(CurrentCaller, (caller) => workspaces.list(caller)))
        .handle("create", ({ headers, payload }) =>
          Effect.flatMap(CurrentCaller, (caller) =>
            once(
              caller,
              { operation: "createWorkspace", headers, payload },
              ({ newSessionId, newWorkspaceId }) =>
                workspaces.create(caller, { ...payload, id: newWorkspaceId, sessionId: newSessionId })
            )
          )
        )
        .handle("restore", () => Effect.flatMap(CurrentCaller, (caller) => workspaces.restore(caller)))
        .handle("get", ({ path }) =>
          Effect.flatMap(CurrentCaller, (caller) => workspaces.get(caller, path.workspaceId))
        )
        .handle("update", ({ path, payload }) =>
          Effect.flatMap(CurrentCaller, (caller) => workspaces.update(caller, path.workspaceId, payload))
        )
        .handle("touch", ({ path }) =>
          Effect.flatMap(CurrentCaller, (caller) => workspaces.touch(caller, path.workspaceId))
        )
        .handle("destroy", ({ path, urlParams }) =>
          Effect.flatMap(CurrentCaller, (caller) => workspaces.destroy(caller, path.workspaceId, urlParams))
        )
    )
  })
)
