import type { HttpApiBuilder, HttpApiEndpoint } from "@effect/platform"
import { Chunk, Effect, FiberRef, GlobalValue } from "effect"

/**
 * Whether the request of this fiber was decoded. @effect/platform reports a schema failure of ours (an answer
 * that does not fit its own schema) in the same way as one of the request; from here on it is ours.
 */
export const isDecoded = GlobalValue.globalValue("@workspace/api/isDecoded", () => FiberRef.unsafeMake(false))

/** Marks a request as decoded when its handler begins. */
export const requestsDecoded = <E, Provides, R, Endpoints extends HttpApiEndpoint.HttpApiEndpoint.Any>(
  handlers: HttpApiBuilder.Handlers<E, Provides, R, Endpoints>
): HttpApiBuilder.Handlers<E, Provides, R, Endpoints> => ({
  ...handlers,
  handlers: Chunk.map(handlers.handlers, (item) => ({
    ...item,
    // The platform's own type of a handler says `unknown`.
    // @effect-diagnostics-next-line anyUnknownInErrorContext:off
    handler: (request) => Effect.zipRight(FiberRef.set(isDecoded, true), item.handler(request))
  }))
})
