import {
  Caller,
  Conversation,
  InvalidSessionStateError,
  type Message,
  type Session,
  type SessionId,
  SessionNotFoundError,
  SessionRepository,
  statusesBefore
} from "@workspace/domain"
import { DateTime, Effect, Layer, Schedule } from "effect"
import { Database, type DatabaseError } from "../client.ts"
import { sessions } from "../schema.ts"
import { prepareSessionQueries } from "./session-queries.ts"
import { fromSession, toMessage, toSession } from "./session-rows.ts"

const visibility = (caller: Caller, sessionId: SessionId) => ({
  sessionId,
  userId: Caller.$is("User")(caller) ? caller.userId : null,
  trusted: Caller.$is("Trusted")(caller)
})

/** Unique violation, serialization failure, deadlock: the same statement comes out right when run again. */
const isTransient = ({ code }: DatabaseError) => code === "23505" || code === "40001" || code === "40P01"

const again = Schedule.exponential("5 millis").pipe(Schedule.jittered, Schedule.intersect(Schedule.recurs(3)))

/** Sessions and messages in PostgreSQL, each call one statement. */
export const layer: Layer.Layer<SessionRepository, never, Database> = Layer.effect(
  SessionRepository,
  Effect.gen(function* () {
    const database = yield* Database
    const queries = prepareSessionQueries(database.client)

    const create = Effect.fn("SessionRepositoryPg.create")(function* (session: Session) {
      yield* database.query(() => database.client.insert(sessions).values(fromSession(session)))
    }, Effect.orDie)

    const append: SessionRepository["Type"]["append"] = Effect.fn("SessionRepositoryPg.append")(
      function* (caller, message, now) {
        const { metadata, sessionId, ...rest } = message
        const run = database
          .query(() =>
            queries.append.execute({
              ...rest,
              ...visibility(caller, sessionId),
              metadata: JSON.stringify(metadata),
              now: DateTime.formatIso(now)
            })
          )
          .pipe(
            Effect.retry({ schedule: again, while: isTransient }),
            Effect.map((rows) => rows[0])
          )
        const first = yield* run
        // A statement that had to wait for the lock does not see what was stored meanwhile, but a new one does.
        const row = first?.found.status !== "active" && first?.duplicate === null ? yield* run : first
        if (row === undefined) {
          return yield* new SessionNotFoundError({ sessionId })
        }
        const stored = row.inserted ?? row.duplicate
        if (stored === null) {
          return yield* new InvalidSessionStateError({ sessionId, currentStatus: row.found.status })
        }
        return yield* toMessage(stored)
      },
      Effect.catchTag("DatabaseError", Effect.die)
    )

    const load = Effect.fn("SessionRepositoryPg.load")(
      function* (caller: Caller, sessionId: SessionId) {
        const rows = yield* database.query(() => queries.load.execute(visibility(caller, sessionId)))
        const [first] = rows
        if (first === undefined) {
          return yield* new SessionNotFoundError({ sessionId })
        }
        const session = yield* toSession(first.sessions)
        const messages: Array<Message> = []
        for (const { history } of rows) {
          if (history !== null) messages.push(yield* toMessage(history))
        }
        return new Conversation({ session, messages }, { disableValidation: true })
      },
      Effect.catchTag("DatabaseError", Effect.die)
    )

    const setStatus: SessionRepository["Type"]["setStatus"] = Effect.fn("SessionRepositoryPg.setStatus")(
      function* (caller, sessionId, status, now) {
        const [row] = yield* database.query(() =>
          queries.setStatus.execute({
            ...visibility(caller, sessionId),
            status,
            statusesBefore: statusesBefore(status),
            now: DateTime.formatIso(now)
          })
        )
        if (row === undefined) {
          return yield* new SessionNotFoundError({ sessionId })
        }
        if (row.changed === null && row.found.status !== status) {
          return yield* new InvalidSessionStateError({ sessionId, currentStatus: row.found.status })
        }
        return yield* toSession({ ...row.found, ...row.changed })
      },
      Effect.catchTag("DatabaseError", Effect.die)
    )

    const updatePrecision: SessionRepository["Type"]["updatePrecision"] = Effect.fn(
      "SessionRepositoryPg.updatePrecision"
    )(function* (sessionId, precision, scoredThrough) {
      const rows = yield* database.query(() =>
        queries.updatePrecision.execute({ sessionId, ...precision, scoredThrough })
      )
      return rows.length > 0
    }, Effect.orDie)

    return { create, append, load, setStatus, updatePrecision }
  })
)
