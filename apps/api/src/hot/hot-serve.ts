// What handlers fail with is told by the schemas of their endpoints, and unknown here.
// @effect-diagnostics anyUnknownInErrorContext:off
import type { IncomingMessage, ServerResponse } from "node:http"
import {
  HttpApiBuilder,
  HttpApp,
  HttpServerError,
  HttpServerRequest,
  HttpServerResponse
} from "@effect/platform"
import { BigOceanApi, CurrentCaller, Identity } from "@workspace/contracts"
import { Cause, Effect, Exit, type Fiber, HashSet, Option, Redacted } from "effect"
import { Metrics } from "../metrics.ts"
import { requestIdOf } from "../middleware/outermost.ts"
import { type Answer, answerOf, complete, send, sendComplete } from "./hot-answer.ts"
import * as HotFibers from "./hot-fibers.ts"
import { hotRequest } from "./hot-request.ts"
import type { HotRoute } from "./hot-routes.ts"

const noToken = Redacted.make("")

/** Whatever comes after a scheme, as the platform takes it. */
const tokenOf = ({ headers: { authorization } }: IncomingMessage) =>
  authorization === undefined ? noToken : Redacted.make(authorization.slice("Bearer ".length))

/** A request that is decoded. */
interface Decoded {
  readonly source: IncomingMessage
  readonly response: ServerResponse
  readonly route: HotRoute
  readonly value: object
  /** By the clock of `performance`. */
  readonly start: number
}

/** Answers requests that are decoded. */
export const make = Effect.fnUntraced(function* <E>(
  around: (app: HttpApp.Default<unknown>) => HttpApp.Default<E>
) {
  const { bearer } = yield* Identity
  const metrics = yield* Metrics
  const encodeErrors = yield* HttpApiBuilder.buildMiddleware(BigOceanApi)
  const { logsDebug, run } = yield* HotFibers.make

  return ({ response, route, source, start, value }: Decoded) => {
    const request = hotRequest(source)
    const requestId = requestIdOf(request)
    const services: HotFibers.Services = new Map<string, unknown>([
      [HttpServerRequest.HttpServerRequest.key, request],
      [HotFibers.RequestId.key, requestId]
    ])

    /** What handlers have left to be done with the answer before it is sent. */
    const lastSteps = (fiber: Fiber.RuntimeFiber<unknown, unknown>) =>
      fiber.getFiberRef(HttpApp.currentPreResponseHandlers)

    /** Whoever waits for a fiber is nobody's caller: what is thrown there would end the process. */
    const whenDone = <A>(
      fiber: Fiber.RuntimeFiber<A, unknown>,
      next: (exit: Exit.Exit<A, unknown>) => void
    ) =>
      fiber.addObserver((exit) => {
        try {
          next(exit)
        } catch (defect) {
          run(services, Effect.logError("An answer was not sent", Cause.die(defect)))
          response.destroy()
        }
      })

    const finish = (
      before: Option.Option<HttpApp.PreResponseHandler>,
      answer: HttpServerResponse.HttpServerResponse
    ) => {
      if (Option.isNone(before)) return send(response, answer)
      whenDone(run(services, before.value(request, answer)), (exit) =>
        Exit.isSuccess(exit) ? send(response, exit.value) : response.destroy()
      )
    }

    const succeed = (fiber: Fiber.RuntimeFiber<unknown, unknown>, answer: Answer) => {
      const status = typeof answer === "string" ? route.status : answer.status
      const seconds = (performance.now() - start) / 1_000
      const method = source.method ?? ""
      metrics.answered({ method, route: route.route, status, seconds })
      if (logsDebug) {
        run(services, Effect.annotateLogs(Effect.logDebug("Answered"), { method, status, seconds }))
      }
      const before = lastSteps(fiber)
      if (Option.isNone(before)) sendComplete(response, answer, status, requestId)
      else finish(before, complete(answer, status, requestId))
    }

    /** As the platform answers to what went wrong. */
    const fail = (fiber: Fiber.RuntimeFiber<unknown, unknown>, cause: Cause.Cause<unknown>) => {
      const before = lastSteps(fiber)
      if (Cause.isInterruptedOnly(cause)) {
        // Nobody waits for the answer to a request that was given up.
        const status = HashSet.has(Cause.interruptors(cause), HttpServerError.clientAbortFiberId) ? 499 : 503
        return finish(before, HttpServerResponse.empty({ status }))
      }
      const again = hotRequest(source, { ...source.headers, "x-request-id": requestId })
      services.set(HttpServerRequest.HttpServerRequest.key, again)
      whenDone(run(services, around(encodeErrors(Effect.failCause(cause)))), (exit) =>
        Exit.isSuccess(exit) ? finish(before, exit.value) : response.destroy()
      )
    }

    const fiber = run(
      services,
      Effect.flatMap(
        Effect.flatMap(bearer(tokenOf(source)), (caller) => {
          services.set(CurrentCaller.key, caller)
          return route.handler(value)
        }),
        (given) => answerOf(route, given)
      )
    )
    response.once("close", () => {
      if (!response.writableEnded) fiber.unsafeInterruptAsFork(HttpServerError.clientAbortFiberId)
    })
    whenDone(fiber, (exit) => (Exit.isSuccess(exit) ? succeed(fiber, exit.value) : fail(fiber, exit.cause)))
  }
})
