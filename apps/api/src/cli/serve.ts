import { Command } from "@effect/cli"
import { layerMigrated, SessionStoreSettings } from "@workspace/database"
import { Effect, Layer } from "effect"
import * as Agents from "../agents.ts"
import * as Archive from "../archive.ts"
import * as Config from "../config.ts"
import * as DatabaseLive from "../database.ts"
import * as IdempotencySweep from "../idempotency-sweep.ts"
import * as IdentityJwt from "../middleware/identity-jwt.ts"
import * as IdentityOff from "../middleware/identity-off.ts"
import * as RateLimits from "../rate-limits.ts"
import * as ReplyKeeping from "../reply-keeping.ts"
import * as Scoring from "../scoring.ts"
import * as Server from "../server.ts"
import * as Sessions from "../sessions.ts"
import * as Workspaces from "../workspaces.ts"

const identityOf = (authentication: Config.Settings["authentication"]) =>
  authentication.mode === "jwt" ? IdentityJwt.layer(authentication) : IdentityOff.layer

const announce = ({ authentication, server: { host, port } }: Config.Settings) =>
  Effect.zipRight(
    Effect.logInfo(
      `Listening on http://${host.includes(":") ? `[${host}]` : host}:${port}, reference at /docs`
    ),
    Effect.when(
      Effect.logWarning(
        "AUTH_MODE is off: callers name themselves, and only this machine can reach the server"
      ),
      () => authentication.mode === "off"
    )
  )

/** Migrates the database and serves the API until it is told to stop. */
export const serve = Command.make("serve", {}, () =>
  Effect.gen(function* () {
    const [settings, definitions] = yield* Effect.validate(Config.settings, Agents.definitions)
    return yield* Layer.effectDiscard(announce(settings)).pipe(
      Layer.merge(IdempotencySweep.layer),
      Layer.merge(Scoring.layer),
      Layer.merge(ReplyKeeping.layer),
      Layer.provide(Server.layerListen(settings.server)),
      Layer.provide([
        Sessions.layer.pipe(
          Layer.provideMerge(Archive.layer(settings)),
          Layer.merge(Workspaces.layer(settings.workspaces)),
          Layer.provide(Agents.layer(definitions, settings)),
          Layer.provide(Layer.succeed(SessionStoreSettings, settings.sessionStore))
        ),
        RateLimits.layer(settings.rateLimits, identityOf(settings.authentication))
      ]),
      Layer.provide(layerMigrated),
      Layer.provide(DatabaseLive.layer(settings.database)),
      Layer.launch
    )
  })
).pipe(Command.withDescription("Migrate the database and serve the API (the default)"))
