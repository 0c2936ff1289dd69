import { createServer } from "node:net"
import { fileURLToPath } from "node:url"
import { Command, type CommandExecutor, FileSystem } from "@effect/platform"
import { Console, Effect, Schedule } from "effect"
import { BenchError } from "./bench-error.ts"

/** A server under measurement, in a process of its own, on loopback. */
export interface Server {
  readonly name: string
  readonly port: number
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const freePort = Effect.async<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    server.close(() => resume(Effect.succeed(port)))
  })
})

const isReady = (port: number) =>
  Effect.tryPromise((signal) => fetch(`http://127.0.0.1:${port}/ready`, { signal })).pipe(
    Effect.map(({ status }) => status === 200),
    Effect.orElseSucceed(() => false)
  )

/** A server that does not stop when it is told to is stopped for good. */
const end = (name: string, child: CommandExecutor.Process) =>
  child.kill("SIGTERM").pipe(
    Effect.interruptible,
    Effect.timeoutFail({
      duration: "10 seconds",
      onTimeout: () => new BenchError({ message: `${name} did not end within 10 seconds of SIGTERM` })
    }),
    Effect.catchTag("BenchError", ({ message }) =>
      Effect.zipRight(Console.error(message), child.kill("SIGKILL"))
    ),
    Effect.orDie,
    Effect.whenEffect(Effect.orDie(child.isRunning))
  )

const start = Effect.fnUntraced(function* (
  name: string,
  options: { readonly databaseUrl: string; readonly cwd: string; readonly args: ReadonlyArray<string> }
) {
  const port = yield* freePort
  const child = yield* Command.make(process.execPath, ...options.args).pipe(
    Command.workingDirectory(options.cwd),
    Command.env({
      AUTH_MODE: "off",
      DATABASE_URL: options.databaseUrl,
      HOST: "127.0.0.1",
      LOG_LEVEL: "error",
      PORT: String(port)
    }),
    Command.stdin("inherit"),
    Command.stdout("inherit"),
    Command.stderr("inherit"),
    Command.start
  )
  yield* Effect.addFinalizer(() => end(name, child))
  yield* isReady(port).pipe(
    Effect.repeat({ until: (ready) => ready, schedule: Schedule.spaced("50 millis") }),
    Effect.timeoutFail({
      duration: "30 seconds",
      onTimeout: () => new BenchError({ message: `${name} did not become ready within 30 seconds` })
    })
  )
  return { name, port }
})

/** The bundle of apps/api, copied to where there is no node_modules: what a deployment runs. It migrates. */
export const startApi = Effect.fnUntraced(function* (databaseUrl: string) {
  const files = yield* FileSystem.FileSystem
  const directory = yield* files.makeTempDirectoryScoped({ prefix: "big-ocean-bench-" })
  yield* files.copy(here("../../apps/api/dist"), `${directory}/dist`)
  return yield* start("big ocean", { databaseUrl, cwd: directory, args: ["dist/main.js", "serve"] })
})

const plainServer = fileURLToPath(new URL("./plain-server.ts", import.meta.url))

/** The least that any server must do. */
export const startPlain = (databaseUrl: string) =>
  start("plain", { databaseUrl, cwd: here(".."), args: ["--import", "tsx", plainServer] })
