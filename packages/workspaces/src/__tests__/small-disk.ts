import { execFileSync } from "node:child_process"
import { Effect } from "effect"

/**
 * Puts a real disk of so many MiB in place of a folder, where this machine lets the tests have one, and gives whether it does: where not, it is
 * printed that the test does not run.
 */
export const mounted = (folder: string, { megabytes }: { readonly megabytes: number }) =>
  Effect.acquireRelease(
    Effect.either(
      Effect.try(() =>
        execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder], { stdio: "pipe" })
      )
    ),
    // What is begun in it may be about to end.
    ({ _tag }) => Effect.sync(() => (_tag === "Right" ? execFileSync("umount", ["-l", folder]) : undefined))
  ).pipe(
    Effect.map(({ _tag }) => {
      if (_tag === "Left") process.stderr.write("Not run: no small file system can be mounted here.\n")
      return _tag === "Right"
    })
  )
