// The platform's own type of a handler says `unknown`.
// @effect-diagnostics anyUnknownInErrorContext:off
import type { HttpApiBuilder, HttpApiEndpoint } from "@effect/platform"
import { Context, Effect, Layer } from "effect"

/** What answers requests to an endpoint, once they are decoded. Of services it asks for those of a request alone. */
export type HotHandler = (request: object) => Effect.Effect<unknown, unknown, unknown>

const keyOf = (group: string, endpoint: string) => `${group}.${endpoint}`

/** The handlers of the API, for whoever serves some of its endpoints without the platform's router. */
export class HotHandlers extends Context.Tag("@workspace/api/HotHandlers")<
  HotHandlers,
  {
    readonly add: (group: string, endpoint: string, handler: HotHandler) => void
    readonly find: (group: string, endpoint: string) => HotHandler | undefined
  }
>() {
  static readonly layer = Layer.sync(this, () => {
    const handlers = new Map<string, HotHandler>()
    return {
      add: (group, endpoint, handler) => {
        handlers.set(keyOf(group, endpoint), handler)
      },
      find: (group, endpoint) => handlers.get(keyOf(group, endpoint))
    }
  })
}

/** The handlers as they are, which from now on are known here as well. */
export const known = <E, Provides, Endpoints extends HttpApiEndpoint.HttpApiEndpoint.Any>(
  handlers: HttpApiBuilder.Handlers<E, Provides, never, Endpoints>
) =>
  Effect.map(HotHandlers, (hot) => {
    for (const { endpoint, handler } of handlers.handlers)
      hot.add(handlers.group.identifier, endpoint.name, handler)
    return handlers
  })
