import { Layer } from "effect"
import * as RateLimiterInMemory from "../test-utils/rate-limiter-in-memory.ts"
import { describeRateLimiter } from "../test-utils/rate-limiter-suite.ts"

describeRateLimiter("RateLimiterInMemory", Layer.empty, RateLimiterInMemory.layer)
