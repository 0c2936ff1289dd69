import { HttpApiBuilder } from "@effect/platform"
import { BigOceanApi, CurrentCaller } from "@workspace/contracts"
import { SessionCatalog, SessionForks, SessionManager, SessionScores } from "@workspace/domain"
import { Effect } from "effect"
import { known } from "../hot/hot-handlers.ts"
import { ifNoneMatch, withEntityTag } from "../middleware/entity-tags.ts"
import * as Idempotency from "../middleware/idempotency.ts"
import { requestsDecoded } from "../middleware/own-failures.ts"
import { jsonResponse } from "../middleware/response-headers.ts"

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
      yield* known(
        handlers
          .handle("list", ({ urlParams }) =>
            Effect.flatMap(CurrentCaller, (caller) =>
              Effect.map(catalog.listText(caller, urlParams), jsonResponse)
            )
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
              ifNoneMatch(
                catalog.version(caller, path.sessionId),
                sessions.loadText(caller, path.sessionId, "whole")
              )
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
            Effect.flatMap(CurrentCaller, (caller) =>
              Effect.map(catalog.messagesText(caller, path.sessionId, urlParams), jsonResponse)
            )
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
                Effect.tap(
                  forks.fork(caller, path.sessionId, { ...payload, id: newSessionId }),
                  withEntityTag
                )
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
    )
  })
)
