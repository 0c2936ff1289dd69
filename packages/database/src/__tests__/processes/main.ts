import { Effect } from "effect"

// A program that the tests start and kill. Each role loads only what it needs: ten may start at once.
const [role = "", place = ""] = process.argv.slice(2)

// It does not outlive the tests, however they end.
process.stdin.once("end", () => process.exit()).resume()

if (role === "write") await Effect.runPromise((await import("./write.ts")).write(place))
if (role === "append") await Effect.runPromise((await import("./append.ts")).append(place))
if (role === "workspaces") await Effect.runPromise((await import("./workspaces.ts")).workspaces(place))
if (role === "postgres") await Effect.runPromise((await import("./postgres.ts")).postgres)
process.exit()
