import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { Effect } from "effect"

const { TEST_DATABASE_URL: _, NODE_OPTIONS: __, ...env } = process.env

const isRunning = (child: ChildProcess) => child.exitCode === null && child.signalCode === null

const killNow = (child: ChildProcess) =>
  Effect.promise(async () => {
    if (!isRunning(child)) return
    child.kill("SIGKILL")
    await once(child, "exit")
  })

/** A process of its own that runs a program of the tests, killed with the scope. */
export const startProcess = (program: string, args: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, ["--import", "tsx", program, ...args], {
        env,
        stdio: ["pipe", "pipe", "inherit"]
      })
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      return {
        pid: child.pid ?? 0,
        /** What it says next; undefined when it has ended. */
        nextLine: Effect.promise(async () => {
          const { done, value } = await lines.next()
          return done === true ? undefined : value
        }),
        tell: (line: string) => Effect.sync(() => child.stdin.write(`${line}\n`)),
        kill: killNow(child)
      }
    }),
    (child) => child.kill
  )
