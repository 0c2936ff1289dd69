import { HttpApiBuilder } from "@effect/platform"
import { BigOceanApi, CurrentCaller } from "@workspace/contracts"
import { SessionCatalog, SessionForks, SessionManager, SessionScores } from "@workspace/domain"
import { Effect } from "effect"
import { ifNoneMatch, withEntityTag } from "../middleware/entity-tags.ts"
import * as Idempotency from "../middleware/idempotency.ts"
import { requestsDecoded } from "../middleware/own-failures.ts"

export const layer = HttpApiBuilder.group(
  BigOceanApi,
  "sessions",
  Effect.fnUntraced(function* (handlers) {
    const catalog = yield* SessionCatalog
    const forks = yield* SessionForks
    const scores = yield* SessionScores
    const sessions = yield* SessionManager
    const once = yield* Idempotency.make

    return requestsDecoded(
      handlers
        .handle("list", ({ urlParams }) =>
          Effect.flatMap(CurrentCaller, (caller) => catalog.list(caller, urlParams))
        )
        .handle("create", ({ headers, payload }) =>
          Effect.flatMap(CurrentCaller, (caller) =>
            once(caller, { operation: "createSession", headers, payload }, ({ newSessionId }) =>
              Effect.tap(catalog.create(caller, { ...payload, id: newSessionId }), withEntityTag)
            )
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
        .handle("append", ({ headers, path, payload }) =>
          Effect.flatMap(CurrentCaller, (caller) =>
            once(caller, { operation: "appendMessage", headers, payload, ...path }, ({ messageId }) =>
              sessions.append(caller, { id: messageId, ...payload, ...path })
            )
          )
        )
        .handle("estimates", ({ path, urlParams }) =>
          Effect.flatMap(CurrentCaller, (caller) => scores.timeline(caller, path.sessionId, urlParams))
        )
        .handle("fork", ({ headers, path, payload }) =>
          Effect.flatMap(CurrentCaller, (caller) =>
            once(caller, { operation: "forkSession", headers, payload, ...path }, ({ newSessionId }) =>
              Effect.tap(forks.fork(caller, path.sessionId, { ...payload, id: newSessionId }), withEntityTag)
            )
          )
        )
        .handle("claim", ({ headers, path, payload }) =>
          Effect.flatMap(CurrentCaller, (caller) =>
            once(caller, { operation: "claimSession", headers, payload, ...path }, () =>
              Effect.tap(catalog.claim(caller, path.sessionId, payload.claimToken), withEntityTag)
            )
          )
        )
    )
  })
)
