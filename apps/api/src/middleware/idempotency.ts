import { createHash } from "node:crypto"
import { HttpApp, HttpServerResponse } from "@effect/platform"
import type { IdempotencyHeaders } from "@workspace/contracts"
import {
  Caller,
  IdempotencyMismatchError,
  IdempotencyStore,
  IdGenerator,
  idempotencyScope,
  type KeptAnswer,
  type LeasedRun,
  type MessageId,
  RequestRunningError,
  SessionCatalog,
  type SessionId,
  type SessionNotFoundError,
  type WorkspaceId
} from "@workspace/domain"
import { DateTime, Effect, Option, Predicate, Schedule } from "effect"
import { leases } from "./idempotency-leases.ts"
import { answerWith } from "./response-headers.ts"

/** A request that may have come under a key. */
interface KeyedRequest {
  readonly operation: keyof typeof leases
  readonly headers: typeof IdempotencyHeaders.Type
  readonly payload: object
  /** The session that it is about, if there is one yet. */
  readonly sessionId?: SessionId
}

type Refusal = RequestRunningError | IdempotencyMismatchError

const isRunning = (error: unknown): error is RequestRunningError => error instanceof RequestRunningError

/** What a run is to call what it makes; nothing in particular without a key. */
interface RunIds {
  readonly newSessionId?: SessionId
  readonly newWorkspaceId?: WorkspaceId
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

/** What was done, and a wrong claim token and a message id in use, which stay what they are. */
const isKept = (status: number): boolean =>
  (status >= 200 && status < 300) || status === 403 || status === 422

const keptHeaders = new Set(["content-type", "etag"])

const answerOf = ({ body, headers, status }: HttpServerResponse.HttpServerResponse) =>
  body._tag === "Uint8Array" && isKept(status)
    ? Option.some({
        status,
        headers: Object.fromEntries(Object.entries(headers).filter(([name]) => keptHeaders.has(name))),
        body: new TextDecoder().decode(body.body)
      })
    : Option.none()

const replayOf = ({ body, headers, status }: KeptAnswer) =>
  HttpServerResponse.text(body, { status, headers: { ...headers, "idempotency-replayed": "true" } })

/** Nobody but a user can claim, whatever is sent and kept. */
const scopeOf = (caller: Caller, { operation, sessionId }: KeyedRequest) =>
  operation === "claimSession" && !Caller.$is("User")(caller)
    ? Option.none()
    : idempotencyScope(caller, Option.fromNullable(sessionId))

/** Which session an answer is about, and who is told of it again. */
interface About<E> {
  readonly sessionOf: (request: KeyedRequest, newSessionId: SessionId) => Option.Option<SessionId>
  readonly check: (caller: Caller, sessionId: SessionId) => Effect.Effect<unknown, E>
}

const prepare = Effect.gen(function* () {
  const ids = yield* IdGenerator
  const store = yield* IdempotencyStore

  /**
   * Keeps the answer as it is sent, or gives the key back: the last step of a request, also of one that was
   * given up. What it cannot do the next run makes up for, which makes nothing twice. A session that is not there
   * for the caller never comes back, so that nothing is left of the key either.
   */
  const settle = (scope: string, key: string, run: LeasedRun, sessionId: Option.Option<SessionId>) =>
    HttpApp.appendPreResponseHandler((_, response) =>
      Option.match(answerOf(response), {
        onNone: () =>
          response.status === 404 ? store.forget(scope, key, run) : store.abandon(scope, key, run),
        onSome: (answer) => store.finish(scope, key, run, sessionId, answer)
      }).pipe(
        Effect.catchAllCause((cause) => Effect.logWarning("An idempotency key was not settled", cause)),
        Effect.annotateLogs({ requestId: response.headers["x-request-id"] }),
        Effect.as(response)
      )
    )

  return <Unseen>({ check, sessionOf }: About<Unseen>) =>
    <A, E, R>(
      caller: Caller,
      request: KeyedRequest,
      run: (ids: RunIds) => Effect.Effect<A, E, R>
    ): Effect.Effect<A | HttpServerResponse.HttpServerResponse, E | Refusal | Unseen, R> => {
      const key = request.headers["idempotency-key"]
      const owner = scopeOf(caller, request)
      if (key === undefined || Option.isNone(owner)) return run({})
      const scope = owner.value
      const requestHash = hashOf(request)
      const lease = leases[request.operation]

      const runOnce = (first: LeasedRun, restore: typeof Effect.interruptible) => {
        const newSessionId = ids.sessionIdOf(first)
        return Effect.ensuring(
          restore(
            run({
              newSessionId,
              newWorkspaceId: ids.workspaceIdOf(first),
              messageId: ids.messageIdOf(first)
            })
          ),
          // After what the run itself does to the answer.
          settle(scope, key, first, sessionOf(request, newSessionId))
        )
      }

      // Nothing comes between getting the key and what settles it.
      const attempt = Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          const now = yield* DateTime.now
          const found = yield* store.begin(scope, key, { requestHash, now, lease })
          if (found._tag === "Fresh") {
            return yield* runOnce(found, restore)
          }
          // Somebody else may own the session by now: then the key tells nothing of it.
          const sessionId =
            found._tag === "Replay" ? Option.getOrUndefined(found.sessionId) : request.sessionId
          if (sessionId !== undefined) {
            yield* check(caller, sessionId)
          }
          switch (found._tag) {
            case "Replay":
              return replayOf(found.answer)
            case "Running":
              return yield* new RequestRunningError({ retryAfterSeconds: found.retryAfterSeconds })
            case "Mismatch":
              return yield* new IdempotencyMismatchError()
          }
        })
      )
      return Effect.retry(attempt, { schedule: patience, while: isRunning }).pipe(
        Effect.tapError((error) =>
          isRunning(error) ? answerWith({ "retry-after": String(error.retryAfterSeconds) }) : Effect.void
        )
      )
    }
})

/** Answers requests under an `Idempotency-Key` once, and their repetitions with that answer. */
export const make = Effect.gen(function* () {
  const catalog = yield* SessionCatalog
  const once = yield* prepare
  return once<SessionNotFoundError>({
    check: catalog.version,
    // The answer to a fork tells of the new session.
    sessionOf: ({ operation, sessionId }, newSessionId) =>
      Option.some(operation === "forkSession" ? newSessionId : (sessionId ?? newSessionId))
  })
})

/**
 * The same for requests whose answers are the caller's alone, whatever becomes of the sessions that they tell of: the
 * answer is given again to nobody else, and is forgotten with none of them.
 */
export const makeForCallers = Effect.map(prepare, (once) =>
  once({ check: () => Effect.void, sessionOf: () => Option.none() })
)
