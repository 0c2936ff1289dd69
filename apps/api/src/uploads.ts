import { createHash } from "node:crypto"
import { FileSystem, HttpServerRequest } from "@effect/platform"
import type { PlatformError } from "@effect/platform/Error"
import { NodeHttpServerRequest, NodeStream } from "@effect/platform-node"
import {
  FileTooLargeError,
  type ImportsBusyError,
  maxFileBytes,
  UnsupportedFileTypeError
} from "@workspace/contracts"
import { ArchiveUnavailableError, type UserId } from "@workspace/domain"
import { Context, Effect, Layer, Option, Scope, Stream } from "effect"
import * as Places from "./places.ts"

/** The body of a request, as it was sent. */
export interface Upload {
  readonly bytes: Stream.Stream<Uint8Array, ArchiveUnavailableError>
  /** In hexadecimal digits. */
  readonly sha256: string
}

type Refusal = FileTooLargeError | UnsupportedFileTypeError | ImportsBusyError | ArchiveUnavailableError

/** How many files are at hand at once, and how long one waits for others. */
const limits = { count: 16, perCaller: 4, patience: "5 seconds" } as const

/** How much of a file is read at once. */
const readAtOnce = 65_536

const types = ["application/json", "application/x-ndjson", "application/gzip"]
const isFile = (contentType: string | undefined): boolean => {
  const [, type = "", charset = "utf-8"] =
    /^([^\s;]+)\s*(?:;\s*charset="?([^"\s;]+)"?\s*)?$/.exec((contentType ?? "").toLowerCase()) ?? []
  return types.includes(type) && charset === "utf-8"
}

/** Refuses a file by its headers. A request without a body has an empty file. */
const check = Effect.fnUntraced(function* ({ headers }: HttpServerRequest.HttpServerRequest) {
  const length = Number(headers["content-length"] ?? 0)
  if (length > maxFileBytes) return yield* new FileTooLargeError()
  const hasBody = length > 0 || headers["transfer-encoding"] !== undefined
  const encoding = headers["content-encoding"] ?? "identity"
  if (hasBody && !(isFile(headers["content-type"]) && ["gzip", "identity"].includes(encoding))) {
    return yield* new UnsupportedFileTypeError()
  }
})

/** The body as it comes. The platform's own stream would close the connection with itself, and nobody would be answered. */
const bodyOf = (request: HttpServerRequest.HttpServerRequest) =>
  NodeStream.fromReadable<void, Uint8Array>(
    () => NodeHttpServerRequest.toIncomingMessage(request),
    () => undefined,
    { closeOnDone: false }
    // The other end is gone: there is nobody to answer.
  ).pipe(Stream.catchAll(() => Stream.fromEffect(Effect.interrupt)))

const unavailable = (cause: PlatformError): Effect.Effect<never, ArchiveUnavailableError> =>
  Effect.zipRight(
    Effect.logError("Files cannot be received at the moment", cause),
    new ArchiveUnavailableError()
  )

/** A file without a name, which is gone with the scope, and with the process, however that ends. */
const nameless = (files: FileSystem.FileSystem) =>
  Effect.flatMap(Effect.scope, (scope) =>
    Effect.scoped(
      Effect.flatMap(files.makeTempDirectoryScoped({ prefix: "big-ocean-import-" }), (folder) =>
        Scope.extend(files.open(`${folder}/file`, { flag: "wx+", mode: 0o600 }), scope)
      )
    )
  )

/** The file from its beginning. */
const contentOf = (file: FileSystem.File) =>
  Stream.unwrap(
    Effect.as(
      file.seek(0, "start"),
      Stream.repeatEffectOption(
        Effect.flatMap(Effect.mapError(file.readAlloc(readAtOnce), Option.some), Effect.mapError(Option.none))
      )
    )
  )

/** Receives bodies that are files: on the disk, so that nobody waits for a slow sender. */
export class Uploads extends Context.Tag("@workspace/api/Uploads")<
  Uploads,
  {
    /**
     * Receives the body of this request, which is read once at a time. It is gone with the scope.
     * @param sender who has only some of the places: a user, or whoever needs no name
     */
    readonly receive: (
      sender: Option.Option<UserId>
    ) => Effect.Effect<Upload, Refusal, Scope.Scope | HttpServerRequest.HttpServerRequest>
  }
>() {
  static readonly layer = Layer.scoped(
    this,
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const place = yield* Places.make(limits)

      const receive = Effect.fnUntraced(function* (sender: Option.Option<UserId>) {
        const request = yield* HttpServerRequest.HttpServerRequest
        yield* check(request)
        yield* place(sender)
        const file = yield* Effect.catchAll(nameless(files), unavailable)
        const hash = createHash("sha256")
        let size = 0
        yield* Stream.runForEach(
          bodyOf(request),
          Effect.fnUntraced(function* (part) {
            size += part.length
            hash.update(part)
            if (size > maxFileBytes) return yield* new FileTooLargeError()
            yield* Effect.catchAll(file.writeAll(part), unavailable)
          })
        )
        return { bytes: Stream.catchAll(contentOf(file), unavailable), sha256: hash.digest("hex") }
      })

      return { receive }
    })
  )
}
