import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { FileSystem } from "@effect/platform"
import { SystemError } from "@effect/platform/Error"
import { NodeContext } from "@effect/platform-node"
import {
  BranchName,
  type MadeInGit,
  WorkspaceId,
  type WorkspaceSnapshots,
  Worktrees
} from "@workspace/domain"
import { ConfigProvider, Effect, Layer, Logger, LogLevel, type Scope } from "effect"
import * as GitWorktrees from "../git-worktrees.ts"
import * as FileWorkspaceSnapshots from "../snapshot/file-workspace-snapshots.ts"

const environment = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_COUNT: "2",
  GIT_CONFIG_KEY_0: "user.name",
  GIT_CONFIG_VALUE_0: "A developer",
  GIT_CONFIG_KEY_1: "user.email",
  GIT_CONFIG_VALUE_1: "developer@example.com"
}

/** The developer's git. */
export const git = (cwd: string, ...args: ReadonlyArray<string>): string =>
  execFileSync("git", args, { cwd, env: environment, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })

/** A folder that goes with the test; its path is without links. */
export const folder = Effect.acquireRelease(
  Effect.sync(() => realpathSync(mkdtempSync(join(tmpdir(), "worktrees-")))),
  (place) => Effect.sync(() => rmSync(place, { recursive: true, force: true }))
)

/** Commits a file with some text. */
export const commitFile = (place: string, name: string, text: string): void => {
  writeFileSync(join(place, name), text)
  git(place, "add", "--", name)
  git(place, "commit", "-q", "-m", `Write ${name}`)
}

/** Makes a repository of one commit on the branch `main`. */
export const initialize = (place: string): string => {
  git(place, "init", "-q", "-b", "main")
  commitFile(place, "README", "Read me\n")
  return place
}

export const freshRoot = Effect.map(folder, initialize)

export type Breaking = (real: FileSystem.FileSystem) => Partial<FileSystem.FileSystem>

/** The real file system, but for what a test breaks of it. */
const broken = (breaking: Breaking) =>
  Layer.effect(
    FileSystem.FileSystem,
    Effect.map(FileSystem.FileSystem, (real) => ({ ...real, ...breaking(real) }))
  ).pipe(Layer.provideMerge(NodeContext.layer))

/** What the operating system says of a disk or of itself, under a code of its own. */
export const systemError = (code: string, place: string) =>
  new SystemError({
    reason: "Unknown",
    module: "FileSystem",
    method: "test",
    pathOrDescriptor: place,
    cause: Object.assign(new Error(code), { code })
  })

/** Both adapters of a root, which do not see the settings of whoever runs the tests. */
export const adapters = (
  root: string,
  surroundings: Readonly<Record<string, string>> = {},
  breaking: Breaking = () => ({})
) =>
  Layer.merge(GitWorktrees.layer({ root }), FileWorkspaceSnapshots.layer({ root })).pipe(
    Layer.provideMerge(broken(breaking)),
    Layer.provide(
      Layer.setConfigProvider(
        ConfigProvider.fromMap(
          new Map(Object.entries({ PATH: environment.PATH, HOME: environment.HOME, ...surroundings }))
        )
      )
    ),
    Layer.merge(Logger.minimumLogLevel(LogLevel.None))
  )

/** A repository of one commit, and both adapters of it. */
export const withRoot = <A, E>(
  body: (
    root: string
  ) => Effect.Effect<A, E, Worktrees | WorkspaceSnapshots | NodeContext.NodeContext | Scope.Scope>
) => Effect.flatMap(freshRoot, (root) => Effect.provide(body(root), adapters(root)))

/** What a repository has beside its own worktree and the branch `main`. */
export const leftIn = (root: string) => ({
  folders: existsSync(join(root, ".worktrees")) ? readdirSync(join(root, ".worktrees")) : [],
  registrations: git(root, "worktree", "list", "--porcelain").split("worktree ").slice(2),
  administrations: existsSync(join(root, ".git", "worktrees"))
    ? readdirSync(join(root, ".git", "worktrees"))
    : [],
  branches: git(root, "for-each-ref", "--format=%(refname:short)", "refs/heads")
    .split("\n")
    .filter((name) => name !== "" && name !== "main")
})

export const nothing = { folders: [], registrations: [], administrations: [], branches: [] }

export const idOf = (number: number): WorkspaceId =>
  WorkspaceId.make(`00000000-0000-4000-8000-${String(number).padStart(12, "0")}`)

export const planned = (number: number, name: string, making: MadeInGit = "branch") => ({
  id: idOf(number),
  branch: BranchName.make(name),
  making
})

/** Makes a worktree as the plan for its branch says. */
export const make = Effect.fnUntraced(function* (number: number, name: string) {
  const worktrees = yield* Worktrees
  const making = yield* worktrees.plan(BranchName.make(name))
  yield* worktrees.add(planned(number, name, making), { follows: true })
  return yield* worktrees.pathOf(idOf(number))
})
