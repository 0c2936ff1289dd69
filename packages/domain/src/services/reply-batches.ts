import { Array, Schedule, Sink, Stream } from "effect"
import type { ReplyPart } from "../types/reply.ts"
import type { Step } from "./reply-parts.ts"

/** What is stored at once: what comes within this time, or sooner this much text. */
const limit = { time: "100 millis", bytes: 4_096 } as const

const encoder = new TextEncoder()
const costOf = (step: Step) => (step._tag === "Text" ? encoder.encode(step.text).length : 1)

/** The steps of an answer that are stored together, as they come. */
export const inBatches = (steps: Stream.Stream<Step>): Stream.Stream<ReadonlyArray<Step>> =>
  Stream.aggregateWithin(
    steps,
    Sink.foldWeighted<ReadonlyArray<Step>, Step>({
      initial: [],
      maxCost: limit.bytes,
      cost: (_, step) => costOf(step),
      body: (batch, step) => [...batch, step]
    }),
    Schedule.spaced(limit.time)
  )

/** The parts among some steps; pieces of text that follow one another become one. */
export const partsOf = (steps: ReadonlyArray<Step>): ReadonlyArray<ReplyPart> =>
  Array.reduce(steps, Array.empty<ReplyPart>(), (parts, step) => {
    if (step._tag === "Completed" || step._tag === "Broken") return parts
    const last = parts.at(-1)
    return last?._tag === "Text" && step._tag === "Text"
      ? [...parts.slice(0, -1), { _tag: "Text", text: last.text + step.text }]
      : [...parts, step]
  })
