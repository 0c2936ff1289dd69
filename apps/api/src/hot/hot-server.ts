import type { RequestListener, Server } from "node:http"
import { Context, Effect, Option } from "effect"
import { isPlainBody, parsed } from "../middleware/json-body.ts"
import { keepBody, readWhole } from "./hot-body.ts"
import { HotHandlers } from "./hot-handlers.ts"
import { partsOf, queryOf } from "./hot-query.ts"
import * as HotRoutes from "./hot-routes.ts"
import * as HotServe from "./hot-serve.ts"

/** What the platform's router decodes, or ends a path at. */
const isOdd = /[%;#]/

/**
 * Takes requests to hot endpoints that are plain and fit the contract; all others are for the platform, as they came.
 */
const make = Effect.fnUntraced(function* <E>(around: Parameters<typeof HotServe.make<E>>[0]) {
  const serve = yield* HotServe.make(around)
  const find = HotRoutes.make((yield* HotHandlers).find)

  return (platform: RequestListener): RequestListener =>
    (source, response) => {
      const start = performance.now()
      const { headers, method = "", url = "" } = source
      const [path, search] = partsOf(url)
      const found = isOdd.test(path) ? undefined : find(method, path)
      const query = found === undefined ? undefined : queryOf(search)
      if (found === undefined || query === undefined || !isPlainBody(source))
        return platform(source, response)
      const { params, route } = found

      const decoded = (body: unknown) => route.decode({ path: params, query, headers, body })
      if (!route.takesBody) {
        const value = decoded(undefined)
        if (Option.isNone(value)) return platform(source, response)
        return serve({ source, response, route, start, value: value.value })
      }
      readWhole(source, (bytes) => {
        const value = Option.flatMap(parsed(bytes), decoded)
        if (Option.isSome(value)) return serve({ source, response, route, start, value: value.value })
        keepBody(source, bytes)
        return platform(source, response)
      })
    }
})

/** The server of Node on which the API is served. */
export class NodeServer extends Context.Tag("@workspace/api/NodeServer")<NodeServer, Server>() {}

/** Puts the hot endpoints before the platform, which must be listening already. */
export const attach = Effect.fnUntraced(function* <E>(around: Parameters<typeof make<E>>[0]) {
  const server = yield* NodeServer
  const inFrontOf = yield* make(around)
  const listeners = server.listeners("request")
  const platform = listeners.at(-1)
  if (platform === undefined) return yield* Effect.dieMessage("The platform does not listen")
  const watchers = listeners.slice(0, -1)
  const hot = inFrontOf((request, response) => Reflect.apply(platform, server, [request, response]))
  server.removeAllListeners("request")
  server.on("request", (request, response) => {
    for (const watcher of watchers) Reflect.apply(watcher, server, [request, response])
    hot(request, response)
  })
})
