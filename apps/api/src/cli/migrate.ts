import { Command } from "@effect/cli"
import { migrate as applyMigrations } from "@workspace/database"
import { Effect } from "effect"
import * as Config from "../config.ts"
import * as DatabaseLive from "../database.ts"

/** Brings the database's schema up to date and ends. */
export const migrate = Command.make("migrate", {}, () =>
  Effect.gen(function* () {
    const settings = yield* Config.database
    yield* Effect.provide(applyMigrations, DatabaseLive.layer(settings))
    yield* Effect.logInfo("The database is up to date")
  })
).pipe(Command.withDescription("Bring the database's schema up to date, and end"))
