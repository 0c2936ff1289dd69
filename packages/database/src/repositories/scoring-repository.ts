import {
  type BehindSession,
  byTrait,
  Estimate,
  ScoringRepository,
  SessionId,
  SessionNotFoundError
} from "@workspace/domain"
import { Array, DateTime, Duration, Effect, Layer, Option, Schema } from "effect"
import { Database } from "../client.ts"
import {
  prepareGiveBack,
  prepareLoad,
  prepareNoted,
  prepareStore,
  prepareTake
} from "./scoring-statements.ts"
import { toEstimate, toSession } from "./session-rows.ts"
import { visibility } from "./session-statements.ts"

const encodeEstimates = Schema.encodeSync(Schema.parseJson(Schema.Array(Estimate)))

/** Every sequence is at or before it. */
const last = 2_147_483_647

/** Those that its statement took, of all that it found. */
const toHeld = (row: {
  readonly sessionId: string
  readonly scoredThrough: number
  readonly through: number
  readonly until: Date | null
}): Option.Option<BehindSession> =>
  row.until !== null && row.scoredThrough < row.through
    ? Option.some({
        ...row,
        sessionId: SessionId.make(row.sessionId),
        until: DateTime.unsafeFromDate(row.until)
      })
    : Option.none()

const unknownPrecision = byTrait(() => null)

/** Scoring in PostgreSQL, each call one statement. */
export const layer: Layer.Layer<ScoringRepository, never, Database> = Layer.effect(
  ScoringRepository,
  Effect.map(Database, ({ client, query }) => {
    const statements = {
      take: prepareTake(client),
      giveBack: prepareGiveBack(client),
      noted: prepareNoted(client),
      store: prepareStore(client),
      load: prepareLoad(client)
    }

    const takeBehind: ScoringRepository["Type"]["takeBehind"] = Effect.fn("ScoringRepositoryPg.takeBehind")(
      function* (lease) {
        const found = yield* query(() => statements.take.execute({ lease: Duration.toMillis(lease) }))
        const held = Array.filterMap(found, toHeld)
        return { held, settled: found.length - held.length }
      },
      Effect.orDie
    )

    const giveBack: ScoringRepository["Type"]["giveBack"] = Effect.fn("ScoringRepositoryPg.giveBack")(
      (held) =>
        query(() =>
          statements.giveBack.execute({
            held: JSON.stringify(
              held.map(({ sessionId, until }) => ({ sessionId, until: DateTime.formatIso(until) }))
            )
          })
        ),
      Effect.orDie
    )

    const noted: ScoringRepository["Type"]["noted"] = Effect.fn("ScoringRepositoryPg.noted")(
      ({ sessionId, through }, after) => query(() => statements.noted.execute({ sessionId, after, through })),
      Effect.orDie
    )

    const store: ScoringRepository["Type"]["store"] = Effect.fn("ScoringRepositoryPg.store")(function* (
      held,
      { estimates, through }
    ) {
      const precision = Option.match(Array.last(estimates), {
        onNone: () => unknownPrecision,
        onSome: ({ traits }) => traits.precision
      })
      yield* query(() =>
        statements.store.execute({
          ...precision,
          sessionId: held.sessionId,
          until: DateTime.formatIso(held.until),
          isAll: through >= held.through,
          through,
          estimates: encodeEstimates(estimates)
        })
      )
    }, Effect.orDie)

    const load: ScoringRepository["Type"]["load"] = Effect.fn("ScoringRepositoryPg.load")(
      function* (caller, sessionId, { limit, through = last }) {
        const rows = yield* query(() =>
          statements.load.execute({ ...visibility(caller, sessionId), through, limit })
        )
        const [first] = rows
        if (first === undefined) {
          return yield* new SessionNotFoundError({ sessionId })
        }
        const newestFirst = Array.filterMap(rows, ({ estimate }) => Option.fromNullable(estimate))
        return {
          session: yield* toSession(first.session),
          estimates: yield* Effect.forEach(Array.reverse(newestFirst), toEstimate)
        }
      },
      Effect.catchTag("DatabaseError", Effect.die)
    )

    return { takeBehind, giveBack, noted, store, load }
  })
)
