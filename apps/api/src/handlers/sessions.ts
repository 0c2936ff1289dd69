import { HttpApiBuilder } from "@effect/platform"
import { BigOceanApi, CurrentCaller } from "@workspace/contracts"
import { SessionCatalog, SessionManager } from "@workspace/domain"
import { Effect } from "effect"
import { ifNoneMatch, withEntityTag } from "../middleware/entity-tags.ts"
import { requestsDecoded } from "../middleware/own-failures.ts"

export const layer = HttpApiBuilder.group(
  BigOceanApi,
  "sessions",
  Effect.fnUntraced(function* (handlers) {
    const catalog = yield* SessionCatalog
    const sessions = yield* SessionManager

    return requestsDecoded(
      handlers
        .handle("list", ({ urlParams }) =>
          Effect.flatMap(CurrentCaller, (caller) => catalog.list(caller, urlParams))
        )
        .handle("create", ({ payload }) =>
          Effect.flatMap(CurrentCaller, (caller) => catalog.create(caller, payload)).pipe(
            Effect.tap(withEntityTag)
          )
        )
        .handle("get", ({ path }) =>
          Effect.flatMap(CurrentCaller, (caller) =>
            ifNoneMatch(catalog.version(caller, path.sessionId), sessions.load(caller, path.sessionId))
          )
        )
        .handle("update", ({ headers, path, payload }) =>
          Effect.flatMap(CurrentCaller, (caller) =>
            catalog.update(caller, path.sessionId, payload, headers["if-match"])
          ).pipe(Effect.tap(withEntityTag))
        )
        .handle("remove", ({ path }) =>
          Effect.flatMap(CurrentCaller, (caller) => catalog.remove(caller, path.sessionId))
        )
        .handle("messages", ({ path, urlParams }) =>
          Effect.flatMap(CurrentCaller, (caller) => catalog.messages(caller, path.sessionId, urlParams))
        )
        .handle("append", ({ path, payload }) =>
          Effect.flatMap(CurrentCaller, (caller) =>
            sessions.append(caller, { ...payload, sessionId: path.sessionId })
          )
        )
        .handle("claim", ({ path, payload }) =>
          Effect.flatMap(CurrentCaller, (caller) =>
            catalog.claim(caller, path.sessionId, payload.claimToken)
          ).pipe(Effect.tap(withEntityTag))
        )
    )
  })
)
