import { type ChildProcess, spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { chown, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Schedule } from "effect"
import { Client } from "pg"
import { postgresBinaries } from "./postgres-binaries.ts"
import { PostgresServerError, runAs, type ServerUser, serverUser } from "./server-user.ts"

export interface PostgresServerOptions {
  /** Server settings, as in postgresql.conf; by default PostgreSQL's own, with fsync on. */
  readonly settings?: Readonly<Record<string, string>>
}

// Ends the server and removes its files when its standard input ends: also when Node was killed.
const watchdog = `
directory=$1; shift
"$@" >"$directory/log" 2>&1 &
server=$!
trap "" HUP INT TERM
cat >/dev/null
kill -INT $server 2>/dev/null
wait $server
rm -rf "$directory"`

// Newest first: a builtin locale is the same on every platform; the last one works everywhere.
const locales = [
  ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
  ["--locale=C.UTF-8"],
  ["--locale=C"]
]

const attempt = <A>(what: string, run: () => Promise<A>) =>
  Effect.tryPromise({
    try: run,
    catch: (cause) => new PostgresServerError({ message: `${what}: ${cause}`, cause })
  })

const freePort = Effect.async<number, PostgresServerError>((resume) => {
  const server = createServer()
  server.once("error", (cause) =>
    resume(Effect.fail(new PostgresServerError({ message: "no free port", cause })))
  )
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    server.close(() => resume(Effect.succeed(port)))
  })
})

const directoryFor = (user: ServerUser) =>
  Effect.acquireRelease(
    attempt("temporary directory", async () => {
      // The private temporary directory of root is closed to the server's user.
      const directory = await mkdtemp(join(user.uid === undefined ? tmpdir() : "/tmp", "big-ocean-postgres-"))
      if (user.uid !== undefined && user.gid !== undefined) await chown(directory, user.uid, user.gid)
      return directory
    }),
    (directory) => Effect.promise(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }))
  )

const initialize = (user: ServerUser, directory: string, bin: string, password: string) =>
  Effect.gen(function* () {
    const passwordFile = join(directory, "password")
    yield* attempt("password file", () => writeFile(passwordFile, password))
    yield* Effect.firstSuccessOf(
      locales.map((locale) =>
        runAs(user, directory, join(bin, "initdb"), [
          ...[
            "-D",
            join(directory, "data"),
            "-U",
            "postgres",
            "-A",
            "scram-sha-256",
            `--pwfile=${passwordFile}`
          ],
          // Its own files need not survive a power cut; the server's writes are synced as usual.
          ...["-E", "UTF8", "--no-sync", ...locale]
        ])
      )
    )
  })

const exited = (process: ChildProcess) => process.exitCode !== null || process.signalCode !== null

const launch = (user: ServerUser, directory: string, command: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      // Detached: Ctrl-C must reach Node alone, which then lets go of the server.
      spawn("sh", ["-c", watchdog, "watchdog", directory, ...command], {
        ...user,
        cwd: directory,
        detached: true,
        env: { PATH: process.env["PATH"], LC_ALL: "C" },
        stdio: ["pipe", "ignore", "ignore"]
      })
    ),
    (process) =>
      Effect.async<void>((resume) => {
        if (exited(process)) return resume(Effect.void)
        process.once("exit", () => resume(Effect.void))
        process.stdin.end()
      })
  )

const answers = (url: string) =>
  attempt("PostgreSQL does not answer", async () => {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
    client.on("error", () => undefined)
    try {
      await client.connect()
    } finally {
      await client.end()
    }
  })

const listen = (user: ServerUser, directory: string, command: ReadonlyArray<string>, password: string) =>
  Effect.gen(function* () {
    const port = yield* freePort
    yield* launch(user, directory, [...command, "-c", `port=${port}`])
    const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
    const log = attempt("log", () => readFile(join(directory, "log"), "utf8"))
    yield* answers(url).pipe(
      Effect.tapErrorTag("PostgresServerError", () =>
        Effect.flatMap(log, (text) =>
          text.includes("could not create any TCP/IP sockets")
            ? Effect.fail("port taken" as const)
            : Effect.void
        )
      ),
      Effect.retry({
        while: (error) => error !== "port taken",
        schedule: Schedule.intersect(Schedule.spaced("20 millis"), Schedule.recurUpTo("20 seconds"))
      }),
      Effect.tapErrorTag("PostgresServerError", () => Effect.flatMap(log, Effect.logError))
    )
    return url
  })

const start = Effect.fn("postgresServer.start")(function* (options: PostgresServerOptions) {
  const user = yield* serverUser
  const directory = yield* directoryFor(user)
  const bin = yield* postgresBinaries(user, directory)
  const password = randomUUID()
  yield* initialize(user, directory, bin, password)
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "200",
    ...options.settings
  }
  const command = [
    ...[join(bin, "postgres"), "-D", join(directory, "data")],
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])
  ]
  return yield* listen(user, directory, command, password).pipe(
    Effect.retry({ times: 2, while: (error) => error === "port taken" }),
    Effect.catchAll((error) =>
      error === "port taken"
        ? Effect.fail(new PostgresServerError({ message: "no free port" }))
        : Effect.fail(error)
    )
  )
})

/**
 * The URL of a real PostgreSQL for tests and benchmarks: `TEST_DATABASE_URL`, or a server of its own that
 * ends with the scope, and with this process however that ends. Its role may create databases.
 */
export const postgresServer = (options: PostgresServerOptions = {}) =>
  Effect.suspend(() => {
    const url = process.env["TEST_DATABASE_URL"]
    return url === undefined || url === "" ? start(options) : Effect.succeed(url)
  })
