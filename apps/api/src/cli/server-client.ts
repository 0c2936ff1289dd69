import { Options } from "@effect/cli"
import {
  FetchHttpClient,
  HttpClient,
  type HttpClientError,
  HttpClientRequest,
  type HttpClientResponse
} from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { UserId } from "@workspace/domain"
import { Config, Effect, Option, Redacted, Schema, Stream } from "effect"
import { CommandFailedError, codeOf } from "./command-failed.ts"

const url = Options.text("url").pipe(
  Options.withSchema(
    Schema.String.pipe(
      Schema.filter((text) => /^https?:\/\//.test(text) && URL.canParse(text), {
        message: () => "must be a URL like http://127.0.0.1:3000"
      })
    )
  ),
  Options.withDescription("Where the server is; by default on this machine, at PORT"),
  Options.optional
)

const user = Options.text("user").pipe(
  Options.withSchema(UserId),
  Options.withDescription(
    "Who you are to a server with AUTH_MODE=off. Others want a token in BIG_OCEAN_TOKEN"
  ),
  Options.optional
)

/** Which server a command talks to, and as whom. */
export const serverOptions = { url, user }

/** The server that a command talks to. */
export interface Server {
  readonly url: Option.Option<string>
  readonly user: Option.Option<UserId>
}

const ownServer = Config.map(
  Config.withDefault(Config.port("PORT"), 3000),
  (port) => `http://127.0.0.1:${port}`
)

const ownToken = Config.option(Config.redacted(Config.nonEmptyString("BIG_OCEAN_TOKEN")))

const Problem = Schema.parseJson(
  Schema.Struct({
    title: Schema.String,
    detail: Schema.String,
    details: Schema.optionalWith(
      Schema.Array(Schema.Struct({ path: Schema.String, message: Schema.String })),
      { default: () => [] }
    )
  })
)

const noProblem = ({ headers, request: { url }, status }: HttpClientResponse.HttpClientResponse) =>
  new CommandFailedError({
    message: `What answers at ${url} is no Big Ocean: status ${status}, ${headers["content-type"] ?? "no type"}. Is there a proxy in between?`
  })

const brokeOff = (url: string, code: string) =>
  new CommandFailedError({
    message: `The connection to ${url} broke off${code}: what came of the answer is not whole.`
  })

/** Why there is no answer, or no whole one. */
const withoutAnswer = (error: HttpClientError.HttpClientError) => {
  // What was to be sent could not be read.
  if (error.cause instanceof CommandFailedError) return error.cause
  const { url } = error.request
  return error._tag === "RequestError"
    ? new CommandFailedError({
        message: `No answer from ${url}${codeOf(error)}. Is the server running there? --url names another.`
      })
    : brokeOff(url, codeOf(error))
}

/** What the server answers, as it comes. */
export const bytesOf = (response: HttpClientResponse.HttpClientResponse) =>
  Stream.mapError(response.stream, withoutAnswer)

/** The whole answer. Node's own client tells nothing of one that broke off before it was read. */
const textOf = Effect.fnUntraced(function* (response: HttpClientResponse.HttpClientResponse) {
  const text = yield* Stream.mkString(Stream.decodeText(bytesOf(response)))
  const { "content-encoding": encoding, "content-length": length = "1" } = response.headers
  return encoding === undefined && Buffer.byteLength(text) < Number(length)
    ? yield* brokeOff(response.request.url, "")
    : text
})

/** What the server says is wrong. */
const refusalOf = (response: HttpClientResponse.HttpClientResponse) =>
  textOf(response).pipe(
    Effect.flatMap(Schema.decode(Problem)),
    Effect.catchTag("ParseError", () => noProblem(response)),
    Effect.flatMap(
      ({ detail, details, title }) =>
        new CommandFailedError({
          message: [
            `The server refuses (${response.status} ${title}): ${detail}`,
            ...(response.status === 401
              ? ["Put a token into BIG_OCEAN_TOKEN; for a server with AUTH_MODE=off name a --user."]
              : []),
            ...details.map(({ message, path }) => `  ${path === "" ? "the file" : path}: ${message}`)
          ].join("\n")
        })
    )
  )

/**
 * Asks the server; what it answers is of one of these types, and read as it comes. Anything else is told in words for
 * whoever gave the command.
 */
export const askServer = Effect.fnUntraced(function* (
  server: Server,
  request: HttpClientRequest.HttpClientRequest,
  types: ReadonlyArray<string>
) {
  const client = yield* HttpClient.HttpClient
  const { origin, token } = yield* Effect.mapError(
    Config.all({ origin: ownServer, token: ownToken }),
    (error) => new CommandFailedError({ message: String(error) })
  )
  const response = yield* request.pipe(
    HttpClientRequest.prependUrl(Option.getOrElse(server.url, () => origin).replace(/\/+$/, "")),
    Option.match(token, {
      onNone: () => (_) => _,
      onSome: (value) => HttpClientRequest.bearerToken(Redacted.value(value))
    }),
    Option.match(server.user, {
      onNone: () => (_) => _,
      onSome: (name) => HttpClientRequest.setHeader("x-user-id", name)
    }),
    client.execute,
    Effect.mapError(withoutAnswer)
  )
  if (response.status >= 300) return yield* refusalOf(response)
  const [type = ""] = (response.headers["content-type"] ?? "").split(";")
  return types.includes(type.trim()) ? response : yield* noProblem(response)
})

/** Reads an answer of the server that is no file. */
export const readAs = <A, I>(schema: Schema.Schema<A, I>) => {
  const decode = Schema.decode(Schema.parseJson(schema))
  return (response: HttpClientResponse.HttpClientResponse) =>
    textOf(response).pipe(
      Effect.flatMap(decode),
      Effect.catchTag("ParseError", () => noProblem(response))
    )
}

/** How commands reach a server. It waits five minutes for an answer to begin. */
export const layerClient = FetchHttpClient.layer

/**
 * Waits for an answer as long as the connection lasts. It takes an answer that broke off before it was read for an empty
 * one: for answers only that `readAs` reads.
 */
export const layerPatientClient = NodeHttpClient.layer
