import { layer as itWithLayer } from "@effect/vitest"
import type { Duration, Layer } from "effect"
import type { ReplyRepository } from "../../ports/reply-repository.ts"
import type { SessionRepository } from "../../ports/session-repository.ts"
import { describeAbandoned } from "./abandoned.ts"
import { describeBeginnings } from "./beginnings.ts"
import { describeEndings } from "./endings.ts"
import { describeLimits } from "./limits.ts"
import { describeReads } from "./reads.ts"
import { describeRegenerating } from "./regenerating.ts"
import { describeRetries } from "./retries.ts"
import { describeStops } from "./stops.ts"
import { describeWrites } from "./writes.ts"

/** The promises of `ReplyRepository`, for every store that makes them. */
export const describeReplyRepository = <E>(
  name: string,
  layer: Layer.Layer<ReplyRepository | SessionRepository, E>,
  options?: { readonly timeout?: Duration.DurationInput }
) => {
  // A store that retries waits for real time, and leases last by the store's own.
  itWithLayer(layer, { ...options, excludeTestServices: true })(name, (it) => {
    describeBeginnings(it)
    describeRetries(it)
    describeWrites(it)
    describeEndings(it)
    describeLimits(it)
    describeStops(it)
    describeAbandoned(it)
    describeRegenerating(it)
    describeReads(it)
  })
}
