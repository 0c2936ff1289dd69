import { HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { NodeHttpServerRequest } from "@effect/platform-node"
import { compressed, compressedIfLarge, encodeJson, encodeLine } from "@workspace/archive"
import { entityTagOf } from "@workspace/contracts"
import { type SessionNotFoundError, type SessionSnapshot, UnavailableError } from "@workspace/domain"
import { Cause, Effect, Option, Stream } from "effect"
import { dispositionOf, dispositionOfAll } from "./file-name.ts"

type Bytes<E> = Stream.Stream<Uint8Array, E>

/** Whether an `Accept-Encoding` names gzip, or anything, with a weight that is not 0. */
const acceptsGzip = (header: string | undefined): boolean => {
  const weights = (header ?? "").split(",").map((item) => {
    const [name = "", ...parameters] = item.split(";").map((_) => _.trim().toLowerCase())
    const q = parameters.find((_) => _.startsWith("q="))
    return [name, q === undefined ? 1 : Number(q.slice(2))] as const
  })
  const weightOf = (name: string) => weights.find(([_]) => _ === name)?.[1]
  return (weightOf("gzip") ?? weightOf("*") ?? 0) > 0
}

/** As gzip for who accepts it, where that is worth it. So much of the file is read before the answer begins. */
const encoded = Effect.fnUntraced(function* <E>(bytes: Bytes<E>) {
  const { headers } = yield* HttpServerRequest.HttpServerRequest
  return acceptsGzip(headers["accept-encoding"])
    ? yield* compressedIfLarge(bytes)
    : { bytes, encoding: Option.none<"gzip">() }
})

/** A file that breaks off must not look whole: its connection is cut. */
const cutWhenBroken = <E>(bytes: Bytes<E>) =>
  Effect.map(HttpServerRequest.HttpServerRequest, (request) =>
    Stream.tapErrorCause(bytes, (cause) =>
      Effect.zipRight(
        // Who has gone reads no further.
        Effect.unless(Effect.logWarning("An export has broken off", cause), () =>
          Cause.isInterruptedOnly(cause)
        ),
        Effect.sync(() => NodeHttpServerRequest.toServerResponse(request).destroy())
      )
    )
  )

const attached = Effect.fnUntraced(function* <E>(
  { bytes, encoding }: { readonly bytes: Bytes<E>; readonly encoding: Option.Option<"gzip"> },
  { contentType, disposition }: { readonly contentType: string; readonly disposition: string }
) {
  return HttpServerResponse.stream(yield* cutWhenBroken(bytes), {
    contentType,
    headers: {
      "content-disposition": disposition,
      vary: "accept-encoding",
      ...Option.match(encoding, { onNone: () => ({}), onSome: (_) => ({ "content-encoding": _ }) })
    }
  })
})

/** The answer with one session as a file. Compressed it is another text of the same version. */
export const ofOne = Effect.fnUntraced(function* (snapshot: SessionSnapshot) {
  const { session } = snapshot
  const content = yield* encoded(encodeJson(snapshot))
  const answer = yield* attached(content, {
    contentType: "application/json",
    disposition: dispositionOf(session)
  })
  const weak = Option.isSome(content.encoding) ? "W/" : ""
  return HttpServerResponse.setHeader(answer, "etag", `${weak}${entityTagOf(session)}`)
})

/** Nothing is sent yet, and without that session the file will be whole. */
const goneMeanwhile = Effect.die(new UnavailableError({}))

/** The answer with any number of sessions as a file. */
export const ofAll = Effect.fnUntraced(function* (
  snapshots: Stream.Stream<SessionSnapshot>,
  { gzip }: { readonly gzip: boolean }
) {
  const lines: Bytes<SessionNotFoundError> = Stream.flatMap(snapshots, encodeLine)
  return gzip
    ? yield* attached(
        { bytes: compressed(lines), encoding: Option.none() },
        { contentType: "application/gzip", disposition: dispositionOfAll(".ndjson.gz") }
      )
    : yield* attached(yield* Effect.catchTag(encoded(lines), "SessionNotFoundError", () => goneMeanwhile), {
        contentType: "application/x-ndjson",
        disposition: dispositionOfAll(".ndjson")
      })
})
