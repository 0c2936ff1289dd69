import { type HttpApp, HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { NodeHttpServerRequest } from "@effect/platform-node"
import { InternalError, MethodNotAllowedError, RouteNotFoundError } from "@workspace/contracts"
import { Cause, Clock, Effect, Option, Predicate } from "effect"
import { nanoid } from "nanoid"
import { Metrics } from "../metrics.ts"
import * as Routes from "../routes.ts"
import { takesFile } from "../takes-file.ts"
import { problemResponse } from "./problem-response.ts"

const usableId = /^[A-Za-z0-9._-]{1,128}$/

export const requestIdOf = ({ headers }: Pick<HttpServerRequest.HttpServerRequest, "headers">): string => {
  const id = headers["x-request-id"]
  return id !== undefined && usableId.test(id) ? id : nanoid()
}

/** What goes with a status, whichever error has it. */
const headersOfStatus: Readonly<Record<number, Record<string, string>>> = {
  401: { "www-authenticate": "Bearer" },
  413: { connection: "close" },
  503: { "retry-after": "1" }
}

const notAllowed = ({ methods }: Routes.KnownPath) =>
  problemResponse(MethodNotAllowedError, new MethodNotAllowedError(), { allow: methods.join(", ") })

/** A file that is answered before it has come is not waited for: the connection is of no further use. */
const isCutOff = (request: HttpServerRequest.HttpServerRequest) =>
  takesFile(request) && !NodeHttpServerRequest.toIncomingMessage(request).complete

export const headersFor = (response: { readonly status: number }, requestId: string) => ({
  "x-request-id": requestId,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "private, no-cache",
  ...headersOfStatus[response.status]
})

/**
 * Around all of the API: an answer for whatever nothing inside answered (no such route, no such method, a
 * defect), a request id on every answer and in every log line, metrics.
 */
export const make = Effect.gen(function* () {
  const findPath = yield* Routes.make
  const metrics = yield* Metrics

  const unanswered = (
    cause: Cause.Cause<unknown>,
    method: string,
    known: Option.Option<Routes.KnownPath>
  ) => {
    const error = Cause.squash(cause)
    if (Predicate.isTagged(error, "RouteNotFound")) {
      // A path that the router cannot decode (`%`) looks like one of ours but is none.
      const other = Option.filter(known, ({ methods }) => !methods.includes(method))
      return Option.match(other, {
        onNone: () => problemResponse(RouteNotFoundError, new RouteNotFoundError()),
        onSome: notAllowed
      })
    }
    return Effect.zipRight(
      Effect.logError("A request failed", cause),
      problemResponse(InternalError, new InternalError())
    )
  }

  return <E, R>(app: HttpApp.Default<E, R>) =>
    Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const known = findPath(request.url)
      const requestId = requestIdOf(request)
      const start = yield* Clock.currentTimeNanos
      // The router takes HEAD wherever it takes GET.
      const withoutHead = Option.filter(
        known,
        ({ methods }) => request.method === "HEAD" && !methods.includes("HEAD")
      )
      const answer: HttpApp.Default<E, R> = Option.isSome(withoutHead) ? notAllowed(withoutHead.value) : app
      const response = yield* answer.pipe(
        // Nobody waits for the answer to a request that was given up.
        Effect.catchAllCause((cause) =>
          Cause.isInterruptedOnly(cause) ? Effect.failCause(cause) : unanswered(cause, request.method, known)
        ),
        Effect.annotateLogs({ requestId })
      )
      const seconds = Number((yield* Clock.currentTimeNanos) - start) / 1e9
      metrics.answered({
        method: request.method,
        route: Option.match(known, { onNone: () => "unknown", onSome: ({ route }) => route }),
        status: response.status,
        seconds
      })
      yield* Effect.logDebug("Answered").pipe(
        Effect.annotateLogs({ requestId, method: request.method, status: response.status, seconds })
      )
      return HttpServerResponse.setHeaders(response, {
        ...headersFor(response, requestId),
        ...(isCutOff(request) ? { connection: "close" } : {})
      })
    })
})
