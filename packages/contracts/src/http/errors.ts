import { problem, problemAnnotations } from "@workspace/domain"
import { Schema } from "effect"

/** The request does not fit the contract. Names what is wrong with each field, never what was sent. */
export class ValidationError extends Schema.TaggedError<ValidationError>()(
  "ValidationError",
  {
    ...problem({
      slug: "validation",
      title: "Invalid request",
      status: 400,
      code: "VALIDATION_ERROR",
      detail: "The request does not fit the contract of this operation."
    }),
    details: Schema.Array(
      Schema.Struct({
        path: Schema.String.annotations({
          description: "The field, as `a.b.0`; empty for the body as a whole",
          examples: ["message"]
        }),
        message: Schema.String.annotations({
          description: "What the field must be; never what was sent",
          examples: ["is required"]
        })
      })
    )
  },
  problemAnnotations(400, "The request does not fit the contract")
) {}

/** No operation has this path. */
export class RouteNotFoundError extends Schema.TaggedError<RouteNotFoundError>()(
  "RouteNotFoundError",
  problem({
    slug: "route-not-found",
    title: "Not found",
    status: 404,
    code: "NOT_FOUND",
    detail: "There is nothing at this path."
  }),
  problemAnnotations(404, "There is nothing at this path")
) {}

/** The path has operations, but none with this method; the `Allow` header lists those that there are. */
export class MethodNotAllowedError extends Schema.TaggedError<MethodNotAllowedError>()(
  "MethodNotAllowedError",
  problem({
    slug: "method-not-allowed",
    title: "Method not allowed",
    status: 405,
    code: "NOT_FOUND",
    detail: "This path does not have this method. The Allow header lists those that it has."
  }),
  problemAnnotations(405, "The path does not have this method")
) {}

/** The body is larger than 1 MiB. */
export class PayloadTooLargeError extends Schema.TaggedError<PayloadTooLargeError>()(
  "PayloadTooLargeError",
  problem({
    slug: "payload-too-large",
    title: "Body too large",
    status: 413,
    code: "PAYLOAD_TOO_LARGE",
    detail: "A body may have at most 1 MiB."
  }),
  problemAnnotations(413, "The body is larger than 1 MiB")
) {}

/** The body is not JSON, or is encoded. */
export class UnsupportedMediaTypeError extends Schema.TaggedError<UnsupportedMediaTypeError>()(
  "UnsupportedMediaTypeError",
  problem({
    slug: "unsupported-media-type",
    title: "Body is not JSON",
    status: 415,
    code: "UNSUPPORTED_MEDIA_TYPE",
    detail: "Send application/json in UTF-8, without content-encoding."
  }),
  problemAnnotations(415, "The body is not JSON")
) {}

/** How large a file to import may be, as it is sent. */
export const maxFileBytes = 256 * 1024 * 1024

/** The file to import is larger than 256 MiB. */
export class FileTooLargeError extends Schema.TaggedError<FileTooLargeError>()(
  "FileTooLargeError",
  problem({
    slug: "file-too-large",
    title: "File too large",
    status: 413,
    code: "PAYLOAD_TOO_LARGE",
    detail: "A file to import may have at most 256 MiB as it is sent. Compress it, or import it in parts."
  }),
  problemAnnotations(413, "The file is larger than 256 MiB")
) {}

/** The body is no file of sessions by its type. */
export class UnsupportedFileTypeError extends Schema.TaggedError<UnsupportedFileTypeError>()(
  "UnsupportedFileTypeError",
  problem({
    slug: "unsupported-file-type",
    title: "Body is no file of sessions",
    status: 415,
    code: "UNSUPPORTED_MEDIA_TYPE",
    detail:
      "Send application/json or application/x-ndjson in UTF-8, as it is or with content-encoding gzip, or application/gzip."
  }),
  problemAnnotations(415, "The body is neither JSON nor NDJSON nor gzip")
) {}

/** The process has as many files at hand as it takes at once. Nothing of this one was imported. */
export class ImportsBusyError extends Schema.TaggedError<ImportsBusyError>()(
  "ImportsBusyError",
  problem({
    slug: "imports-busy",
    title: "Too many imports at once",
    status: 503,
    code: "UNAVAILABLE",
    detail: "Too many files are being imported at the moment. Nothing of yours was; send it again in a while."
  }),
  problemAnnotations(503, "Too many files are being imported at the moment")
) {}

/** A defect of the server. The log has it under the answer's `x-request-id`. */
export class InternalError extends Schema.TaggedError<InternalError>()(
  "InternalError",
  problem({
    slug: "internal",
    title: "Internal error",
    status: 500,
    code: "INTERNAL_ERROR",
    detail: "Something went wrong on our side. The log has it under this answer's x-request-id."
  }),
  problemAnnotations(500, "A defect of the server")
) {}

/** The process should get no traffic: it is stopping, or its database is not there or not migrated. */
export class NotReadyError extends Schema.TaggedError<NotReadyError>()(
  "NotReadyError",
  {
    ...problem({
      slug: "not-ready",
      title: "Not ready",
      status: 503,
      code: "UNAVAILABLE",
      example: "Not ready: draining."
    }),
    reason: Schema.Literal("draining", "database-unreachable", "migrations-pending")
  },
  problemAnnotations(503, "The process should get no traffic now")
) {
  override readonly detail = `Not ready: ${this.reason}.`
}
