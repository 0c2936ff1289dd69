import type { Path } from "@effect/platform"
import { Workspace } from "@workspace/domain"
import { Effect, Either, Option, Schema } from "effect"
import { isBelow } from "../files.ts"

const version = "1.0"

const Written = Schema.parseJson(
  Schema.Struct({ version: Schema.Literal(version), sessions: Schema.Array(Workspace) }),
  { space: 2 }
)

/** Each session is looked at by itself: one that is wrong does not take the others along. */
const Found = Schema.parseJson(
  Schema.Struct({ version: Schema.Literal(version), sessions: Schema.Array(Schema.Unknown) })
)

const decodeFound = Schema.decodeOption(Found)
const decodeWorkspace = Schema.decodeUnknownOption(Workspace)

/** The text of a snapshot, as the API would give its workspaces. */
export const textOf = (sessions: ReadonlyArray<Workspace>): Effect.Effect<string> =>
  Effect.map(Effect.orDie(Schema.encode(Written)({ version, sessions })), (text) => `${text}\n`)

/** What a snapshot holds that a root can take. */
export interface Sound {
  readonly sessions: ReadonlyArray<Workspace>
  /** How many were left out: no workspaces, twice there, or not of this root. */
  readonly dropped: number
}

/** A workspace whose worktree stands in its own place stands there in whatever root the snapshot is read. */
const inRoot = (path: Path.Path, root: string, workspace: Workspace): Workspace => {
  const own = path.join(".worktrees", workspace.id)
  return workspace.worktree.endsWith(path.sep + own)
    ? new Workspace({ ...workspace, worktree: path.join(root, own) })
    : workspace
}

/**
 * The sessions of a text; a problem where it is none of a snapshot.
 * @param leadsOut whether a path leads out of the root through links
 */
export const soundIn = Effect.fnUntraced(function* <E>(
  text: string,
  { path, root }: { readonly path: Path.Path; readonly root: string },
  leadsOut: (place: string) => Effect.Effect<boolean, E>
) {
  const found = decodeFound(text)
  if (Option.isNone(found)) return Either.left(`must be JSON of version ${version}`)
  const sessions: Array<Workspace> = []
  const taken = new Set<string>()
  for (const item of found.value.sessions) {
    const decoded = Option.map(decodeWorkspace(item), (workspace) => inRoot(path, root, workspace))
    if (Option.isNone(decoded)) continue
    const { id, name, worktree } = decoded.value
    const keys = [`id ${id}`, `name ${name}`, `worktree ${worktree}`]
    const isOfRoot = path.resolve(worktree) === worktree && isBelow(path, root, worktree)
    if (!isOfRoot || keys.some((key) => taken.has(key)) || (yield* leadsOut(worktree))) continue
    for (const key of keys) taken.add(key)
    sessions.push(decoded.value)
  }
  const sound: Sound = { sessions, dropped: found.value.sessions.length - sessions.length }
  return Either.right(sound)
})
