import type { AiError } from "@effect/ai/AiError"
import type { FinishReason, StreamPart } from "@effect/ai/Response"
import { Effect, Option, Schema, Stream } from "effect"
import { ModelFailure, ofAiError } from "./failure.ts"

const Reported = Schema.Union(
  Schema.Struct({ code: Schema.String }),
  Schema.transform(Schema.Struct({ type: Schema.String }), Schema.Struct({ code: Schema.String }), {
    strict: true,
    decode: ({ type }) => ({ code: type }),
    encode: ({ code }) => ({ type: code })
  })
)
const decodeReported = Schema.decodeUnknownOption(Reported)

const transientCodes = new Set([
  "api_error",
  "overloaded_error",
  "rate_limit_error",
  "rate_limit_exceeded",
  "server_error"
])

const ofReported = (error: unknown) => {
  const code = Option.getOrUndefined(decodeReported(error))?.code
  return code === "refusal"
    ? new ModelFailure({ kind: "refusal", isTransient: false })
    : new ModelFailure({
        kind: "provider-error",
        isTransient: code !== undefined && transientCodes.has(code)
      })
}

const ofFinish = (reason: Exclude<FinishReason, "stop">) => {
  switch (reason) {
    case "length":
      return new ModelFailure({ kind: "cut-off", isTransient: false })
    case "content-filter":
      return new ModelFailure({ kind: "refusal", isTransient: false })
    default:
      return new ModelFailure({ kind: "provider-error", isTransient: false })
  }
}

const brokenOff = new ModelFailure({ kind: "connection", isTransient: true })
const empty = new ModelFailure({ kind: "empty", isTransient: false })

/** The text of an answer as it arrives. It ends well only where the provider says that the whole answer has come. */
export const textOf = (
  parts: Stream.Stream<StreamPart<Record<never, never>>, AiError>
): Stream.Stream<string, ModelFailure> =>
  Stream.suspend(() => {
    let isWhole = false
    let hasText = false
    const texts = Stream.mapEffect(Stream.mapError(parts, ofAiError), (part) => {
      switch (part.type) {
        case "text-delta":
          hasText ||= part.delta.trim() !== ""
          return Effect.succeed(part.delta)
        case "error":
          return Effect.fail(ofReported(part.error))
        case "finish":
          isWhole = part.reason === "stop"
          return part.reason === "stop" ? Effect.succeed("") : Effect.fail(ofFinish(part.reason))
        default:
          return Effect.succeed("")
      }
    })
    const end = Stream.suspend(() => {
      if (!isWhole) return Stream.fail(brokenOff)
      return hasText ? Stream.empty : Stream.fail(empty)
    })
    return Stream.filter(Stream.concat(texts, end), (text) => text !== "")
  })
