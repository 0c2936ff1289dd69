import { execFile } from "node:child_process"
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { Effect } from "effect"

const execute = promisify(execFile)

const identity = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org"]

/** What git says in a folder, with nothing of this machine's configuration. */
export const git = (folder: string, ...args: ReadonlyArray<string>) =>
  Effect.promise(() =>
    execute("git", [...identity, ...args], {
      cwd: folder,
      env: { PATH: process.env["PATH"], HOME: folder, GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C" }
    })
  ).pipe(Effect.map(({ stdout }) => stdout.trim()))

/** A commit of a new file. */
export const commit = Effect.fnUntraced(function* (folder: string, file: string) {
  yield* Effect.promise(() => writeFile(join(folder, file), `${file}\n`))
  yield* git(folder, "add", "--", file)
  yield* git(folder, "commit", "--quiet", "--message", file)
})

/** An empty folder in one of its own, which is removed with the scope. */
export const makeFolder = Effect.gen(function* () {
  const parent = yield* Effect.acquireRelease(
    Effect.promise(async () => realpath(await mkdtemp(join(tmpdir(), "big-ocean-root-")))),
    (folder) => Effect.promise(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  )
  const root = join(parent, "root")
  yield* Effect.promise(() => mkdir(root))
  return { parent, root }
})

export const initialize = (root: string) => git(root, "init", "--quiet", "--initial-branch=main")

/** The root of a repository with a commit. */
export const makeRepository = Effect.gen(function* () {
  const { root } = yield* makeFolder
  yield* initialize(root)
  yield* commit(root, "readme")
  return root
})
