import type { IncomingMessage } from "node:http"
import { type HttpApp, HttpServerRequest } from "@effect/platform"
import { NodeHttpServerRequest } from "@effect/platform-node"
import { PayloadTooLargeError, UnsupportedMediaTypeError, ValidationError } from "@workspace/contracts"
import { Effect, Option } from "effect"
import { bodyReadAhead } from "../hot/hot-body.ts"
import { takesFile } from "../takes-file.ts"

const maxBytes = 1024 * 1024
const maxDepth = 64
const utf8 = new TextDecoder("utf-8", { fatal: true })

const invalid = (message: string) => new ValidationError({ details: [{ path: "", message }] })

/** Whether a value is no deeper than the limit and has no key that would replace a prototype. */
const isPlain = (value: unknown, depth: number): boolean =>
  typeof value !== "object" ||
  value === null ||
  (depth < maxDepth &&
    !Object.hasOwn(value, "__proto__") &&
    Object.values(value).every((item) => isPlain(item, depth + 1)))

/** Reads a body to its end, and no further than the limit. */
const readBytes = (source: IncomingMessage) => {
  const ahead = bodyReadAhead(source)
  return ahead === undefined ? readToEnd(source) : Effect.succeed(ahead)
}

const readToEnd = (source: IncomingMessage) =>
  Effect.async<Buffer, PayloadTooLargeError>((resume) => {
    const chunks: Array<Buffer> = []
    let size = 0
    const onData = (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBytes) chunks.push(chunk)
      else finish(new PayloadTooLargeError())
    }
    const onEnd = () => finish(Effect.succeed(Buffer.concat(chunks)))
    // The other end is gone: there is nobody to answer.
    const onError = () => finish(Effect.interrupt)
    const stop = () =>
      source.off("data", onData).off("end", onEnd).off("error", onError).off("aborted", onError)
    const finish = (result: Effect.Effect<Buffer, PayloadTooLargeError>) => {
      stop()
      resume(result)
    }
    source.on("data", onData).once("end", onEnd).once("error", onError).once("aborted", onError)
    return Effect.sync(stop)
  })

/** Throws what is no JSON in UTF-8. An empty body is a request without fields. */
const parseJson = (bytes: Buffer): unknown => (bytes.length === 0 ? {} : JSON.parse(utf8.decode(bytes)))

/** The value of a body, if it is fine. */
export const parsed = (bytes: Buffer): Option.Option<unknown> => {
  try {
    const value = parseJson(bytes)
    return isPlain(value, 0) ? Option.some(value) : Option.none()
  } catch {
    return Option.none()
  }
}

const parse = (bytes: Buffer) =>
  Effect.try({
    try: () => parseJson(bytes),
    catch: () => invalid("must be valid JSON in UTF-8")
  }).pipe(
    Effect.filterOrFail(
      (value) => isPlain(value, 0),
      () => invalid(`must be at most ${maxDepth} levels deep and without a key "__proto__"`)
    )
  )

const isJson = (contentType: string | undefined) =>
  contentType !== undefined && /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(contentType)

/** Whether there is JSON of a known length within the limit, or neither a body nor a type of one. */
export const isPlainBody = ({ headers }: IncomingMessage): boolean => {
  const length = Number(headers["content-length"] ?? 0)
  const type = headers["content-type"]
  return (
    headers["transfer-encoding"] === undefined &&
    length <= maxBytes &&
    ((length === 0 && type === undefined) || isJson(type)) &&
    headers["content-encoding"] === undefined
  )
}

/** Refuses a body by its headers: too large, encoded, or not JSON. */
const check = ({ headers }: HttpServerRequest.HttpServerRequest) =>
  Effect.gen(function* () {
    const length = Number(headers["content-length"] ?? 0)
    if (length > maxBytes) {
      return yield* new PayloadTooLargeError()
    }
    const hasBody = length > 0 || headers["transfer-encoding"] !== undefined
    if (hasBody && (!isJson(headers["content-type"]) || headers["content-encoding"] !== undefined)) {
      return yield* new UnsupportedMediaTypeError()
    }
  })

/**
 * JSON bodies read strictly: at most 1 MiB, `application/json` only, in valid UTF-8 (the platform would
 * replace what is not), of bounded depth, without `__proto__`. Files are none of them.
 */
export const withJsonBody = <E, R>(app: HttpApp.Default<E, R>) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    if (takesFile(request)) return yield* app
    yield* check(request)
    const strict: HttpServerRequest.HttpServerRequest = Object.create(request, {
      json: {
        value: Effect.flatMap(readBytes(NodeHttpServerRequest.toIncomingMessage(request)), parse)
      }
    })
    return yield* Effect.provideService(app, HttpServerRequest.HttpServerRequest, strict)
  })
