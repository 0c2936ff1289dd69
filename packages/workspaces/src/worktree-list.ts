import { WorkspaceId, type Worktree } from "@workspace/domain"
import { Effect, Option, Schema } from "effect"
import { ifThere, isBelow } from "./files.ts"
import { retiredPlaces } from "./marks.ts"
import { reconnectMoved } from "./moved.ts"
import { administrationOf } from "./registrations.ts"
import type { Repository, Tools } from "./repository.ts"

/** A worktree as git tells of it. */
interface Entry {
  readonly place: string
  /** None while its HEAD is detached. A name that is not UTF-8 is told with replacement characters. */
  readonly branch: Option.Option<string>
  /** Whether somebody said with `git worktree lock` that it must stay. */
  readonly isLocked: boolean
}

/** A worktree that is there. */
export interface Standing extends Worktree, Pick<Entry, "isLocked"> {
  /** Where git keeps what is this worktree's alone. */
  readonly administration: string
}

const headsPrefix = "refs/heads/"

/** What a workspace may be stored with. */
const maxPlaceBytes = 2_048
const maxBranchBytes = 1_024

export const nameOfHead = (ref: string): Option.Option<string> =>
  ref.startsWith(headsPrefix) ? Option.some(ref.slice(headsPrefix.length)) : Option.none()

/** The records of `git worktree list --porcelain -z`: `attribute value` each, and an empty one after each worktree. */
const parse = (output: string): ReadonlyArray<Entry> =>
  output.split("\0\0").flatMap((record) => {
    const attributes = new Map(
      record.split("\0").map((attribute) => {
        const space = attribute.indexOf(" ")
        return space < 0
          ? ([attribute, ""] as const)
          : ([attribute.slice(0, space), attribute.slice(space + 1)] as const)
      })
    )
    const place = attributes.get("worktree")
    const branch = Option.flatMap(Option.fromNullable(attributes.get("branch")), nameOfHead)
    return place === undefined ? [] : [{ place, branch, isLocked: attributes.has("locked") }]
  })

/** All that git knows, also those that are gone; the repository's own, which may have no files, comes first. */
export const entriesOf = Effect.fnUntraced(function* ({ git }: Tools, { root }: Repository) {
  return parse(yield* git.text(root, ["worktree", "list", "--porcelain", "-z"]))
})

/** The workspace in whose place a worktree stands. */
const workspaceAt = ({ path }: Tools, { worktrees }: Repository, place: string) =>
  path.dirname(place) === worktrees
    ? Schema.decodeUnknownOption(WorkspaceId)(path.basename(place))
    : Option.none()

/** The worktrees that are there, but for the repository's own, the root itself, and those that are retired. */
export const listed = Effect.fnUntraced(function* (tools: Tools, repository: Repository) {
  const { files, path } = tools
  yield* reconnectMoved(tools, repository)
  const ended = yield* retiredPlaces(tools, repository)
  const worktrees: Array<Standing> = []
  const outside: Array<string> = []
  for (const { branch, isLocked, place } of (yield* entriesOf(tools, repository)).slice(1)) {
    const real = Option.getOrUndefined(yield* ifThere(files.realPath(place)))
    if (real === undefined) {
      // It may be there, under bytes that no path here can have.
      if (place.includes("\u{FFFD}")) outside.push(place)
      continue
    }
    if (real === repository.root || ended.some((at) => at === real || isBelow(path, at, real))) continue
    const administration = yield* administrationOf(tools, repository, real)
    if (Option.isNone(administration)) continue
    if (!isBelow(path, repository.root, real) || Buffer.byteLength(real) > maxPlaceBytes) outside.push(real)
    else {
      worktrees.push({
        path: real,
        branch: Option.filter(branch, (name) => Buffer.byteLength(name) <= maxBranchBytes),
        id: workspaceAt(tools, repository, real),
        administration: administration.value,
        isLocked
      })
    }
  }
  return { worktrees, outside }
})

/** The worktree at a path, if it is one below the root. */
export const standingAt = Effect.fnUntraced(function* (tools: Tools, repository: Repository, place: string) {
  const { worktrees } = yield* listed(tools, repository)
  return Option.fromNullable(worktrees.find((worktree) => worktree.path === place))
})
