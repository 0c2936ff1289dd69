import { it } from "@effect/vitest"
import { freshDatabase } from "@workspace/database/test-utils"
import { Effect } from "effect"
import { inject } from "vitest"
import { surviveKills } from "./kills.ts"

it.scopedLive("on a server nothing acknowledged is lost when the process is killed", () =>
  Effect.flatMap(freshDatabase(inject("postgresUrl")), (url) => surviveKills({ DATABASE_URL: url }))
)
