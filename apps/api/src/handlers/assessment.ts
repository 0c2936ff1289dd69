import { HttpApiBuilder } from "@effect/platform"
import { BigOceanApi, CurrentCaller } from "@workspace/contracts"
import { SessionCatalog, SessionManager, SessionScores } from "@workspace/domain"
import { Effect } from "effect"
import { known } from "../hot/hot-handlers.ts"
import { ifNoneMatch } from "../middleware/entity-tags.ts"
import * as Idempotency from "../middleware/idempotency.ts"
import { requestsDecoded } from "../middleware/own-failures.ts"

export const layer = HttpApiBuilder.group(
  BigOceanApi,
  "assessment",
  Effect.fnUntraced(function* (handlers) {
    const catalog = yield* SessionCatalog
    const scores = yield* SessionScores
    const sessions = yield* SessionManager
    const once = yield* Idempotency.make

    return requestsDecoded(
      yield* known(
        handlers
          .handle("start", ({ payload }) =>
            Effect.flatMap(CurrentCaller, (caller) => sessions.start(caller, payload))
          )
          .handle("message", ({ headers, payload }) =>
            Effect.flatMap(CurrentCaller, (caller) =>
              once(
                caller,
                { operation: "sendMessage", headers, payload, sessionId: payload.sessionId },
                ({ messageId }) => sessions.send(caller, { id: messageId, ...payload })
              )
            )
          )
          .handle("get", ({ path }) =>
            Effect.flatMap(CurrentCaller, (caller) =>
              ifNoneMatch(
                catalog.version(caller, path.sessionId),
                sessions.loadText(caller, path.sessionId, "said")
              )
            )
          )
          .handle("results", ({ path }) =>
            Effect.flatMap(CurrentCaller, (caller) => scores.results(caller, path.sessionId))
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
    )
  })
)
