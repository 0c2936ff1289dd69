import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { promisify } from "node:util"
import { Data, Effect } from "effect"

const run = promisify(execFile)

/** PostgreSQL could not be had for the tests. The message says what was tried, and what to do. */
export class PostgresServerError extends Data.TaggedError("PostgresServerError")<{
  readonly message: string
  readonly cause?: unknown
}> {}

/** Who runs the server: PostgreSQL refuses root, so root hands it to an existing user without rights. */
export interface ServerUser {
  readonly uid?: number
  readonly gid?: number
}

export const serverUser: Effect.Effect<ServerUser, PostgresServerError> = Effect.suspend(() => {
  if (process.getuid?.() !== 0) return Effect.succeed({})
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
  const user = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody")
  return user === undefined
    ? Effect.fail(
        new PostgresServerError({
          message: "PostgreSQL refuses root, and there is no user postgres or nobody."
        })
      )
    : Effect.succeed({ uid: Number(user[2]), gid: Number(user[3]) })
})

/** Runs a program as the server's user, without the caller's PG* variables, in a directory it can enter. */
export const runAs = (user: ServerUser, directory: string, file: string, args: ReadonlyArray<string>) =>
  Effect.tryPromise({
    try: () => run(file, args, { ...user, cwd: directory, env: { PATH: process.env["PATH"], LC_ALL: "C" } }),
    catch: (cause) =>
      new PostgresServerError({
        message: `${file}: ${cause instanceof Error ? cause.message : cause}`,
        cause
      })
  })
