import { createHash } from "node:crypto"
import { HttpApp, HttpServerResponse } from "@effect/platform"
import type { IdempotencyHeaders } from "@workspace/contracts"
import {
  type Caller,
  IdempotencyMismatchError,
  IdempotencyStore,
  IdGenerator,
  idempotencyScope,
  isKept,
  type KeptAnswer,
  type KeyedRun,
  type MessageId,
  RequestRunningError,
  SessionCatalog,
  type SessionId,
  type SessionNotFoundError
} from "@workspace/domain"
import { DateTime, Duration, Effect, Option, Predicate, Schedule } from "effect"

/** For how long a run has its key to itself: longer than the operation can take. */
const leases = {
  createSession: Duration.seconds(15),
  appendMessage: Duration.seconds(15),
  claimSession: Duration.seconds(15),
  // An agent may take a minute.
  sendMessage: Duration.seconds(75)
}

/** A request that may have come under a key. */
interface KeyedRequest {
  readonly operation: keyof typeof leases
  readonly headers: typeof IdempotencyHeaders.Type
  readonly payload: object
  /** The session that it is about, if there is one yet. */
  readonly sessionId?: SessionId
}

type Refusal = RequestRunningError | IdempotencyMismatchError | SessionNotFoundError

const isRunning = (error: unknown): error is RequestRunningError => error instanceof RequestRunningError

/** What a run is to call what it makes; nothing in particular without a key. */
interface RunIds {
  readonly sessionId?: SessionId
  readonly messageId?: MessageId
}

/** How long a repetition waits for the first answer. */
const patience = Schedule.exponential("20 millis").pipe(
  Schedule.union(Schedule.spaced("250 millis")),
  Schedule.upTo("3 seconds")
)

/** The same text for equal values: the order of keys does not matter. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) =>
    Predicate.isRecord(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item
  )

const hashOf = ({ operation, payload, sessionId }: KeyedRequest): string =>
  createHash("sha256")
    .update(canonical([operation, sessionId, payload]))
    .digest("hex")

const keptHeaders = new Set(["content-type", "etag"])

const answerOf = ({ body, headers, status }: HttpServerResponse.HttpServerResponse) =>
  body._tag === "Uint8Array"
    ? Option.liftPredicate(isKept)({
        status,
        headers: Object.fromEntries(Object.entries(headers).filter(([name]) => keptHeaders.has(name))),
        body: new TextDecoder().decode(body.body)
      })
    : Option.none()

const setHeader = (name: string, value: string) =>
  HttpApp.appendPreResponseHandler((_, response) =>
    Effect.succeed(HttpServerResponse.setHeader(response, name, value))
  )

/** Answers requests under an `Idempotency-Key` once, and their repetitions with that answer. */
export const make = Effect.gen(function* () {
  const catalog = yield* SessionCatalog
  const ids = yield* IdGenerator
  const store = yield* IdempotencyStore

  /**
   * Keeps the answer as it is sent, or gives the key back: the last step of a request, also of one that was
   * given up. What it cannot do the next run makes up for, which makes nothing twice.
   */
  const settle = (scope: string, key: string, sessionId: SessionId) =>
    HttpApp.appendPreResponseHandler((_, response) =>
      Option.match(answerOf(response), {
        onNone: () => store.abandon(scope, key),
        onSome: (answer) => store.finish(scope, key, sessionId, answer)
      }).pipe(
        Effect.catchAllCause((cause) => Effect.logWarning("An idempotency key was not settled", cause)),
        Effect.annotateLogs({ requestId: response.headers["x-request-id"] }),
        Effect.as(response)
      )
    )

  /** Somebody else may own the session by now. */
  const replay = (caller: Caller, sessionId: SessionId, { body, headers, status }: KeptAnswer) =>
    Effect.as(
      catalog.version(caller, sessionId),
      HttpServerResponse.text(body, { status, headers: { ...headers, "idempotency-replayed": "true" } })
    )

  return <A, E, R>(
    caller: Caller,
    request: KeyedRequest,
    run: (ids: RunIds) => Effect.Effect<A, E, R>
  ): Effect.Effect<A | HttpServerResponse.HttpServerResponse, E | Refusal, R> => {
    const key = request.headers["idempotency-key"]
    const owner = idempotencyScope(caller, Option.fromNullable(request.sessionId))
    if (key === undefined || Option.isNone(owner)) return run({})
    const scope = owner.value
    const requestHash = hashOf(request)
    const lease = leases[request.operation]

    const runOnce = (first: KeyedRun, restore: typeof Effect.interruptible) => {
      const { sessionId = ids.sessionIdOf(first) } = request
      return Effect.ensuring(
        restore(run({ sessionId, messageId: ids.messageIdOf(first) })),
        // After what the run itself does to the answer.
        settle(scope, key, sessionId)
      )
    }

    // Nothing comes between getting the key and what settles it.
    const attempt = Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const now = yield* DateTime.now
        const found = yield* store.begin(scope, key, { requestHash, now, lease })
        switch (found._tag) {
          case "Fresh":
            return yield* runOnce(found, restore)
          case "Replay":
            return yield* replay(caller, found.sessionId, found.answer)
          case "Running":
            return yield* new RequestRunningError({ retryAfterSeconds: found.retryAfterSeconds })
          case "Mismatch":
            return yield* new IdempotencyMismatchError()
        }
      })
    )
    return Effect.retry(attempt, { schedule: patience, while: isRunning }).pipe(
      Effect.tapError((error) =>
        isRunning(error) ? setHeader("retry-after", String(error.retryAfterSeconds)) : Effect.void
      )
    )
  }
})
