import type { AiError } from "@effect/ai/AiError"
import { Data } from "effect"
import type { Player } from "./settings.ts"

/**
 * Why a language model gave no answer. It holds nothing of what was sent or received, neither texts nor keys, so it
 * may be logged.
 */
export class ModelFailure extends Data.TaggedError("ModelFailure")<{
  readonly kind: /** The provider could not be reached, or the connection broke off. */
    | "connection"
    /** Nothing came for too long. */
    | "timeout"
    /** The provider refused the request with `status`. */
    | "status"
    /** The provider reported a failure inside its answer. */
    | "provider-error"
    /** What came is not of the provider's protocol. */
    | "malformed"
    /** The answer holds no text. */
    | "empty"
    /** The model refused to answer, or a filter of the provider took its answer away. */
    | "refusal"
    /** The answer reached the model's limit of length. */
    | "cut-off"
    /** The request could not be made. */
    | "request"
  readonly status?: number
  /** Whether the same request may succeed in a moment. */
  readonly isTransient: boolean
}> {}

export const timeout = new ModelFailure({ kind: "timeout", isTransient: true })

const ofStatus = (status: number) =>
  new ModelFailure({
    kind: "status",
    status,
    isTransient: status === 408 || status === 429 || status >= 500
  })

/** The failure of a request, without what the provider said. */
export const ofAiError = (error: AiError): ModelFailure => {
  switch (error._tag) {
    case "HttpRequestError":
      return error.reason === "Transport"
        ? new ModelFailure({ kind: "connection", isTransient: true })
        : new ModelFailure({ kind: "request", isTransient: false })
    case "HttpResponseError":
      return error.reason === "StatusCode"
        ? ofStatus(error.response.status)
        : new ModelFailure({ kind: "connection", status: error.response.status, isTransient: true })
    case "MalformedOutput":
      return new ModelFailure({ kind: "malformed", isTransient: false })
    case "MalformedInput":
    case "UnknownError":
      return new ModelFailure({ kind: "request", isTransient: false })
  }
}

/** What the log says of a failure. */
export const logged = ({ kind, status }: ModelFailure, { names }: Pick<Player, "names">) => ({
  ...names,
  kind,
  ...(status === undefined ? {} : { status })
})
