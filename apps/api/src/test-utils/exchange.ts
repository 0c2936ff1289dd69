import { type Agent, type IncomingHttpHeaders, request } from "node:http"
import { HttpServer } from "@effect/platform"
import { Data, Effect, Option, Schema } from "effect"

/** The connection was refused or broke before an answer was complete. */
export class NoAnswerError extends Data.TaggedError("NoAnswerError")<{ readonly code: string | undefined }> {}

export interface Exchange {
  readonly method?: string
  /** Sent as it is: not normalized, not encoded. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** By default each exchange has a connection of its own. */
  readonly agent?: Agent
}

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly bytes: Buffer
  /** The text as JSON; undefined when it is none. */
  readonly body: unknown
}

const parse = Schema.decodeUnknownOption(Schema.parseJson())

/** One request and its answer on plain `node:http`, which lets through what better clients refuse to send. */
export const exchange = (
  origin: string,
  { agent, body, headers = {}, method = "GET", path }: Exchange
): Effect.Effect<Reply, NoAnswerError> =>
  Effect.async((resume) => {
    const { hostname, port } = new URL(origin)
    const fail = (error: NodeJS.ErrnoException) => resume(new NoAnswerError({ code: error.code }))
    const sent = request(
      { host: hostname, port, method, path, headers, agent: agent ?? false },
      (response) => {
        const chunks: Array<Buffer> = []
        response.on("data", (chunk: Buffer) => chunks.push(chunk))
        response.once("error", fail)
        response.once("end", () => {
          const bytes = Buffer.concat(chunks)
          const text = bytes.toString("utf8")
          resume(
            Effect.succeed({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text,
              bytes,
              body: Option.getOrUndefined(parse(text))
            })
          )
        })
      }
    )
    sent.once("error", fail)
    sent.setTimeout(60_000, () =>
      sent.destroy(Object.assign(new Error("No answer in 60 s"), { code: "ETIMEDOUT" }))
    )
    sent.end(body)
    return Effect.sync(() => sent.destroy())
  })

/** A POST of JSON: of a value, or of a text as it is. */
export const posting = (
  path: string,
  json: object | string,
  headers: Readonly<Record<string, string>> = {}
): Exchange => ({
  method: "POST",
  path,
  headers: { "content-type": "application/json", ...headers },
  body: typeof json === "string" ? json : JSON.stringify(json)
})

/** A DELETE with a body of JSON, whose length Node does not say by itself. */
export const deleting = (path: string, json: object | string): Exchange => {
  const post = posting(path, json)
  return {
    ...post,
    method: "DELETE",
    headers: { ...post.headers, "content-length": String(Buffer.byteLength(post.body ?? "")) }
  }
}

/** Where the server of the test listens. */
export const originOf = Effect.map(HttpServer.HttpServer, ({ address }) =>
  address._tag === "TcpAddress" ? `http://127.0.0.1:${address.port}` : ""
)

/** An exchange with the server of the test. */
export const ask = (what: Exchange) => Effect.flatMap(originOf, (origin) => exchange(origin, what))
