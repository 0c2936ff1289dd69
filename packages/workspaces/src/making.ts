import {
  BranchConflictError,
  type BranchName,
  type MadeInGit,
  type PlannedWorktree,
  type WorkspaceId
} from "@workspace/domain"
import { Effect, Option } from "effect"
import { headOf, heads, held, remoteOf } from "./branches.ts"
import { isTaken, isThere, oneLine } from "./files.ts"
import { placeOf, plainFolder } from "./places.ts"
import { refuse } from "./refusals.ts"
import { administrationOf, forgetWhere, isAt } from "./registrations.ts"
import { changesIn } from "./removal.ts"
import type { Repository, Tools } from "./repository.ts"

/** Who makes the commit that is nowhere to be seen. */
const nobody = {
  GIT_AUTHOR_NAME: "Big Ocean",
  GIT_AUTHOR_EMAIL: "big-ocean@localhost",
  GIT_COMMITTER_NAME: "Big Ocean",
  GIT_COMMITTER_EMAIL: "big-ocean@localhost"
}

/** What the log of a branch says of its beginning. */
const beginning = (id: WorkspaceId) => `workspace ${id}: Created`

/** Removes a branch, unless somebody else has made or moved it, it has commits of its own, or another worktree has it. */
const discardBranch = Effect.fnUntraced(function* (
  tools: Tools,
  repository: Repository,
  { branch, id }: PlannedWorktree
) {
  const { git } = tools
  const ref = `refs/heads/${branch}`
  if (!(yield* heads(tools, repository)).includes(branch)) return
  const log = ["log", "--walk-reflogs", "--max-count=1", "--format=%gs", ref, "--"]
  if (oneLine((yield* git.tried(repository.root, log)).output) !== beginning(id)) return
  if ((yield* held(tools, repository)).has(branch)) return
  const head = Option.toArray(yield* headOf(tools, repository))
  const others = [`--exclude=${branch}`, "--branches", "--tags", "--remotes", ...head]
  const own = yield* git.text(repository.root, ["rev-list", "--max-count=1", ref, "--not", ...others, "--"])
  if (own === "") yield* git.text(repository.root, ["branch", "-D", "--", branch])
})

/** Makes a branch, unless it is there by now; its log tells whose it is. */
const makeBranch = Effect.fnUntraced(function* (
  tools: Tools,
  repository: Repository,
  { branch, id }: PlannedWorktree,
  start: string
) {
  const args = ["update-ref", "--create-reflog", "-m", beginning(id), `refs/heads/${branch}`, start, ""]
  const ended = yield* tools.git.tried(repository.root, args)
  if (ended.code !== 0 && /already exists|exists; cannot create/.test(ended.message)) {
    return yield* new BranchConflictError({ branch, reason: "name-taken" })
  }
  yield* tools.git.succeeded(args)(ended)
})

const track = ({ git }: Tools, { root }: Repository, branch: BranchName, upstream: Option.Option<string>) =>
  Option.match(upstream, {
    onNone: () => Effect.void,
    onSome: (ref) => git.text(root, ["branch", `--set-upstream-to=${ref}`, "--", branch])
  })

const checkOut = Effect.fnUntraced(function* (
  tools: Tools,
  { root }: Repository,
  branch: BranchName,
  place: string
) {
  const args = ["worktree", "add", "--", place, branch]
  const ended = yield* tools.git.tried(root, args)
  if (ended.code !== 0 && /already (?:checked out|used by worktree)/.test(ended.message)) {
    return yield* new BranchConflictError({ branch, reason: "checked-out" })
  }
  yield* tools.git.succeeded(args)(ended)
})

/**
 * A worktree whose branch has no commit yet, as later gits make it with `--orphan`: it stands on an empty commit that no branch
 * has, until its HEAD names the branch to come.
 */
const makeUnborn = Effect.fnUntraced(function* (
  { git }: Tools,
  { root }: Repository,
  branch: BranchName,
  place: string
) {
  const tree = (yield* git.text(root, ["mktree"])).trim()
  const commit = (yield* git.text(root, ["commit-tree", "-m", "Nothing yet", tree], nobody)).trim()
  yield* git.text(root, ["worktree", "add", "--detach", "--no-checkout", "--", place, commit])
  yield* git.text(place, ["symbolic-ref", "HEAD", `refs/heads/${branch}`])
})

/** Leaves nothing of a worktree, whatever there is of it. */
const discardWorktree = Effect.fnUntraced(function* (tools: Tools, repository: Repository, id: WorkspaceId) {
  const place = placeOf(tools, repository, id)
  if (yield* plainFolder(tools, repository)) {
    yield* tools.files.remove(place, { recursive: true, force: true })
  }
  yield* forgetWhere(
    tools,
    repository,
    (registration) =>
      isAt(place)(registration) || (Option.isNone(registration.place) && registration.name.startsWith(id))
  )
})

/** Whether there is work in a worktree that was made to its end: whoever did it was told of the worktree. */
const hasWork = Effect.fnUntraced(function* (tools: Tools, repository: Repository, place: string) {
  const { git, path } = tools
  const administration = yield* administrationOf(tools, repository, place)
  if (Option.isNone(administration)) return false
  if (yield* isThere(tools, path.join(administration.value, "index.lock"))) return false
  // Before the first commit there are no files to make, and no index.
  const isWhole =
    (yield* isThere(tools, path.join(administration.value, "index"))) ||
    (yield* git.tried(place, ["rev-parse", "--verify", "--quiet", "HEAD"])).code === 1
  if (!isWhole) return false
  const changes = yield* changesIn(tools, repository, place)
  return Option.exists(changes, ({ changedFiles, unnamedCommits }) => changedFiles > 0 || unnamedCommits)
})

const undone = Effect.fnUntraced(function* (tools: Tools, repository: Repository, planned: PlannedWorktree) {
  yield* discardWorktree(tools, repository, planned.id)
  if (planned.making === "branch") yield* discardBranch(tools, repository, planned)
})

/** Leaves nothing of what was cut off; what has been worked in since stays as it is. */
export const discarded = Effect.fnUntraced(function* (
  tools: Tools,
  repository: Repository,
  planned: PlannedWorktree
) {
  const place = placeOf(tools, repository, planned.id)
  if (yield* hasWork(tools, repository, place)) {
    return yield* refuse("failed", "A worktree that should be no more has changes, and stays", { place })
  }
  if (planned.making === "branch") {
    const lock = `${tools.path.join(repository.commonDirectory, "refs", "heads", planned.branch)}.lock`
    // Of a git that was killed as well: nobody else is after a branch that was being made.
    if (yield* isThere(tools, lock)) yield* tools.files.remove(lock)
  }
  yield* undone(tools, repository, planned)
})

/** Makes a worktree on its branch. What it has made by the time that it fails, it removes. */
export const added = Effect.fnUntraced(function* (
  tools: Tools,
  repository: Repository,
  planned: PlannedWorktree,
  { follows }: { readonly follows: boolean }
) {
  const { files } = tools
  const { branch, id } = planned
  const place = placeOf(tools, repository, id)
  if (!(yield* plainFolder(tools, repository))) yield* files.makeDirectory(repository.worktrees)
  if (yield* isTaken(tools, place))
    return yield* refuse("failed", "There is something in the worktree's place", { place })
  yield* forgetWhere(tools, repository, isAt(place))
  const head = yield* headOf(tools, repository)

  const orNothing =
    (making: MadeInGit) =>
    <A, E>(effect: Effect.Effect<A, E>) =>
      Effect.onError(effect, () =>
        undone(tools, repository, { ...planned, making }).pipe(
          Effect.catchAll((error) =>
            Effect.logError("Something is left of a worktree that could not be made", error)
          )
        )
      )

  if (planned.making === "worktree") {
    return yield* checkOut(tools, repository, branch, place).pipe(orNothing("worktree"))
  }
  const remote = follows ? yield* remoteOf(tools, repository, branch) : Option.none()
  const start = Option.orElse(remote, () => head)
  if (Option.isNone(start)) {
    return yield* makeUnborn(tools, repository, branch, place).pipe(orNothing("worktree"))
  }
  yield* makeBranch(tools, repository, planned, start.value)
  yield* track(tools, repository, branch, remote).pipe(
    Effect.zipRight(checkOut(tools, repository, branch, place)),
    orNothing("branch")
  )
})
