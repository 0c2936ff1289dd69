import { WorkspacesUnavailableError } from "@workspace/domain"
import { lockDirectory } from "@workspace/locks"
import { Effect, Option, Schedule } from "effect"
import { lineIn } from "./files.ts"
import { refuse } from "./refusals.ts"
import type { Repository, Tools } from "./repository.ts"

/** Takes the lock of a folder of this product; another living process that has it is waited for, for about so long. */
export const lockPatiently = (folder: string, patience: "30 seconds" | "5 seconds") =>
  lockDirectory(folder).pipe(
    Effect.retry({
      schedule: Schedule.upTo(Schedule.spaced("50 millis"), patience),
      while: ({ _tag }) => _tag === "DirectoryLockedError"
    }),
    Effect.catchTags({
      DirectoryLockedError: (error) => refuse("busy", "Another process is at work in WORKSPACE_ROOT", error),
      DirectoryError: (error) => refuse("failed", "WORKSPACE_ROOT cannot be locked", error)
    })
  )

/** Fibers take turns as processes do: who has waited for half a minute is told that it is busy. */
export const makeTurn = Effect.map(
  Effect.makeSemaphore(1),
  (turn) =>
    <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | WorkspacesUnavailableError, R> =>
      Effect.suspend(() => {
        let state: "waiting" | "begun" | "late" = "waiting"
        const begun = Effect.suspend((): Effect.Effect<A, E | WorkspacesUnavailableError, R> => {
          if (state === "late") return new WorkspacesUnavailableError({ reason: "busy" })
          state = "begun"
          return effect
        })
        const late = Effect.suspend(() => {
          if (state === "begun") return Effect.never
          state = "late"
          return refuse("busy", "Others have been at work in WORKSPACE_ROOT for half a minute", {})
        })
        return Effect.raceFirst(
          turn.withPermits(1)(begun),
          Effect.interruptible(Effect.zipRight(Effect.sleep("30 seconds"), late))
        )
      })
)

/** What this product makes in a root, and `git status` there is not to show. */
const patterns = ["/.worktrees/", "/.claude-container-sessions.json*"]

/** Notes it where git looks for what nobody commits, once. */
export const excludeOwnFiles = ({ files, path }: Tools, { commonDirectory }: Repository) =>
  Effect.gen(function* () {
    const file = path.join(commonDirectory, "info", "exclude")
    const before = Option.getOrElse(yield* lineIn(files, file), () => "")
    const missing = patterns.filter((pattern) => !before.split("\n").includes(pattern))
    if (missing.length === 0) return
    yield* files.makeDirectory(path.dirname(file), { recursive: true })
    const text = [...(before === "" ? [] : [""]), ...missing, ""].join("\n")
    yield* files.writeFileString(file, text, { flag: "a" })
  }).pipe(
    Effect.catchAll((error) => Effect.logWarning("git status will show what belongs to workspaces", error))
  )
