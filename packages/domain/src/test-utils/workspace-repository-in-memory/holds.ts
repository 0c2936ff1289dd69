import { Array, DateTime, Option, Order } from "effect"
import type { WorkspaceAddition } from "../../ports/workspace-repository.ts"
import { type Caller, isVisibleTo } from "../../types/caller.ts"
import { type MadeInGit, Workspace, type WorkspaceId } from "../../types/workspace.ts"

/** All that is kept of one workspace. */
export interface Held {
  readonly root: string
  readonly slot: number
  readonly workspace: Workspace
  /** None once its creation has ended. */
  readonly making: Option.Option<MadeInGit>
}

export const isOf = (root: string) => (held: Held) => held.root === root

export const isIt = (root: string, id: WorkspaceId) => (held: Held) =>
  held.root === root && held.workspace.id === id

export const isMade = ({ making }: Held) => Option.isNone(making)

export const isSeen = (caller: Caller) => (held: Held) =>
  isMade(held) && isVisibleTo(caller, held.workspace.userId)

export const change = (held: Held, fields: Partial<Workspace>): Held => ({
  ...held,
  workspace: new Workspace({ ...held.workspace, ...fields })
})

export const oldestFirst: Order.Order<Held> = Order.combine(
  Order.mapInput(DateTime.Order, ({ workspace }: Held) => workspace.createdAt),
  Order.mapInput(Order.number, ({ slot }: Held) => slot)
)

/** What becomes of a workspace that is to be added to these. */
export const additionTo = (
  all: ReadonlyArray<Held>,
  root: string,
  { id, name, worktree }: Workspace,
  limit: number
): WorkspaceAddition => {
  const own = all.filter(isOf(root))
  if (all.some(({ workspace }) => workspace.id === id)) return "present"
  if (own.some(({ workspace }) => workspace.worktree === worktree)) return "present"
  if (own.length >= limit) return "full"
  return own.some(({ workspace }) => workspace.name === name) ? "name-taken" : "added"
}

export const lowestFreeSlot = (all: ReadonlyArray<Held>, root: string): number => {
  const taken = Array.sort(
    all.filter(isOf(root)).map(({ slot }) => slot),
    Order.number
  )
  const gap = taken.findIndex((slot, place) => slot !== place + 1)
  return gap === -1 ? taken.length + 1 : gap + 1
}
