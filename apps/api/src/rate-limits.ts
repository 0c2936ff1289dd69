import type { Identity } from "@workspace/contracts"
import { RateLimiterPg } from "@workspace/database"
import { Duration, Layer } from "effect"
import type * as Config from "./config.ts"
import * as LimitedIdentity from "./middleware/identity-limited.ts"

/** An identity with the limits of the settings; the database, where requests are counted, is a requirement. */
export const layer = (
  { requestsPerMinute, trustedProxies }: Config.Settings["rateLimits"],
  identity: Layer.Layer<Identity>
) =>
  requestsPerMinute === 0
    ? identity
    : LimitedIdentity.layer({ trustedProxies }).pipe(
        Layer.provide([
          identity,
          RateLimiterPg.layer({ limit: requestsPerMinute, window: Duration.minutes(1) })
        ])
      )
