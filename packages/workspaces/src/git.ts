import { Command, CommandExecutor } from "@effect/platform"
import { isPlatformError, type PlatformError } from "@effect/platform/Error"
import { Config, Duration, Effect, Option, Schedule, Stream } from "effect"
import { serverVariable } from "./orphans.ts"
import { refuse } from "./refusals.ts"

/** What git is told of its surroundings; not what a hook or a shell around the server has set for a git of its own. */
const inherited = ["PATH", "HOME", "XDG_CONFIG_HOME", "TMPDIR", "GIT_EXEC_PATH", "SSH_AUTH_SOCK"]

const ownEnvironment = {
  // Its messages are read here.
  LC_ALL: "C",
  GIT_TERMINAL_PROMPT: "0",
  // To look at a worktree changes nothing in it, and waits for nobody.
  GIT_OPTIONAL_LOCKS: "0"
}

/** No hook keeps or fails what is done here, nothing stays behind that watches files, and who holds a lock for a moment is waited for. */
const settings = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.filesRefLockTimeout=3000"
].flatMap((setting) => ["-c", setting])

const limit = Duration.minutes(1)
const patience = Duration.seconds(2)
const maxOutputBytes = 33_554_432
const maxMessageBytes = 16_384

/** How a git ended. */
export interface Ended<A> {
  readonly code: number
  readonly output: A
  /** The beginning of what it said on the side. */
  readonly message: string
}

type Read<A> = (output: Stream.Stream<Uint8Array, PlatformError>) => Effect.Effect<A, PlatformError>

/** The beginning of an output, which is read to its end: who writes more does not wait for ever. */
const beginning =
  (maxBytes: number): Read<{ readonly text: string; readonly isWhole: boolean }> =>
  (output) =>
    Stream.runFold(output, { parts: Array.of<Uint8Array>(), bytes: 0 }, ({ bytes, parts }, part) => {
      if (bytes < maxBytes) parts.push(part.subarray(0, maxBytes - bytes))
      return { parts, bytes: bytes + part.length }
    }).pipe(
      Effect.map(({ bytes, parts }) => ({
        text: Buffer.concat(parts).toString("utf8"),
        isWhole: bytes <= maxBytes
      }))
    )

/** How many NULs an output has, each of which ends an entry. */
const entries: Read<number> = Stream.runFold(0, (count, part) => {
  let found = count
  for (const byte of part) if (byte === 0) found++
  return found
})

/** Ends a process and all that it began, also for a fiber that was interrupted. */
const end = (process: CommandExecutor.Process) => {
  const signal = (name: CommandExecutor.Signal) =>
    process.kill(name).pipe(
      Effect.catchAll((error) => Effect.logDebug("A git cannot be ended", error)),
      // It waits for the end, however long that takes.
      Effect.forkDaemon,
      Effect.zipRight(
        Effect.repeat(Effect.orDie(process.isRunning), {
          while: (isRunning) => isRunning,
          schedule: Schedule.upTo(Schedule.spaced("20 millis"), patience)
        })
      )
    )
  // First it may remove its locks.
  return Effect.uninterruptible(Effect.zipRight(signal("SIGTERM"), signal("SIGKILL")))
}

/** Another git is at work. A lock that cannot be made for another reason will not be free in a while. */
const isLocked = (message: string) => message.includes(".lock': File exists")

/** Runs git in a folder, with a surrounding of its own and without input; what takes longer than a minute is ended. `server` is told to all that is begun. */
export const makeGit = Effect.fnUntraced(function* (server: string) {
  const executor = yield* CommandExecutor.CommandExecutor
  const found = yield* Effect.forEach(inherited, (name) =>
    Effect.map(
      Effect.option(Config.string(name)),
      Option.map((value) => [name, value] as const)
    )
  )
  const environment = {
    ...Object.fromEntries(found.flatMap(Option.toArray)),
    ...ownEnvironment,
    [serverVariable]: server
  }

  const attempt = <A>(cwd: string, args: ReadonlyArray<string>, read: Read<A>, extra: object) =>
    Effect.gen(function* () {
      const command = Command.make("git", ...settings, ...args).pipe(
        Command.workingDirectory(cwd),
        Command.env({ ...environment, ...extra }, { extendEnv: false }),
        Command.stdin(Stream.empty)
      )
      const process = yield* executor
        .start(command)
        // Node throws some of the reasons why a process cannot begin.
        .pipe(Effect.catchAllDefect((cause) => refuse("failed", "git cannot be begun", cause)))
      yield* Effect.addFinalizer(() => Effect.whenEffect(end(process), Effect.orDie(process.isRunning)))
      // Apart from it: what runs uninterruptibly is ended as well.
      yield* Effect.interruptible(Effect.sleep(limit)).pipe(
        Effect.zipRight(Effect.logError("git takes too long, and is ended", { args })),
        Effect.zipRight(end(process)),
        Effect.forkScoped
      )
      return yield* Effect.all(
        [read(process.stdout), beginning(maxMessageBytes)(process.stderr), process.exitCode],
        { concurrency: "unbounded" }
      )
    }).pipe(
      Effect.scoped,
      Effect.map(([output, { text }, code]): Ended<A> => ({ code, output, message: text })),
      Effect.catchIf(isPlatformError, (error) =>
        error._tag === "SystemError" && error.module === "FileSystem"
          ? refuse("not-a-repository", "There is no folder for git to work in", error)
          : error._tag === "SystemError" && error.method === "spawn"
            ? refuse("no-git", "git cannot be run", error)
            : refuse("failed", "git was ended", error)
      )
    )

  /** Whatever it says, also that it cannot. */
  const tried = (cwd: string, args: ReadonlyArray<string>, extra: object = {}) =>
    Effect.flatMap(attempt(cwd, args, beginning(maxOutputBytes), extra), ({ output, ...ended }) =>
      output.isWhole
        ? Effect.succeed<Ended<string>>({ ...ended, output: output.text })
        : refuse("failed", "git says too much", { args })
    )

  const succeeded =
    (args: ReadonlyArray<string>) =>
    <A>({ code, message, output }: Ended<A>) =>
      code === 0
        ? Effect.succeed(output)
        : refuse(isLocked(message) ? "busy" : "failed", "git failed", { args, code, message })

  /** What it says when it succeeds. */
  const text = (cwd: string, args: ReadonlyArray<string>, extra: object = {}) =>
    Effect.flatMap(tried(cwd, args, extra), succeeded(args))

  /** How many entries a list has that it gives with `-z`. */
  const count = (cwd: string, args: ReadonlyArray<string>) =>
    Effect.flatMap(attempt(cwd, args, entries, {}), succeeded(args))

  return { tried, succeeded, text, count }
})

export type Git = Effect.Effect.Success<ReturnType<typeof makeGit>>
