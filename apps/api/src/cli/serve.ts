import { Command } from "@effect/cli"
import { layerMigrated } from "@workspace/database"
import { Effect, Layer } from "effect"
import * as Config from "../config.ts"
import * as DatabaseLive from "../database.ts"
import * as IdentityOff from "../middleware/identity-off.ts"
import * as Server from "../server.ts"
import * as Sessions from "../sessions.ts"

const announce = ({ host, port }: Config.Settings["server"]) =>
  Effect.zipRight(
    Effect.logInfo(
      `Listening on http://${host.includes(":") ? `[${host}]` : host}:${port}, reference at /docs`
    ),
    Effect.logWarning("AUTH_MODE is off: callers name themselves, and only this machine can reach the server")
  )

/** Migrates the database and serves the API until it is told to stop. */
export const serve = Command.make("serve", {}, () =>
  Effect.gen(function* () {
    const settings = yield* Config.settings
    return yield* Layer.effectDiscard(announce(settings.server)).pipe(
      Layer.provide(Server.layerListen(settings.server)),
      Layer.provide([Sessions.layer, IdentityOff.layer]),
      Layer.provide(layerMigrated),
      Layer.provide(DatabaseLive.layer(settings.database)),
      Layer.launch
    )
  })
).pipe(Command.withDescription("Migrate the database and serve the API (the default)"))
