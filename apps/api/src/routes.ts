import { HttpApiBuilder } from "@effect/platform"
import { Array, Chunk, Effect, Option, Order, pipe } from "effect"

const toPattern = (path: string): RegExp =>
  new RegExp(
    `^${path
      .split("/")
      .map((segment) =>
        segment.startsWith(":") ? "[^/]+" : segment.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
      )
      .join("/")}$`
  )

/** Who asks for the headers of an answer alone is not to restore anything. */
const withoutHead = new Set(["/api/session/load/:sessionId"])

/** What the router knows of a path, whatever the method: the route as it was declared, and its methods. */
export interface KnownPath {
  readonly route: string
  readonly methods: ReadonlyArray<string>
}

/** What stands in a path goes before what may stand there, as in the router. */
const places = (route: string) => route.split("/").filter((segment) => segment.startsWith(":")).length

/** Finds the route that a path belongs to, and the methods of all routes that it belongs to. */
export const make = Effect.gen(function* () {
  const { routes } = yield* Effect.flatMap(HttpApiBuilder.Router, (service) => service.router)
  const known = pipe(
    Chunk.toReadonlyArray(routes),
    Array.groupBy(({ path }) => path),
    Object.entries<ReadonlyArray<{ readonly method: string }>>,
    Array.map(([route, found]) => ({
      route,
      pattern: toPattern(route),
      methods: found
        .flatMap(({ method }) => (method === "GET" && !withoutHead.has(route) ? ["GET", "HEAD"] : [method]))
        .sort()
    })),
    Array.sortBy(Order.mapInput(Order.number, ({ route }) => places(route)))
  )
  return (url: string): Option.Option<KnownPath> => {
    const [path = ""] = url.split("?", 1)
    const found = known.filter(({ pattern }) => pattern.test(path))
    return Option.map(Array.head(found), ({ route }) => ({
      route,
      methods: Array.dedupe(found.flatMap(({ methods }) => methods)).sort()
    }))
  }
})
