import { HttpApiBuilder } from "@effect/platform"
import { BigOceanApi, CurrentCaller } from "@workspace/contracts"
import { SessionCatalog, SessionManager } from "@workspace/domain"
import { Effect } from "effect"
import { ifNoneMatch } from "../middleware/entity-tags.ts"
import { requestsDecoded } from "../middleware/own-failures.ts"

export const layer = HttpApiBuilder.group(
  BigOceanApi,
  "assessment",
  Effect.fnUntraced(function* (handlers) {
    const catalog = yield* SessionCatalog
    const sessions = yield* SessionManager

    return requestsDecoded(
      handlers
        .handle("start", ({ payload }) =>
          Effect.flatMap(CurrentCaller, (caller) => sessions.start(caller, payload))
        )
        .handle("message", ({ payload }) =>
          Effect.flatMap(CurrentCaller, (caller) => sessions.send(caller, payload))
        )
        .handle("get", ({ path }) =>
          Effect.flatMap(CurrentCaller, (caller) =>
            ifNoneMatch(catalog.version(caller, path.sessionId), sessions.load(caller, path.sessionId))
          )
        )
        .handle("pause", ({ path }) =>
          Effect.flatMap(CurrentCaller, (caller) => sessions.pause(caller, path.sessionId))
        )
        .handle("resume", ({ path }) =>
          Effect.flatMap(CurrentCaller, (caller) => sessions.resume(caller, path.sessionId))
        )
        .handle("complete", ({ path }) =>
          Effect.flatMap(CurrentCaller, (caller) => sessions.complete(caller, path.sessionId))
        )
    )
  })
)
