// What handlers fail with is told by the schemas of their endpoints, and unknown here.
// @effect-diagnostics anyUnknownInErrorContext:off
import {
  Context,
  Effect,
  type Fiber,
  FiberRef,
  FiberRefs,
  HashMap,
  HashSet,
  Logger,
  LogLevel,
  Option,
  Runtime,
  RuntimeFlags
} from "effect"
import { isDecoded } from "../middleware/own-failures.ts"

/** What a request is called in its answer and in the log. */
export class RequestId extends Context.Tag("@workspace/api/RequestId")<RequestId, string>() {}

/** What a fiber finds in its context. It may be added to until it is asked for. */
export type Services = Map<string, unknown>

export interface HotFibers {
  /** Runs what answers a request at once, as far as that goes without waiting. Its log lines name the request. */
  readonly run: <A>(
    services: Services,
    effect: Effect.Effect<A, unknown, unknown>
  ) => Fiber.RuntimeFiber<A, unknown>
  /** Whether debug lines are logged. */
  readonly logsDebug: boolean
}

/** Names the request in a line when there is one; most requests log nothing. */
const naming = Logger.mapInputOptions<unknown, unknown>((options) =>
  Option.match(
    Context.getOption(FiberRefs.getOrDefault(options.context, FiberRef.currentContext), RequestId),
    {
      onNone: () => options,
      onSome: (requestId) => ({
        ...options,
        annotations: HashMap.set(options.annotations, "requestId", requestId)
      })
    }
  )
)

/** Fibers without spans, which would cost more than all else that the server does for a request. */
export const make: Effect.Effect<HotFibers> = Effect.runtime<never>().pipe(
  Effect.map(({ fiberRefs, runtimeFlags }): HotFibers => {
    const flags = RuntimeFlags.disable(runtimeFlags, RuntimeFlags.RuntimeMetrics)
    return {
      run: (services, effect) =>
        Runtime.runFork(
          Runtime.make({ context: Context.unsafeMake<unknown>(services), fiberRefs, runtimeFlags: flags }),
          effect
        ),
      logsDebug: LogLevel.lessThanEqual(
        FiberRefs.getOrDefault(fiberRefs, FiberRef.currentMinimumLogLevel),
        LogLevel.Debug
      )
    }
  }),
  Effect.withTracerEnabled(false),
  Effect.locally(isDecoded, true),
  Effect.locallyWith(FiberRef.currentLoggers, HashSet.map(naming))
)
