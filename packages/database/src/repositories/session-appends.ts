import { type Caller, type SessionId, type SessionRepository, UnavailableError } from "@workspace/domain"
import { Array, type Context, DateTime, Effect, Exit, Option } from "effect"
import type { Database, DatabaseError } from "../client.ts"
import { prepareTogether } from "./session-append-together.ts"
import type { PlaceRow } from "./session-rows.ts"
import { asking } from "./session-statements.ts"

type Append = SessionRepository["Type"]["append"]

/** Where a message was stored; undefined when it was not. */
type Stored = PlaceRow | undefined

interface Waiting {
  readonly caller: Caller
  readonly message: Parameters<Append>[1]
  readonly options: Parameters<Append>[2]
  /** When it came, in nanoseconds of the clock. */
  readonly since: bigint
  readonly resume: (stored: Effect.Effect<Stored>) => void
}

/** So many messages are stored at once by statements of their own; what comes while they are gathers. */
const aloneAtOnce = 2
/** So many statements for gathered messages run at once. */
const togetherAtOnce = 2
/** Of one statement. */
const maxMessages = 64
const maxCharacters = 262_144
/** In nanoseconds. Nobody waits for a statement to begin longer than one does for a connection. */
const maxWait = 2_000_000_000n

const parametersOf = (batch: ReadonlyArray<Waiting>) => ({
  sessionIds: batch.map(({ message }) => message.sessionId),
  userIds: batch.map(({ caller }) => asking(caller).userId),
  trusted: batch.map(({ caller }) => asking(caller).trusted),
  ids: batch.map(({ message }) => message.id),
  roles: batch.map(({ message }) => message.role),
  contents: batch.map(({ message }) => message.content),
  metadata: batch.map(({ message }) => JSON.stringify(message.metadata)),
  titles: batch.map(({ options }) => options.title ?? null),
  completes: batch.map(({ options }) => options.completes ?? false),
  expectedSequences: batch.map(({ options }) => options.expectedSequence ?? null),
  now: batch.map(({ options }) => DateTime.formatIso(options.now))
})

/**
 * The first ones that go together, one of each session that is not in a statement, as they came; the very first always. And the
 * others.
 */
const takeBatch = (waiting: ReadonlyArray<Waiting>, inStatement: ReadonlySet<SessionId>) => {
  const batch: Array<Waiting> = []
  const rest: Array<Waiting> = []
  const taken = new Set(inStatement)
  let characters = 0
  for (const one of waiting) {
    const { content, sessionId } = one.message
    const fits = batch.length < maxMessages && characters + content.length <= maxCharacters
    if (!taken.has(sessionId) && (fits || batch.length === 0)) {
      characters += content.length
      batch.push(one)
    } else {
      rest.push(one)
    }
    taken.add(sessionId)
  }
  return { batch, rest }
}

const waitedTooLong = Effect.logWarning("The database is not available").pipe(
  Effect.annotateLogs({ reason: "timeout exceeded when waiting for a statement" }),
  Effect.zipRight(Effect.die(new UnavailableError({})))
)

const storedNothing = (reason: string) =>
  Effect.logDebug("Messages that came together are stored one by one").pipe(
    Effect.annotateLogs({ reason }),
    Effect.as(new Map<string, PlaceRow>())
  )

/**
 * Messages that come at the same time, stored by one statement and so by one commit. A statement takes one message of a
 * session at most, and waits for nobody: what it does not store (the session is somebody's at the moment, has the message
 * already, does not take it, is not there) comes back as not stored, and so does all of a statement that was refused or
 * found the store away. A statement of its own then finds out, so that no message fails because of another one.
 *
 * A statement runs on the fiber of its first message: nothing here outlives those who wait.
 */
export const make = ({ client, query }: Context.Tag.Service<Database>, groupCommit: boolean) => {
  const statement = prepareTogether(client)
  /** As they came. While fewer statements run than may, all are of sessions that are in one. */
  let waiting: Array<Waiting> = []
  /** The sessions of the statements for gathered messages that run. */
  const inStatement = new Set<SessionId>()
  let alone = 0
  let together = 0

  const placesOf = (batch: ReadonlyArray<Waiting>) =>
    query(() => statement.execute(parametersOf(batch))).pipe(
      Effect.map((rows) => new Map<string, PlaceRow>(rows.map((row) => [row.sessionId, row]))),
      Effect.catchAll(({ message }: DatabaseError) => storedNothing(message)),
      // A connection that was lost, a time limit: mostly a fault of this one statement.
      Effect.catchSomeDefect((defect) =>
        defect instanceof UnavailableError
          ? Option.some(storedNothing("the database was not available"))
          : Option.none()
      )
    )

  const store = (batch: ReadonlyArray<Waiting>, first: Waiting): Effect.Effect<Stored> =>
    Effect.flatMap(Effect.exit(placesOf(batch)), (exit) => {
      const answerTo = ({ message }: Waiting) => Exit.map(exit, (places) => places.get(message.sessionId))
      for (const one of batch) if (one !== first) one.resume(answerTo(one))
      return answerTo(first)
    }).pipe(
      Effect.ensuring(
        Effect.clockWith((clock) => Effect.sync(() => end(batch, clock.unsafeCurrentTimeNanos())))
      )
    )

  const begin = (batch: ReadonlyArray<Waiting>, first: Waiting) => {
    together += 1
    for (const { message } of batch) inStatement.add(message.sessionId)
    first.resume(store(batch, first))
  }

  const end = (batch: ReadonlyArray<Waiting>, now: bigint) => {
    together -= 1
    for (const { message } of batch) inStatement.delete(message.sessionId)
    giveUp(now)
    while (together < togetherAtOnce) {
      const { batch, rest } = takeBatch(waiting, inStatement)
      const [first] = batch
      if (first === undefined) return
      waiting = rest
      begin(batch, first)
    }
  }

  /** Answers those who have waited too long: what waits is never more than what came within that time. */
  const giveUp = (now: bigint) => {
    const isLate = ({ since }: Waiting) => now - since >= maxWait
    if (!waiting.slice(0, 1).some(isLate)) return
    const [late, others] = Array.span(waiting, isLate)
    waiting = others
    for (const { resume } of late) resume(waitedTooLong)
  }

  const come = (one: Waiting) => {
    giveUp(one.since)
    if (together < togetherAtOnce && !inStatement.has(one.message.sessionId)) begin([one], one)
    else waiting.push(one)
  }

  return {
    /** Whether a message that comes now does better to go with others. */
    isBusy: () => groupCommit && (alone >= aloneAtOnce || together > 0),

    /** Counts a statement of its own while it runs. */
    alone: async <A>(run: () => Promise<A>) => {
      alone += 1
      try {
        return await run()
      } finally {
        alone -= 1
      }
    },

    /** Stores a message with others, also when its fiber is interrupted meanwhile: it is with them already. */
    gather: (...[caller, message, options]: Parameters<Append>): Effect.Effect<Stored> =>
      Effect.clockWith((clock) =>
        Effect.uninterruptible(
          Effect.async<Stored>((resume) =>
            come({ caller, message, options, since: clock.unsafeCurrentTimeNanos(), resume })
          )
        )
      )
  }
}

export type SessionAppends = ReturnType<typeof make>
