import { Estimate, ScoringRepository, SessionId, SessionNotFoundError } from "@workspace/domain"
import { Array, DateTime, Effect, Layer, Option, Schema } from "effect"
import { Database } from "../client.ts"
import { prepareLoad, prepareNoted, prepareStore, prepareTake } from "./scoring-statements.ts"
import { toEstimate, toSession } from "./session-rows.ts"
import { visibility } from "./session-statements.ts"

const encodeEstimates = Schema.encodeSync(Schema.parseJson(Schema.Array(Estimate)))

/** Every sequence is at or before it. */
const last = 2_147_483_647

const unknownPrecision = {
  openness: null,
  conscientiousness: null,
  extraversion: null,
  agreeableness: null,
  neuroticism: null
}

/** Scoring in PostgreSQL, each call one statement. */
export const layer: Layer.Layer<ScoringRepository, never, Database> = Layer.effect(
  ScoringRepository,
  Effect.map(Database, ({ client, query }) => {
    const statements = {
      take: prepareTake(client),
      noted: prepareNoted(client),
      store: prepareStore(client),
      load: prepareLoad(client)
    }

    const takeBehind: ScoringRepository["Type"]["takeBehind"] = Effect.fn("ScoringRepositoryPg.takeBehind")(
      function* ({ lease, now }) {
        const taken = yield* query(() =>
          statements.take.execute({
            now: DateTime.formatIso(now),
            until: DateTime.formatIso(DateTime.addDuration(now, lease))
          })
        )
        return taken.map((row) => ({ ...row, sessionId: SessionId.make(row.sessionId) }))
      },
      Effect.orDie
    )

    const noted: ScoringRepository["Type"]["noted"] = Effect.fn("ScoringRepositoryPg.noted")(
      ({ sessionId, through }, after) => query(() => statements.noted.execute({ sessionId, after, through })),
      Effect.orDie
    )

    const store: ScoringRepository["Type"]["store"] = Effect.fn("ScoringRepositoryPg.store")(function* (
      sessionId,
      { estimates, through }
    ) {
      const precision = Option.match(Array.last(estimates), {
        onNone: () => unknownPrecision,
        onSome: ({ traits }) => traits.precision
      })
      yield* query(() =>
        statements.store.execute({ sessionId, ...precision, through, estimates: encodeEstimates(estimates) })
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

    return { takeBehind, noted, store, load }
  })
)
