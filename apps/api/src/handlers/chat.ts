import { HttpApiBuilder, HttpServerResponse } from "@effect/platform"
import { BigOceanApi, CurrentCaller } from "@workspace/contracts"
import { ReplyManager } from "@workspace/domain"
import { Effect, Option } from "effect"
import * as ChatResponse from "../chat-response.ts"
import { requestsDecoded } from "../middleware/own-failures.ts"

const orNoContent = <A>(found: Option.Option<A>) =>
  Option.getOrElse(found, () => HttpServerResponse.empty({ status: 204 }))

export const layer = HttpApiBuilder.group(
  BigOceanApi,
  "chat",
  Effect.fnUntraced(function* (handlers) {
    const replies = yield* ReplyManager
    const stream = yield* ChatResponse.make

    return requestsDecoded(
      handlers
        .handle("send", ({ payload }) =>
          Effect.gen(function* () {
            const caller = yield* CurrentCaller
            return stream.of(
              yield* payload._tag === "Submit"
                ? stream.orUnavailable(replies.submit(caller, payload))
                : stream.orUnavailable(replies.regenerate(caller, payload))
            )
          })
        )
        .handle("resume", ({ headers: { "last-event-id": seen }, path }) =>
          Effect.flatMap(CurrentCaller, (caller) =>
            replies.resume(caller, path.sessionId, ChatResponse.positionOf(seen))
          ).pipe(Effect.map((reading) => orNoContent(Option.map(reading, (_) => stream.of(_, seen)))))
        )
        .handle("stop", ({ path }) =>
          Effect.flatMap(CurrentCaller, (caller) => replies.stop(caller, path.sessionId)).pipe(
            Effect.map(orNoContent)
          )
        )
        .handle("fork", ({ payload }) =>
          Effect.flatMap(CurrentCaller, (caller) => stream.orUnavailable(replies.fork(caller, payload))).pipe(
            Effect.map((reading) => stream.of(reading))
          )
        )
    )
  })
)
