import { HttpApiBuilder } from "@effect/platform"
import { Array, Chunk, Effect, type Option, pipe } from "effect"

const toPattern = (path: string): RegExp =>
  new RegExp(
    `^${path
      .split("/")
      .map((segment) =>
        segment.startsWith(":") ? "[^/]+" : segment.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
      )
      .join("/")}$`
  )

/** What the router knows of a path, whatever the method: the route as it was declared, and its methods. */
export interface KnownPath {
  readonly route: string
  readonly methods: ReadonlyArray<string>
}

/** Finds the route that a path belongs to. */
export const make = Effect.gen(function* () {
  const { routes } = yield* Effect.flatMap(HttpApiBuilder.Router, (service) => service.router)
  const known = pipe(
    Chunk.toReadonlyArray(routes),
    Array.groupBy(({ path }) => path),
    Object.entries<ReadonlyArray<{ readonly method: string }>>,
    Array.map(([route, found]) => ({
      route,
      pattern: toPattern(route),
      methods: found.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method])).sort()
    }))
  )
  return (url: string): Option.Option<KnownPath> => {
    const [path = ""] = url.split("?", 1)
    return Array.findFirst(known, ({ pattern }) => pattern.test(path))
  }
})
