import { type AiError, MalformedOutput } from "@effect/ai/AiError"
import * as OpenAiClient from "@effect/ai-openai/OpenAiClient"
import * as OpenAiLanguageModel from "@effect/ai-openai/OpenAiLanguageModel"
import { Effect, type Redacted, Stream } from "effect"
import { maxOutputTokens } from "./settings.ts"

type Event = OpenAiClient.ResponseStreamEvent

const holes = new MalformedOutput({ module: "openai", method: "checked", description: "Text is missing" })

/** What the answer's parts do not show, as the event whose part is an error. */
const reported = (event: Event, code: string | undefined) =>
  new OpenAiClient.ResponseErrorEvent({
    type: "error",
    sequence_number: event.sequence_number,
    code,
    message: "",
    param: null
  })

/**
 * The library skips events that it cannot read, has no part for a refusal, and takes a failed response for a finished
 * one. None of these is an answer.
 */
const checked = (events: Stream.Stream<Event, AiError>): Stream.Stream<Event, AiError> =>
  Stream.suspend(() => {
    const texts = new Map<string, string>()
    return Stream.mapEffect(events, (event): Effect.Effect<Event, AiError> => {
      switch (event.type) {
        case "response.output_text.delta": {
          const place = `${event.item_id} ${event.content_index}`
          texts.set(place, (texts.get(place) ?? "") + event.delta)
          return Effect.succeed(event)
        }
        case "response.output_text.done":
          return (texts.get(`${event.item_id} ${event.content_index}`) ?? "") === event.text
            ? Effect.succeed(event)
            : Effect.fail(holes)
        case "response.refusal.delta":
          return Effect.succeed(reported(event, "refusal"))
        case "response.failed":
          return Effect.succeed(reported(event, event.response.error?.code))
        default:
          return Effect.succeed(event)
      }
    })
  })

/** A model that is asked by OpenAI's Responses protocol. The provider is told not to keep what it is sent. */
export const languageModel = Effect.fnUntraced(function* (options: {
  readonly apiKey: Redacted.Redacted
  readonly baseUrl: string
  readonly model: string
}) {
  const client = yield* OpenAiClient.make({ apiKey: options.apiKey, apiUrl: options.baseUrl })
  return yield* OpenAiLanguageModel.make({
    model: options.model,
    config: { store: false, max_output_tokens: maxOutputTokens }
  }).pipe(
    Effect.provideService(OpenAiClient.OpenAiClient, {
      ...client,
      createResponseStream: (request) => checked(client.createResponseStream(request))
    })
  )
})
