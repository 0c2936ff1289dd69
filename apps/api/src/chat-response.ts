import { HttpServerResponse } from "@effect/platform"
import { ChatPart } from "@workspace/contracts"
import {
  Impatience,
  type MessageId,
  type ReplyPosition,
  type ReplyReading,
  UnavailableError
} from "@workspace/domain"
import { Cause, Chunk, Duration, Effect, Option, Ref, Schema, Stream } from "effect"
import { type ChatEvent, eventsOf, isAfter, opening, seenIn } from "./chat-events.ts"
import { Draining } from "./draining.ts"
import { Metrics } from "./metrics.ts"

const encodePart = Schema.encodeSync(Schema.parseJson(ChatPart))
const encoder = new TextEncoder()

/** An event as it travels. What has no place in the reply has no id: it changes nothing of where a client goes on. */
const frameOf = (replyId: MessageId) => (event: ChatEvent) => {
  switch (event.place) {
    case "silence":
      return ": nothing yet\n\n"
    case "done":
      return `id: ${replyId}:done\ndata: [DONE]\n\n`
    case "lost":
    case "closing":
      return `data: ${encodePart(event.part)}\n\n`
    default:
      return `id: ${replyId}:${event.place.chunk}.${event.place.index}\ndata: ${encodePart(event.part)}\n\n`
  }
}

/** How long a reply may take to begin once the process stops. */
const lastPatience = Duration.seconds(1)

const isLast = ({ place }: ChatEvent) => place === "done"

const headers = { "x-vercel-ai-ui-message-stream": "v1", "x-accel-buffering": "no" }

/** Streams replies to clients. A stream is not read faster than its client takes it. */
export const make = Effect.map(Effect.all([Draining, Metrics]), ([draining, metrics]) => {
  const stream = (reading: ReplyReading, lastEventId: string | undefined) =>
    Stream.unwrapScoped(
      Effect.map(Effect.zipLeft(Ref.make(false), metrics.streaming), (isWhole) => {
        const seen = Option.filter(seenIn(lastEventId), ({ replyId }) => replyId === reading.reply.id)
        const bytesOf = (events: Chunk.Chunk<ChatEvent>) => {
          const frames = Chunk.map(Chunk.filter(events, isAfter(seen)), frameOf(reading.reply.id))
          return Chunk.isEmpty(frames) ? Chunk.empty() : Chunk.of(encoder.encode(Chunk.join(frames, "")))
        }
        const closing = Effect.map(
          Ref.get(isWhole),
          (whole): Chunk.Chunk<ChatEvent> =>
            whole
              ? Chunk.empty()
              : Chunk.of({
                  place: "closing",
                  part: {
                    type: "data-closing",
                    data: { reason: draining.isDraining() ? "draining" : "unavailable" },
                    transient: true
                  }
                })
        )
        return reading.events.pipe(
          Stream.interruptWhen(draining.closing),
          Stream.mapConcat(eventsOf),
          Stream.catchAllCause((cause) =>
            Stream.execute(
              // Who has gone reads no further.
              Effect.unless(Effect.logError("A reply cannot be read on", cause), () =>
                Cause.isInterruptedOnly(cause)
              ).pipe(Effect.annotateLogs({ sessionId: reading.reply.sessionId, replyId: reading.reply.id }))
            )
          ),
          Stream.tap((event) => Effect.when(Ref.set(isWhole, true), () => isLast(event))),
          (events) => Stream.concat(Stream.fromIterable(opening(reading)), events),
          Stream.concat(Stream.unwrap(Effect.map(closing, Stream.fromChunk))),
          Stream.mapChunks(bytesOf)
        )
      })
    )

  return {
    /**
     * When the process stops, a reply that has said nothing yet is read as it is, so that its client learns where
     * to read on. What does not come that far is given up: the same request can be sent to another process.
     */
    orUnavailable: <A, E, R>(beginning: Effect.Effect<A, E, R>) =>
      beginning.pipe(
        Effect.provideService(Impatience, draining.closing),
        Effect.raceFirst(
          draining.closing.pipe(
            Effect.zipRight(Effect.sleep(lastPatience)),
            Effect.zipRight(Effect.die(new UnavailableError({})))
          )
        )
      ),

    /** The answer with a reply, from its beginning or after the event that a client has seen last. */
    of: (reading: ReplyReading, lastEventId?: string) =>
      HttpServerResponse.stream(stream(reading, lastEventId), { contentType: "text/event-stream", headers })
  }
})

/** From where on a client that has seen this event last wants to read: its chunk again, of which it may lack a part. */
export const positionOf = (lastEventId: string | undefined): Option.Option<ReplyPosition> =>
  Option.map(seenIn(lastEventId), ({ chunk, replyId }) => ({ replyId, after: Math.max(0, chunk - 1) }))
