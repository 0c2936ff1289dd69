import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Data, Effect, Random, Schedule } from "effect"
import { vi } from "vitest"
import { exchange } from "../../test-utils/exchange.ts"

// Of the suites that start processes: a busy machine takes its time for each.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const sources = [
  "--import",
  import.meta.resolve("tsx"),
  fileURLToPath(new URL("../../main.ts", import.meta.url))
]

// Ends the child when the test's process does, however that ends.
const leash = `data:text/javascript,${encodeURIComponent(
  'process.once("disconnect", () => process.exit(1)); process.channel.unref()'
)}`

class ProcessError extends Data.TaggedError("ProcessError")<{ readonly message: string }> {}

type Environment = Readonly<Record<string, string>>

export interface Options {
  readonly env: Environment
  /** What Node runs; the sources by default. */
  readonly program?: ReadonlyArray<string>
}

/** An empty folder, removed with the scope. */
export const temporaryDirectory = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "big-ocean-api-"))),
  (directory) => Effect.promise(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }))
)

/** A port below those that the system gives to outgoing connections. */
const freePort = Random.nextIntBetween(20_000, 30_000).pipe(
  Effect.flatMap((port) =>
    Effect.async<number, ProcessError>((resume) => {
      const server = createServer()
      server.once("error", () => resume(new ProcessError({ message: `port ${port} is taken` })))
      server.listen(port, "127.0.0.1", () => server.close(() => resume(Effect.succeed(port))))
    })
  ),
  Effect.retry({ times: 20 })
)

/**
 * Starts `big-ocean` in an empty folder, with no environment but the one given, and the way of serving that this run tests; killed with
 * the scope.
 */
const start = Effect.fnUntraced(function* (args: ReadonlyArray<string>, { env, program = sources }: Options) {
  const cwd = yield* temporaryDirectory
  return yield* Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, ["--import", leash, ...program, ...args], {
        cwd,
        env: { PATH: process.env["PATH"], HOME: cwd, HOT_ROUTES: process.env["HOT_ROUTES"], ...env },
        stdio: ["ignore", "pipe", "pipe", "ipc"]
      })
      let output = ""
      for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding("utf8").on("data", (text) => {
          output += text
        })
      }
      const closed = once(child, "close")
      return {
        pid: child.pid ?? 0,
        output: () => output,
        isRunning: () => child.exitCode === null && child.signalCode === null,
        signal: (signal: NodeJS.Signals) => Effect.sync(() => void child.kill(signal)),
        /** Its exit code, or the signal that ended it. */
        ended: Effect.promise(() => closed).pipe(
          Effect.map(() => child.exitCode ?? child.signalCode),
          Effect.timeoutFail({
            duration: "30 seconds",
            onTimeout: () => new ProcessError({ message: `it goes on:\n${output}` })
          })
        )
      }
    }),
    ({ ended, signal }) => Effect.orDie(Effect.zipRight(signal("SIGKILL"), ended))
  )
})

/** Runs a command to its end. */
export const run = (args: ReadonlyArray<string>, options: Options) =>
  Effect.scoped(
    Effect.gen(function* () {
      const { ended, output } = yield* start(args, options)
      return { code: yield* ended, output: output() }
    })
  )

/** Starts a server and waits until it is ready. */
export const serve = Effect.fnUntraced(function* ({ env, program }: Options) {
  const port = yield* freePort
  const origin = `http://127.0.0.1:${port}`
  const child = yield* start(["serve"], {
    env: { PORT: String(port), ...env },
    ...(program === undefined ? {} : { program })
  })
  yield* exchange(origin, { path: "/ready" }).pipe(
    Effect.filterOrFail(({ status }) => status === 200),
    Effect.retry({ while: child.isRunning, schedule: Schedule.spaced("50 millis") }),
    Effect.mapError(() => new ProcessError({ message: `it ended:\n${child.output()}` })),
    Effect.timeoutFail({
      duration: "2 minutes",
      onTimeout: () => new ProcessError({ message: `it is not ready:\n${child.output()}` })
    })
  )
  return { ...child, origin, kill: Effect.zipRight(child.signal("SIGKILL"), child.ended) }
})
