import type { FileSystem } from "@effect/platform"
import { livingOwner, ownIdentity } from "@workspace/locks"
import { Effect, Predicate, Schedule } from "effect"

/** Names, in the environment of each git and of all that it begins, the process that began it, and for which root. */
export const serverVariable = "BIG_OCEAN_SERVER"

/** A process, after its two lines where it can be told whether it lives, and then the root that it works for. */
export const serverOf = (files: FileSystem.FileSystem, configured: string) =>
  Effect.map(
    Effect.all([
      Effect.promise(() => ownIdentity()),
      Effect.orElseSucceed(files.readLink("/proc/self/ns/pid"), () => "-"),
      Effect.orElseSucceed(files.realPath(configured), () => configured)
    ]),
    (parts) => parts.join("\n")
  )

/** Which processes are seen, and for which root: only of the same ones is it known here that their server is gone. */
const surroundingsIn = (server: string) => server.split("\n").slice(2).join("\n")

const environmentOf = (files: FileSystem.FileSystem, pid: string) =>
  Effect.orElseSucceed(files.readFileString(`/proc/${pid}/environ`), () => "")

/** The processes that were begun, for the root of `server`, by one that is gone. Only where the system tells of processes, as Linux does in /proc. */
const orphans = Effect.fnUntraced(function* (files: FileSystem.FileSystem, server: string) {
  const names = yield* Effect.orElseSucceed(files.readDirectory("/proc"), () => Array.of<string>())
  const found: Array<number> = []
  for (const pid of names.filter((name) => /^[0-9]+$/.test(name))) {
    const variable = (yield* environmentOf(files, pid))
      .split("\0")
      .find((line) => line.startsWith(`${serverVariable}=`))
    const beginner = variable?.slice(serverVariable.length + 1)
    if (beginner === undefined || surroundingsIn(beginner) !== surroundingsIn(server)) continue
    const living = yield* Effect.promise(() => livingOwner(beginner))
    if (living === undefined) found.push(Number(pid))
  }
  return found
})

const isGone = (error: unknown) => Predicate.hasProperty(error, "code") && error.code === "ESRCH"

const signal = (pid: number, name: NodeJS.Signals) =>
  Effect.try(() => process.kill(pid, name)).pipe(
    Effect.catchAll(({ error }) =>
      isGone(error) ? Effect.void : Effect.logWarning("A git of a server that died cannot be ended", error)
    )
  )

/**
 * Ends every git that a server of this root has left when it was killed: it would go on with what is being undone. It may remove its own locks
 * first, for which it has two seconds.
 */
export const endOrphans = Effect.fnUntraced(function* (files: FileSystem.FileSystem, server: string) {
  const end = (name: NodeJS.Signals) =>
    Effect.gen(function* () {
      const left = yield* orphans(files, server)
      yield* Effect.forEach(left, (pid) => signal(pid, name), { discard: true })
      return left.length
    })
  const ended = yield* end("SIGTERM")
  if (ended === 0) return
  yield* Effect.logWarning("Ends what a server has left that died", { processes: ended })
  const settled = Effect.repeat(orphans(files, server), {
    until: (left) => left.length === 0,
    schedule: Schedule.upTo(Schedule.spaced("50 millis"), "2 seconds")
  })
  yield* settled
  yield* end("SIGKILL")
  yield* settled
})
