import { Duration, Schema } from "effect"
import type { SessionId } from "./ids.ts"
import { Message } from "./message.ts"
import { Session } from "./session.ts"
import type { Timestamp } from "./timestamp.ts"
import { TraitEstimates } from "./trait-estimate.ts"

/** Where a person stood after the messages 1 to `throughSequence` of a session, the last of which told something. */
export class Estimate extends Schema.Class<Estimate>("Estimate")({
  throughSequence: Message.fields.sequence.annotations({
    description: "The last message that the estimate has seen, which changed it",
    examples: [4]
  }),
  traits: TraitEstimates
}) {}

/** Which estimates to give: of those at or before `through`, by default all, the last. */
export interface EstimateRange {
  readonly limit: number
  readonly through?: number
}

/** How the estimates of a session went, in order. */
export class EstimateTimeline extends Schema.Class<EstimateTimeline>("EstimateTimeline")(
  {
    estimates: Schema.Array(Estimate).annotations({
      description: "In order of `throughSequence`; each holds until the next"
    }),
    scoredThrough: Session.fields.scoredThrough
  },
  { description: "The session's estimates, in order" }
) {}

/** How many sessions are taken at once to be scored. */
export const takenAtOnce = 32

/** How many messages with a note of an assessment are read at once. */
export const notesAtOnce = 100

/** The lease of a session that was taken in vain over and over again does not grow beyond it. */
export const longestLease = Duration.hours(1)

/**
 * A session that is taken: its messages after `scoredThrough` are not scored, of which there are those up to
 * `through`. `until` is when its lease is over, by the clock of the store; no other lease of it has the same.
 */
export interface BehindSession {
  readonly sessionId: SessionId
  readonly scoredThrough: number
  readonly through: number
  readonly until: Timestamp
}
