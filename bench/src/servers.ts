import { createServer } from "node:net"
import { fileURLToPath } from "node:url"
import { Command, type CommandExecutor, FileSystem } from "@effect/platform"
import { Console, Effect, Schedule } from "effect"
import { build } from "esbuild"
import { BenchError } from "./bench-error.ts"

/** A server under measurement, in a process of its own, on loopback. */
export interface Server {
  readonly name: string
  readonly port: number
  readonly pid: number
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

interface Start {
  readonly databaseUrl: string
  readonly cwd: string
  readonly args: ReadonlyArray<string>
  readonly node?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Starts a server of Node, which ends with the scope, and waits until it is ready. */
export const startServer = Effect.fnUntraced(function* (
  name: string,
  { args, cwd, databaseUrl, env = {}, node = process.execPath }: Start
) {
  const port = yield* freePort
  const child = yield* Command.make(node, ...args).pipe(
    Command.workingDirectory(cwd),
    Command.env({
      AUTH_MODE: "off",
      DATABASE_URL: databaseUrl,
      HOST: "127.0.0.1",
      LOG_LEVEL: "error",
      PORT: String(port),
      ...env
    }),
    Command.stdin("inherit"),
    Command.stdout("inherit"),
    Command.stderr("inherit"),
    Command.start,
    Effect.mapError((cause) => new BenchError({ message: `${name}: ${cause.message}`, cause }))
  )
  yield* Effect.addFinalizer(() => end(name, child))
  yield* isReady(port).pipe(
    Effect.repeat({
      until: (ready) => ready,
      schedule: Schedule.zipRight(
        Schedule.spaced("50 millis"),
        Schedule.recurWhileEffect(() => Effect.orDie(child.isRunning))
      )
    }),
    Effect.filterOrFail(
      (ready) => ready,
      () => new BenchError({ message: `${name} ended before it was ready` })
    ),
    Effect.timeoutFail({
      duration: "30 seconds",
      onTimeout: () => new BenchError({ message: `${name} did not become ready within 30 seconds` })
    })
  )
  const server: Server = { name, port, pid: child.pid }
  return server
})

/** The bundle of apps/api, with its source maps. */
export const bundle = here("../../apps/api/dist")

/**
 * As the image starts the API, and the server by hand alike: an own limit of the heap, so that what is no longer used is collected
 * early, and room for new objects that does not shrink while nobody asks.
 */
const asDeployed = ["--max-old-space-size=512", "--min-semi-space-size=16"]

/** The bundle of apps/api, copied to where there is no node_modules: what a deployment runs. It migrates. */
export const startApi = Effect.fnUntraced(function* (
  databaseUrl: string,
  env: Readonly<Record<string, string>> = {},
  nodeOptions: ReadonlyArray<string> = []
) {
  const files = yield* FileSystem.FileSystem
  const directory = yield* files.makeTempDirectoryScoped({ prefix: "big-ocean-bench-" })
  yield* files.copy(bundle, `${directory}/dist`)
  return yield* startServer("big ocean", {
    databaseUrl,
    cwd: directory,
    args: [...asDeployed, ...nodeOptions, "dist/main.js", "serve"],
    env
  })
})

const byHandSource = fileURLToPath(new URL("./by-hand/server.ts", import.meta.url))
const byHand = here("../dist/by-hand.mjs")

/** What an expert would write by hand, on a database that the API has migrated. Like the API it runs without a compiler. */
export const startByHand = (databaseUrl: string) =>
  Effect.zipRight(
    Effect.tryPromise({
      try: () =>
        build({
          entryPoints: [byHandSource],
          outfile: byHand,
          bundle: true,
          packages: "external",
          platform: "node",
          format: "esm",
          target: "node20"
        }),
      catch: (cause) => new BenchError({ message: `by hand: ${cause}`, cause })
    }),
    startServer("by hand", {
      databaseUrl,
      cwd: here(".."),
      args: [...asDeployed, byHand],
      env: { NODE_ENV: "production" }
    })
  )
