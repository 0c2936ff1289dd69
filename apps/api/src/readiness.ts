import { NotReadyError } from "@workspace/contracts"
import { Database, isMigrated } from "@workspace/database"
import { type ArchiveHealth, ArchiveKeeper } from "@workspace/domain"
import { Context, Effect, Layer } from "effect"
import { Draining } from "./draining.ts"

const notReady = (reason: NotReadyError["reason"]) => new NotReadyError({ reason })

/** Whether the process may get traffic, and what is not as it should be all the same. */
export class Readiness extends Context.Tag("@workspace/api/Readiness")<
  Readiness,
  {
    readonly check: Effect.Effect<void, NotReadyError>
    readonly archive: Effect.Effect<ArchiveHealth>
  }
>() {
  static readonly layer = Layer.effect(
    this,
    Effect.gen(function* () {
      const { health } = yield* ArchiveKeeper
      const database = yield* Database
      const draining = yield* Draining

      const check = Effect.gen(function* () {
        if (draining.isDraining()) {
          return yield* notReady("draining")
        }
        const migrated = yield* isMigrated.pipe(
          Effect.provideService(Database, database),
          // However the database fails, this process is of no use.
          Effect.catchAllCause((cause) =>
            Effect.zipRight(
              Effect.logWarning("The database does not answer", cause),
              notReady("database-unreachable")
            )
          )
        )
        if (!migrated) {
          return yield* notReady("migrations-pending")
        }
      })
      return { check, archive: health }
    })
  )
}
