import { HttpApiBuilder } from "@effect/platform"
import { BigOceanApi } from "@workspace/contracts"
import { Effect } from "effect"
import { Metrics } from "../metrics.ts"
import { requestsDecoded } from "../middleware/own-failures.ts"
import { Readiness } from "../readiness.ts"

export const layer = HttpApiBuilder.group(
  BigOceanApi,
  "system",
  Effect.fnUntraced(function* (handlers) {
    const metrics = yield* Metrics
    const readiness = yield* Readiness

    return requestsDecoded(
      handlers
        .handle("health", () => Effect.succeed({ status: "ok" as const }))
        .handle("ready", () =>
          Effect.zipWith(readiness.check, readiness.archive, (_, archive) => ({
            status: "ready" as const,
            details: { archive }
          }))
        )
        .handle("metrics", () =>
          Effect.flatMap(readiness.archive, ({ pending }) => metrics.text({ pendingSaves: pending }))
        )
    )
  })
)
