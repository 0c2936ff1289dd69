import { Array, Option, Schema } from "effect"
import type { Worktree } from "../ports/worktrees.ts"
import type { Timestamp } from "../types/timestamp.ts"
import { nameOfDay, WorkspaceName } from "../types/workspace.ts"

const asName = Schema.decodeUnknownOption(WorkspaceName)

/** The first name of the day that is not taken. */
export const freeNameOfDay = (now: Timestamp, taken: ReadonlySet<string>): WorkspaceName => {
  let number = 1
  while (taken.has(nameOfDay(now, number))) number += 1
  return nameOfDay(now, number)
}

/** The last part of a path or a branch. */
const lastPart = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/** What a workspace is called that was found: as its branch is, or its folder, if that can be a name and is not taken; else after the day. */
export const nameFor = (
  { branch, id, path }: Worktree,
  now: Timestamp,
  taken: ReadonlySet<string>
): WorkspaceName => {
  const ofBranch = Option.map(branch, (name) => name.replace(/^feature\//, ""))
  // The folder of a workspace is its id, which is no name for people.
  const ofFolder = Option.isNone(id) ? asName(lastPart(path)) : Option.none()
  return (
    Array.getSomes([Option.flatMap(ofBranch, asName), ofFolder]).find((name) => !taken.has(name)) ??
    freeNameOfDay(now, taken)
  )
}
