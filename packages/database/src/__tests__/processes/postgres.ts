import { Effect } from "effect"
import { postgresServer } from "../../test-utils/postgres-server.ts"
import { say } from "./say.ts"

/** Starts a server and says its URL. */
export const postgres = Effect.gen(function* () {
  yield* say(yield* postgresServer())
  return yield* Effect.never
}).pipe(Effect.scoped)
