import { once } from "node:events"
import { Effect } from "effect"
import { lockDirectory } from "../../directory-lock.ts"

// Waits for a line, then takes the lock and holds it, or says who has it.
const [directory = ""] = process.argv.slice(2)

// It does not outlive the tests, however they end.
process.stdin.once("end", () => process.exit()).resume()

const say = (line: string) => Effect.sync(() => void process.stdout.write(`${line}\n`))

await Effect.gen(function* () {
  yield* say("ready")
  yield* Effect.promise(() => once(process.stdin, "data"))
  yield* lockDirectory(directory)
  yield* say("held")
  return yield* Effect.never
}).pipe(
  Effect.catchTag("DirectoryLockedError", ({ pid }) => say(`refused ${pid}`)),
  Effect.scoped,
  Effect.runPromise
)
process.exit()
