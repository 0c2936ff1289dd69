import { FileSystem } from "@effect/platform"
import { Effect } from "effect"
import { commitFile, folder, git as run } from "../git-root.ts"

/** What git says; dies when it fails. */
export const git = (cwd: string, ...args: ReadonlyArray<string>) => Effect.sync(() => run(cwd, ...args))

export const newFolder = folder

/** A repository without commits. */
export const emptyRepository = Effect.tap(newFolder, (root) => git(root, "init", "-q", "-b", "main"))

export const commit = (cwd: string, file: string, text = file) =>
  Effect.sync(() => commitFile(cwd, file, text))

/** A repository with one commit, on `main`. */
export const newRepository = Effect.tap(emptyRepository, (root) => commit(root, "a.txt"))

const lines = (text: string) => text.split("\n").filter((line) => line !== "")

export const branches = (root: string) =>
  Effect.map(git(root, "branch", "--format=%(refname:short)"), (text) => lines(text).sort())

/** All worktrees that git knows, but the repository's own. */
export const worktreesOf = (root: string) =>
  Effect.map(git(root, "worktree", "list", "--porcelain"), (text) =>
    lines(text)
      .filter((line) => line.startsWith("worktree "))
      .map((line) => line.slice("worktree ".length))
      .filter((path) => path !== root)
  )

/** What is in the folder of the worktrees. */
export const folders = (root: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const folder = `${root}/.worktrees`
    return (yield* files.exists(folder)) ? yield* files.readDirectory(folder) : []
  })
