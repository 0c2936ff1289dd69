import { HttpApiSchema } from "@effect/platform"
import { Schema } from "effect"

/** The machine-readable kind of a problem; several errors may share one. */
export type ProblemCode =
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "VALIDATION_ERROR"
  | "INVALID_STATE"
  | "CONFLICT"
  | "IDEMPOTENCY_MISMATCH"
  | "PAYLOAD_TOO_LARGE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "MAX_SESSIONS"
  | "RATE_LIMITED"
  | "AGENT_UNAVAILABLE"
  | "UNAVAILABLE"
  | "INTERNAL_ERROR"

const constant = <A extends string | number>(value: A) =>
  Schema.propertySignature(Schema.Literal(value)).pipe(Schema.withConstructorDefault(() => value))

/**
 * The members of a problem document (RFC 9457) as fields of a tagged error. All but `detail` are the same
 * for every error of a class; a class whose detail depends on its data sets it as a property.
 */
export const problem = <
  const Slug extends string,
  const Title extends string,
  const Status extends number,
  const Code extends ProblemCode
>(options: {
  readonly slug: Slug
  readonly title: Title
  readonly status: Status
  readonly code: Code
  readonly detail?: string
  /** A detail as the API documents it, of a class whose detail depends on its data. */
  readonly example?: string
}) => ({
  type: constant(`/problems/${options.slug}`),
  title: constant(options.title),
  status: constant(options.status),
  detail: Schema.propertySignature(
    Schema.String.annotations({ examples: [options.example ?? options.detail ?? options.title] })
  ).pipe(Schema.withConstructorDefault(() => options.detail ?? options.title)),
  code: constant(options.code)
})

/** The status and media type with which the API answers an error of this class. */
export const problemAnnotations = (status: number, description: string) => ({
  description,
  [HttpApiSchema.AnnotationStatus]: status,
  [HttpApiSchema.AnnotationEncoding]: { kind: "Json", contentType: "application/problem+json" }
})

/** What the header `Retry-After` says: whole seconds, at least 1. */
export const retryAfterSeconds = Schema.Number.pipe(Schema.int(), Schema.greaterThanOrEqualTo(1)).annotations(
  {
    examples: [1]
  }
)
