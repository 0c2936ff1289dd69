import { BranchConflictError, type BranchName } from "@workspace/domain"
import { Effect, Option } from "effect"
import { lineIn } from "./files.ts"
import { registrations } from "./registrations.ts"
import type { Repository, Tools } from "./repository.ts"
import { entriesOf, nameOfHead } from "./worktree-list.ts"

const remotes = Effect.fnUntraced(function* ({ git }: Tools, { root }: Repository) {
  return (yield* git.text(root, ["remote"])).split("\n").filter((name) => name !== "")
})

/** The names of all branches. */
export const heads = Effect.fnUntraced(function* ({ git }: Tools, { root }: Repository) {
  const output = yield* git.text(root, ["for-each-ref", "--format=%(refname)", "refs/heads"])
  return output.split("\n").flatMap((ref) => Option.toArray(nameOfHead(ref)))
})

/** The names of all branches, also of remotes' as they were last fetched, without the name of the remote. */
export const names = Effect.fnUntraced(function* (tools: Tools, repository: Repository) {
  const prefixes = (yield* remotes(tools, repository)).map((remote) => `refs/remotes/${remote}/`)
  const output = yield* tools.git.text(repository.root, [
    "for-each-ref",
    "--format=%(refname)",
    "refs/remotes"
  ])
  const far = output
    .split("\n")
    .flatMap((ref) => prefixes.flatMap((_) => (ref.startsWith(_) ? [ref.slice(_.length)] : [])))
  return [...new Set([...(yield* heads(tools, repository)), ...far])]
})

/** Files in which git notes the branch to which a worktree comes back when what is on its way has ended. */
const returns = ["rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START"]

/** The branches that worktrees have checked out, also those that are gone, or come back to. */
export const held = Effect.fnUntraced(function* (tools: Tools, repository: Repository) {
  const { files, path } = tools
  const entries = yield* entriesOf(tools, repository)
  const places = [
    repository.commonDirectory,
    ...(yield* registrations(tools, repository)).map(({ administration }) => administration)
  ]
  const lines = yield* Effect.forEach(
    places.flatMap((place) => returns.map((file) => path.join(place, file))),
    (file) => lineIn(files, file)
  )
  return new Set([
    ...entries.flatMap(({ branch }) => Option.toArray(branch)),
    ...lines.flatMap(Option.toArray).map((line) => Option.getOrElse(nameOfHead(line), () => line))
  ])
})

/** What a worktree on a branch would make, or why there can be none. */
export const planned = Effect.fnUntraced(function* (
  tools: Tools,
  repository: Repository,
  branch: BranchName
) {
  const checkedOut = yield* held(tools, repository)
  if (checkedOut.has(branch)) return yield* new BranchConflictError({ branch, reason: "checked-out" })
  const existing = yield* heads(tools, repository)
  if (existing.includes(branch)) return "worktree"
  // One whose first commit is yet to come takes its name, too.
  const isInTheWay = [...existing, ...checkedOut].some(
    (other) => other.startsWith(`${branch}/`) || branch.startsWith(`${other}/`)
  )
  return isInTheWay ? yield* new BranchConflictError({ branch, reason: "name-taken" }) : "branch"
})

/** The commit of the root's HEAD; none before the first one. */
export const headOf = Effect.fnUntraced(function* ({ git }: Tools, { root }: Repository) {
  const args = ["rev-parse", "--verify", "--quiet", "HEAD"]
  const ended = yield* git.tried(root, args)
  return ended.code === 1 ? Option.none() : Option.some((yield* git.succeeded(args)(ended)).trim())
})

/** The one remote branch of this name; none where there is none, or one in each of several remotes. */
export const remoteOf = Effect.fnUntraced(function* (
  tools: Tools,
  repository: Repository,
  branch: BranchName
) {
  const refs = (yield* remotes(tools, repository)).map((remote) => `refs/remotes/${remote}/${branch}`)
  if (refs.length === 0) return Option.none()
  const output = yield* tools.git.text(repository.root, [
    "for-each-ref",
    "--format=%(refname)",
    "--",
    ...refs
  ])
  const found = output.split("\n").filter((ref) => refs.includes(ref))
  return found.length === 1 ? Option.fromNullable(found[0]) : Option.none()
})
