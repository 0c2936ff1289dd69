import { FileSystem, Path } from "@effect/platform"
import type { WorkspacesUnavailableError } from "@workspace/domain"
import { Effect, Option } from "effect"
import { lineIn, oneLine } from "./files.ts"
import { type Git, makeGit } from "./git.ts"
import { serverOf } from "./orphans.ts"
import { orRefuse, refuse } from "./refusals.ts"
import { keptId } from "./root-id.ts"

/** The repository of a root as it is at the moment. All paths are absolute and without symbolic links. */
export interface Repository {
  readonly root: string
  /** Where git keeps what is this root's alone. */
  readonly gitDirectory: string
  /** The same, but where the root is a linked worktree itself: then it is the whole repository's. */
  readonly commonDirectory: string
  /** Where this product keeps what is the root's. */
  readonly ownDirectory: string
  /** Where the worktrees of workspaces are. */
  readonly worktrees: string
}

/** What all that is done in a repository is done with. */
export interface Tools {
  readonly files: FileSystem.FileSystem
  readonly path: Path.Path
  readonly git: Git
}

/** Longer paths are no worktrees' that a workspace can name. */
const maxRootBytes = 1_900

/** Looks at a root, again each time: what it lacked may have been made since. git is asked only when something is not as it was. */
export const makeRepository = Effect.fnUntraced(function* (configured: string) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const server = yield* serverOf(files, configured)
  const git = yield* makeGit(server)
  const tools: Tools = { files, path, git }

  const none = (details: unknown) =>
    refuse("not-a-repository", "WORKSPACE_ROOT is not the top folder of a git repository", details)

  /** What is there instead when a repository was removed, made anew or set up otherwise. */
  const signsOf = ({ commonDirectory, gitDirectory, root }: Repository) =>
    Effect.map(
      Effect.forEach(
        [path.join(root, ".git"), path.join(gitDirectory, "HEAD"), path.join(commonDirectory, "config")],
        (file) => files.stat(file)
      ),
      (all) => all.map(({ dev, ino }) => `${dev} ${Option.getOrElse(ino, () => 0)}`).join()
    )

  const ask = (root: string): Effect.Effect<Repository, WorkspacesUnavailableError> =>
    Effect.gen(function* () {
      if ((yield* files.stat(root)).type !== "Directory") return yield* none("it is no folder")
      if (Buffer.byteLength(root) > maxRootBytes) return yield* none("its path is too long")
      const looked = ["rev-parse", "--is-inside-work-tree", "--show-cdup", "--absolute-git-dir"]
      const { code, message, output } = yield* git.tried(root, looked)
      // It is there, and git does not trust its owner, or cannot read its settings.
      if (code !== 0 && !message.includes("not a git repository")) {
        return yield* refuse("failed", "git does not work in WORKSPACE_ROOT", { message })
      }
      const top = "true\n\n"
      if (!output.startsWith(top)) return yield* none({ message })
      const gitDirectory = yield* files.realPath(oneLine(output.slice(top.length)))
      // Only a linked worktree has it.
      const common = yield* lineIn(files, path.join(gitDirectory, "commondir"))
      return {
        root,
        gitDirectory,
        commonDirectory: Option.isSome(common)
          ? yield* files.realPath(path.resolve(gitDirectory, common.value))
          : gitDirectory,
        ownDirectory: path.join(gitDirectory, "big-ocean"),
        worktrees: path.join(root, ".worktrees")
      }
    }).pipe(orRefuse)

  // Of many who ask at once, one asks git.
  const one = yield* Effect.makeSemaphore(1)
  let last: { readonly repository: Repository; readonly signs: string } | undefined

  const opened = Effect.gen(function* () {
    const root = yield* Effect.catchAll(files.realPath(configured), none)
    if (last?.repository.root === root) {
      const signs = yield* Effect.option(signsOf(last.repository))
      if (Option.contains(signs, last.signs)) return last.repository
    }
    const repository = yield* ask(root)
    last = { repository, signs: yield* orRefuse(signsOf(repository)) }
    return repository
  }).pipe(one.withPermits(1))

  return {
    ...tools,
    server,
    opened,
    id: Effect.flatMap(opened, (place) => one.withPermits(1)(keptId(tools)(place)))
  }
})
