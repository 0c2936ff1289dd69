import { once } from "node:events"
import { Effect } from "effect"
import { lockDirectory } from "../../directory-lock.ts"
import { say } from "./say.ts"

/** Waits for a line, then takes the lock and holds it, or says who has it. */
export const lock = (directory: string) =>
  Effect.gen(function* () {
    yield* say("ready")
    yield* Effect.promise(() => once(process.stdin, "data"))
    yield* lockDirectory(directory)
    yield* say("held")
    return yield* Effect.never
  }).pipe(
    Effect.catchTag("DirectoryLockedError", ({ pid }) => say(`refused ${pid}`)),
    Effect.scoped
  )
