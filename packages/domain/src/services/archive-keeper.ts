import {
  Context,
  Deferred,
  Effect,
  Fiber,
  FiberSet,
  identity,
  Layer,
  Logger,
  LogLevel,
  Option,
  Schedule,
  Stream
} from "effect"
import { SessionNotFoundError } from "../errors/session.ts"
import { AgentRegistry } from "../ports/agent.ts"
import { ArchiveRepository } from "../ports/archive-repository.ts"
import { ArchiveStore } from "../ports/archive-store.ts"
import type { ArchiveHealth } from "../types/archive.ts"
import { Caller } from "../types/caller.ts"
import type { SessionId } from "../types/ids.ts"
import type { AgentName } from "../types/session.ts"
import { missed } from "./archive-missed.ts"
import { failed, healthOf, type Pending, pendingOf } from "./archive-pending.ts"
import { dueAt, QuietSessions, shouldAutoSave } from "./auto-save.ts"
import { whileFailing } from "./while-failing.ts"

/** How many sessions are read and saved at once. The talks are to have the store for themselves. */
const atOnce = 2

/** What fails keeps its turn for so long: however many sessions wait, a full disk is tried twice a second at most. */
const afterFailure = "1 second"

/** The scores come a moment after the answer. A file waits for them, but not for long. */
const untilScored = "500 millis"

/** How long a claim waits for the file to get its owner. It gets it later otherwise. */
const untilOwned = "5 seconds"

/** How long a stop waits for what is due. */
const untilSettled = "3 seconds"

/**
 * Lets the files follow the talks: told of what happens in a session, it saves it when that is due. Whoever tells it does
 * not wait, but for a claim. What cannot be saved is tried again, ever more rarely, until it is saved, the session is gone or the process
 * ends.
 */
export class ArchiveKeeper extends Context.Tag("@workspace/domain/ArchiveKeeper")<
  ArchiveKeeper,
  {
    /** The agent's message of this sequence is stored. */
    readonly answered: (sessionId: SessionId, sequence: number) => Effect.Effect<void>
    /** The session is changed, other than by a message. */
    readonly changed: (sessionId: SessionId) => Effect.Effect<void>
    /**
     * The session has got an owner. So has its file, if there is one, also where nothing is saved by itself: whoever tells it
     * waits for that, but not long.
     */
    readonly claimed: (sessionId: SessionId) => Effect.Effect<void>
    /** Whether the files follow. */
    readonly health: Effect.Effect<ArchiveHealth>
  }
>() {
  /**
   * Each session is saved after `savesEvery` answers of the user unless its agent says otherwise; 0 is never. When `atMost`
   * sessions wait already, another one is passed over until something happens in it again. At rest, and with a file that
   * is older, it is found when the process begins, and when none waits any more.
   */
  static readonly layer = (options: { readonly savesEvery: number; readonly atMost?: number }) =>
    Layer.scoped(
      this,
      Effect.gen(function* () {
        const { atMost = 10_000, savesEvery } = options
        const agents = yield* AgentRegistry
        const repository = yield* ArchiveRepository
        const store = yield* ArchiveStore
        const missedSessions = yield* missed
        const pending = new Map<SessionId, Pending>()
        const quiet = new QuietSessions(atMost)
        const turns = yield* Effect.makeSemaphore(atOnce)
        const stopping = yield* Deferred.make<void>()
        const fibers = yield* FiberSet.make<void>()
        const fork = yield* FiberSet.runtime(fibers)<never>()
        let isFull = false
        let hasMissed = false

        const intervalOf = (name: AgentName) =>
          agents.find(name).pipe(
            Option.flatMapNullable((agent) => agent.savesEvery),
            Option.getOrElse(() => savesEvery)
          )

        /** Of a session that is gone nothing is due. */
        const inTurn = <A, E>(held: Pending, step: Effect.Effect<A, E | SessionNotFoundError>) =>
          step.pipe(
            // A store says why it fails. Once is enough.
            Option.isSome(held.failure) ? Logger.withMinimumLogLevel(LogLevel.None) : identity,
            Effect.catchIf(
              (error) => error instanceof SessionNotFoundError,
              () => Effect.succeed("no" as const)
            ),
            Effect.tapErrorCause((cause) =>
              Effect.zipRight(
                failed(held, cause),
                Effect.raceFirst(Effect.sleep(afterFailure), Deferred.await(stopping))
              )
            ),
            turns.withPermits(1)
          )

        const read = (sessionId: SessionId) => repository.read(Caller.Trusted(), sessionId)

        const renew = (sessionId: SessionId) => store.renew(sessionId, read(sessionId))

        /** A claim that comes meanwhile is for the next time. */
        const own = (held: Pending) =>
          Effect.suspend(() => {
            if (!held.hasNewOwner) return Effect.void
            held.hasNewOwner = false
            const isStillNew = Effect.sync(() => {
              held.hasNewOwner = true
            })
            return Effect.onError(renew(held.sessionId), () => isStillNew)
          })

        const look = Effect.fnUntraced(function* (held: Pending) {
          yield* own(held)
          const { session } = yield* read(held.sessionId)
          const interval = intervalOf(session.agent)
          const lastSave = interval > 0 ? yield* store.find(held.sessionId) : Option.none()
          held.isDue = shouldAutoSave(session, lastSave, interval)
          quiet.keep(session, dueAt(session, held.isDue ? Option.some(session) : lastSave, interval))
          if (!held.isDue) return "no"
          return session.scoredThrough < session.messageCount ? "unscored" : "scored"
        })

        const saveIfDue = Effect.fn("ArchiveKeeper.save")(function* (held: Pending) {
          yield* Effect.annotateCurrentSpan({ sessionId: held.sessionId })
          held.isStale = false
          const due = yield* inTurn(held, look(held))
          if (due === "no") return
          if (due === "unscored") yield* Effect.sleep(untilScored)
          yield* inTurn(held, store.save(held.sessionId, read(held.sessionId)))
        })

        const keep = Effect.fnUntraced(function* (held: Pending) {
          const backoff = yield* Schedule.driver(whileFailing)
          const isDone = Effect.sync(() => {
            held.failure = Option.none()
            const isDone = !held.isStale && pending.delete(held.sessionId)
            if (hasMissed && pending.size === 0) fork(lookThrough)
            return isDone
          })
          const isOver = Effect.zipLeft(
            Deferred.isDone(stopping),
            Effect.raceFirst(Effect.orDie(backoff.next(undefined)), Deferred.await(stopping))
          )
          yield* saveIfDue(held).pipe(
            Effect.zipRight(isDone),
            Effect.catchAllCause(() => isOver),
            Effect.repeat({ until: (isOver) => isOver })
          )
        }, Effect.interruptible)

        /** One after the other, so that the sessions that go on have their turn. */
        const follow = (sessionId: SessionId) => {
          const held = pendingOf(sessionId)
          pending.set(sessionId, held)
          return keep(held)
        }

        const lookThrough: Effect.Effect<void> = Effect.suspend(() => {
          hasMissed = false
          return missedSessions.pipe(
            Stream.interruptWhenDeferred(stopping),
            Stream.filter((sessionId) => !pending.has(sessionId)),
            Stream.runForEach(follow),
            Effect.catchAllCause((cause) => {
              hasMissed = true
              return Effect.logWarning("It is not known which sessions are to be saved still", cause)
            })
          )
        })

        const tell = (sessionId: SessionId, hasNewOwner = false) =>
          Effect.suspend(() => {
            const held = pending.get(sessionId) ?? pendingOf(sessionId)
            held.hasNewOwner ||= hasNewOwner
            held.isStale = true
            if (pending.has(sessionId)) return Effect.void
            const wasFull = isFull
            isFull = pending.size >= atMost
            if (isFull) {
              hasMissed = true
              return Effect.unless(
                Effect.logError("Too many sessions wait to be saved: others are passed over"),
                () => wasFull
              )
            }
            pending.set(sessionId, held)
            fork(keep(held))
            return Effect.void
          })

        // As a finalizer it runs on a fiber that is interrupted already, where no time limit could end anything.
        const settle = Deferred.succeed(stopping, undefined).pipe(
          Effect.zipRight(FiberSet.awaitEmpty(fibers)),
          Effect.timeoutOption(untilSettled),
          Effect.zipRight(
            Effect.suspend(() =>
              pending.size === 0
                ? Effect.void
                : Effect.annotateLogs(Effect.logError("Sessions are not saved at the end"), {
                    sessions: pending.size
                  })
            )
          ),
          Effect.interruptible,
          Effect.forkDaemon,
          Effect.flatMap(Fiber.join)
        )
        yield* Effect.addFinalizer(() => settle)
        fork(lookThrough)

        return {
          answered: (sessionId, sequence) =>
            Effect.suspend(() => (quiet.has(sessionId, sequence) ? Effect.void : tell(sessionId))),
          changed: (sessionId) => tell(sessionId),
          claimed: (sessionId) =>
            renew(sessionId).pipe(
              Effect.timeout(untilOwned),
              Effect.interruptible,
              Effect.matchCauseEffect({
                onFailure: () => tell(sessionId, true),
                onSuccess: () => tell(sessionId)
              })
            ),
          health: Effect.sync(() => healthOf(pending.values()))
        }
      })
    )
}
