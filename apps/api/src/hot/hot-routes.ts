import { HttpApi, HttpApiSchema } from "@effect/platform"
import { BigOceanApi } from "@workspace/contracts"
import { Array, Either, Option, type ParseResult, Schema, type SchemaAST } from "effect"
import type { HotHandler } from "./hot-handlers.ts"

/** The endpoints that are served without the platform's router: those that most requests are for. */
const hotEndpoints: ReadonlySet<string> = new Set([
  "assessment.start",
  "assessment.message",
  "assessment.get",
  "sessions.list",
  "sessions.create",
  "sessions.get",
  "sessions.messages",
  "sessions.append"
])

/** What a request to an endpoint is made of, as the platform gives it to a handler. */
export interface RawRequest {
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly headers: unknown
  readonly body: unknown
}

export interface HotRoute {
  readonly route: string
  readonly takesBody: boolean
  readonly status: number
  readonly handler: HotHandler
  /** None where the request does not fit the contract. */
  readonly decode: (raw: RawRequest) => Option.Option<object>
  readonly encode: (value: unknown) => Either.Either<unknown, ParseResult.ParseError>
}

type Decode = (raw: RawRequest) => Either.Either<readonly [string, unknown], unknown>

const part = (
  name: "path" | "urlParams" | "headers" | "payload",
  schema: Part,
  pick: (raw: RawRequest) => unknown
): ReadonlyArray<Decode> =>
  Option.match(schema, {
    onNone: () => [],
    onSome: (found) => {
      const decode = Schema.decodeUnknownEither(Schema.make<unknown, unknown, never>(found.ast))
      return [(raw) => Either.map(decode(pick(raw)), (value) => [name, value] as const)]
    }
  })

type Part = Option.Option<{ readonly ast: SchemaAST.AST }>
type Parts = Readonly<Record<"pathSchema" | "urlParamsSchema" | "headersSchema" | "payloadSchema", Part>>

const decoderOf = (endpoint: Parts): HotRoute["decode"] => {
  const parts = [
    ...part("path", endpoint.pathSchema, ({ path }) => path),
    ...part("urlParams", endpoint.urlParamsSchema, ({ query }) => query),
    ...part("headers", endpoint.headersSchema, ({ headers }) => headers),
    ...part("payload", endpoint.payloadSchema, ({ body }) => body)
  ]
  // What a schema throws is for the platform to tell, as what it refuses.
  return Option.liftThrowable((raw: RawRequest) => {
    const request: Record<string, unknown> = {}
    for (const decode of parts) {
      const [name, value] = Either.getOrThrow(decode(raw))
      request[name] = value
    }
    return request
  })
}

const segmentsOf = (path: string) => path.split("/").slice(1)

interface Candidate {
  readonly method: string
  readonly segments: ReadonlyArray<string>
  readonly route: HotRoute | undefined
}

const isPlace = (segment: string) => segment.startsWith(":")

/** Finds the route of a request. None is for the platform's router: what is not hot, and what is no path of ours. */
export const make = (find: (group: string, endpoint: string) => HotHandler | undefined) => {
  const candidates: globalThis.Array<Candidate> = []
  HttpApi.reflect(BigOceanApi, {
    onGroup: () => undefined,
    onEndpoint: ({ endpoint, group }) => {
      const { method, name, path } = endpoint
      const handler = hotEndpoints.has(`${group.identifier}.${name}`)
        ? find(group.identifier, name)
        : undefined
      candidates.push({
        method,
        segments: segmentsOf(path),
        route:
          handler === undefined
            ? undefined
            : {
                route: path,
                takesBody: Option.isSome(endpoint.payloadSchema) && method !== "GET",
                status: HttpApiSchema.getStatusSuccess(endpoint.successSchema),
                handler,
                decode: decoderOf(endpoint),
                encode: Schema.encodeUnknownEither(
                  Schema.make<unknown, unknown, never>(endpoint.successSchema.ast)
                )
              }
      })
    }
  })
  // What stands in a path goes before what may stand there, as in the platform's router.
  candidates.sort((a, b) => a.segments.filter(isPlace).length - b.segments.filter(isPlace).length)
  const byShape = Array.groupBy(candidates, ({ method, segments }) => `${method} ${segments.length}`)

  /** The path is as it was sent: one that is encoded is for the platform's router. */
  return (
    method: string,
    path: string
  ): { readonly route: HotRoute; readonly params: RawRequest["path"] } | undefined => {
    const segments = segmentsOf(path)
    const found = byShape[`${method} ${segments.length}`]?.find((candidate) =>
      candidate.segments.every((segment, index) => isPlace(segment) || segment === segments[index])
    )
    if (found?.route === undefined) return undefined
    const params: Record<string, string> = {}
    found.segments.forEach((segment, index) => {
      if (isPlace(segment)) params[segment.slice(1)] = segments[index] ?? ""
    })
    return { route: found.route, params }
  }
}
