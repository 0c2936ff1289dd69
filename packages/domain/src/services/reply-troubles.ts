import { Cause, Duration, Effect, Option, Schedule } from "effect"
import { isStoreAway } from "../errors/unavailable.ts"
import type { Step } from "./reply-parts.ts"

/** For how long a reply is its writer's from each thing that it stores. */
export const lease = Duration.seconds(15)

/** A step is repeated while the store is away, for as long as the reply may still be the writer's. */
export const whileAway = <A>(step: Effect.Effect<A>): Effect.Effect<A> =>
  step.pipe(
    Effect.sandbox,
    Effect.retry({
      while: isStoreAway,
      schedule: Schedule.exponential("100 millis").pipe(Schedule.jittered, Schedule.upTo(lease))
    }),
    Effect.unsandbox
  )

/** A failure of an agent is expected, and whoever had it has told the rest. */
export const logBroken = ({ cause }: Extract<Step, { readonly _tag: "Broken" }>) =>
  Option.match(Cause.failureOption(cause), {
    onNone: () => Effect.logError("The agent has a defect", cause),
    onSome: (error) =>
      Effect.annotateLogs(Effect.logWarning("The agent's answer has broken off"), {
        reason: error._tag === "AnswerRefused" ? error.message : error._tag
      })
  })
