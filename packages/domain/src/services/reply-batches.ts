import { Array, Effect, Number, Queue, Ref, Stream } from "effect"
import type { ReplyPart } from "../types/reply.ts"
import type { Step } from "./reply-parts.ts"

/** What is stored at once: what comes within this time, or sooner this much text. */
const limit = { time: "100 millis", bytes: 4_096 } as const

const encoder = new TextEncoder()
const bytesOf = (step: Step) => (step._tag === "Text" ? encoder.encode(step.text).length : 0)

const isLast = ({ _tag }: Step) => _tag === "Completed" || _tag === "Broken"

const isEnough = (steps: ReadonlyArray<Step>) =>
  steps.some(isLast) || Number.sumAll(steps.map(bytesOf)) >= limit.bytes

/** The steps of an answer that are stored together, as they come. An agent that says nothing costs nothing. */
export const inBatches = (steps: Stream.Stream<Step>): Stream.Stream<ReadonlyArray<Step>> =>
  Stream.unwrapScoped(
    Effect.gen(function* () {
      const waiting = yield* Ref.make(Array.empty<Step>())
      const some = yield* Queue.sliding<void>(1)
      const enough = yield* Queue.sliding<void>(1)
      yield* Stream.runForEach(
        steps,
        Effect.fnUntraced(function* (step) {
          const all = yield* Ref.updateAndGet(waiting, Array.append(step))
          yield* Queue.offer(some, undefined)
          if (isEnough(all)) yield* Queue.offer(enough, undefined)
        })
      ).pipe(Effect.forkScoped)
      return Queue.take(some).pipe(
        Effect.zipRight(Effect.timeoutOption(Queue.take(enough), limit.time)),
        Effect.zipRight(Ref.getAndSet(waiting, [])),
        Stream.repeatEffect
      )
    })
  )

/** The parts among some steps; pieces of text that follow one another become one. */
export const partsOf = (steps: ReadonlyArray<Step>): ReadonlyArray<ReplyPart> =>
  Array.reduce(steps, Array.empty<ReplyPart>(), (parts, step) => {
    if (step._tag !== "Text" && step._tag !== "Data") return parts
    const last = parts.at(-1)
    return last?._tag === "Text" && step._tag === "Text"
      ? [...parts.slice(0, -1), { _tag: "Text", text: last.text + step.text }]
      : [...parts, step]
  })
