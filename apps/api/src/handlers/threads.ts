import { HttpApiBuilder } from "@effect/platform"
import { BigOceanApi, CurrentCaller } from "@workspace/contracts"
import { ThreadCatalog } from "@workspace/domain"
import { Effect } from "effect"
import { requestsDecoded } from "../middleware/own-failures.ts"

export const layer = HttpApiBuilder.group(
  BigOceanApi,
  "threads",
  Effect.fnUntraced(function* (handlers) {
    const threads = yield* ThreadCatalog

    return requestsDecoded(
      handlers
        .handle("list", ({ urlParams: { resourceId, limit, offset = 0 } }) =>
          Effect.flatMap(CurrentCaller, (caller) => threads.list(caller, resourceId, { limit, offset }))
        )
        .handle("get", ({ path, urlParams }) =>
          Effect.flatMap(CurrentCaller, (caller) => threads.get(caller, { ...path, ...urlParams }))
        )
        .handle("setMetadata", ({ payload: { metadata, ...key } }) =>
          Effect.flatMap(CurrentCaller, (caller) => threads.setMetadata(caller, key, metadata))
        )
        .handle("remove", ({ payload }) =>
          Effect.flatMap(CurrentCaller, (caller) => threads.remove(caller, payload))
        )
    )
  })
)
