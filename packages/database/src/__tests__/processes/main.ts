import { Effect } from "effect"

// A program that the tests start and kill. Each role loads only what it needs: ten may start at once.
const [role = "", directory = ""] = process.argv.slice(2)

// It does not outlive the tests, however they end.
process.stdin.once("end", () => process.exit()).resume()

if (role === "lock") await Effect.runPromise((await import("./lock.ts")).lock(directory))
if (role === "write") await Effect.runPromise((await import("./write.ts")).write(directory))
if (role === "postgres") await Effect.runPromise((await import("./postgres.ts")).postgres)
process.exit()
