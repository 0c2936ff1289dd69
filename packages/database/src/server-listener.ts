import { type Context, Deferred, Effect, Fiber, Queue, Random, Ref, Schedule } from "effect"
import { Client, type ClientConfig } from "pg"
import type { Database, Listener } from "./client.ts"
import { DatabaseError, toDatabaseError, unavailableReason } from "./database-error.ts"

const attempt = <A>(run: () => Promise<A>) => Effect.tryPromise({ try: run, catch: toDatabaseError })

const failure = (message: string) =>
  new DatabaseError({ code: undefined, constraint: undefined, cause: new Error(message) })

/** At first soon, and in the end every five seconds; of many processes each at a time of its own. */
const reconnects = Schedule.exponential("100 millis").pipe(
  Schedule.union(Schedule.spaced("5 seconds")),
  Schedule.jittered,
  Schedule.resetAfter("20 seconds")
)

const close = (client: Client) =>
  // A peer that vanished must not hold up the stop.
  Effect.promise(() => client.end()).pipe(
    Effect.timeoutOption("2 seconds"),
    // On a fiber of its own: the one that releases cannot be interrupted, not even by a time limit.
    Effect.interruptible,
    Effect.forkDaemon,
    Effect.flatMap(Fiber.join)
  )

/** Listens on one connection until it is lost. */
const listenOnce = Effect.fnUntraced(function* (
  config: ClientConfig,
  channel: string,
  listener: Listener,
  begun: Effect.Effect<void>
) {
  const lost = yield* Deferred.make<never, DatabaseError>()
  const heard = yield* Queue.sliding<void>(1)
  const client = yield* Effect.acquireRelease(
    Effect.sync(() => new Client(config)),
    close
  )
  client.on("error", (error) => Deferred.unsafeDone(lost, Effect.fail(toDatabaseError(error))))
  client.on("end", () => Deferred.unsafeDone(lost, Effect.fail(failure("Connection terminated"))))
  client.on("notification", ({ payload = "" }) => {
    Queue.unsafeOffer(heard, undefined)
    if (payload !== "") listener.received(payload)
  })
  // A connection may be dead without a word, and a pooler may take LISTEN and forget it: only what is heard counts.
  const hear = Queue.takeAll(heard).pipe(
    Effect.zipRight(attempt(() => client.query("select pg_notify($1, '')", [channel]))),
    Effect.zipRight(Queue.take(heard)),
    Effect.timeoutFail({ duration: "3 seconds", onTimeout: () => failure("timeout expired") })
  )
  const check = Effect.zipRight(
    Effect.flatMap(Random.nextIntBetween(4_000, 6_000), (millis) => Effect.sleep(millis)),
    hear
  )
  yield* attempt(() => client.connect())
  yield* attempt(() => client.query(`listen ${client.escapeIdentifier(channel)}`))
  yield* hear
  yield* Effect.acquireRelease(Effect.sync(listener.began), () => Effect.sync(listener.ended))
  yield* begun
  return yield* Effect.raceFirst(Effect.forever(check), Deferred.await(lost))
}, Effect.scoped)

/** Listens on a connection of its own, and on another one when that is lost. It says once that it has none. */
export const makeListen =
  (config: ClientConfig): Context.Tag.Service<Database>["listen"] =>
  (channel, listener) =>
    Effect.flatMap(Ref.make(false), (isMissed) =>
      listenOnce(config, channel, listener, Ref.set(isMissed, false)).pipe(
        Effect.tapError((error) =>
          Effect.unlessEffect(
            Effect.logWarning("Signals of other processes are not received").pipe(
              Effect.annotateLogs({ reason: unavailableReason(error) ?? error.message })
            ),
            Ref.getAndSet(isMissed, true)
          )
        ),
        Effect.retry(reconnects),
        Effect.orDie
      )
    )
