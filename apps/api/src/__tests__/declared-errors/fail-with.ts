import { UnavailableError } from "@workspace/domain"
import { Effect } from "effect"

/** A defect, or what a store is that cannot be reached. */
export const failWith = (name: string): Effect.Effect<never> =>
  name === "away" ? Effect.die(new UnavailableError({})) : Effect.die(new Error("a defect"))
