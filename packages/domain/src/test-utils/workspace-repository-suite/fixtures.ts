import { assert, type Vitest } from "@effect/vitest"
import { DateTime, type Duration, Effect, Option } from "effect"
import type { SessionRepository } from "../../ports/session-repository.ts"
import { WorkspaceRepository } from "../../ports/workspace-repository.ts"
import type { Caller } from "../../types/caller.ts"
import { SessionId } from "../../types/ids.ts"
import type { Session } from "../../types/session.ts"
import type { MadeInGit, Workspace } from "../../types/workspace.ts"
import { alice, asNobody } from "../callers.ts"
import { createTestSession } from "../create-test-session.ts"
import { createTestWorkspace } from "../create-test-workspace.ts"
import { now } from "../session-repository-suite/fixtures.ts"

/** `it` of a layer that has the stores under test. */
export type WorkspacesIt = Vitest.MethodsNonLive<WorkspaceRepository | SessionRepository, true>

let made = 0

export const later = (duration: Duration.DurationInput) => DateTime.addDuration(now, duration)

/** A root without workspaces. */
export const newRoot = () => `root ${++made}`

export const newSessionId = () => SessionId.make(`session_${++made}_workspace`)

/** Alice's, and not stored yet. */
export const newWorkspace = (overrides: Partial<Workspace> = {}) =>
  createTestWorkspace(++made, {
    userId: Option.some(alice),
    sessionId: Option.some(newSessionId()),
    createdAt: now,
    lastActivity: now,
    ...overrides
  })

/** The conversation that would be made for a workspace: under the id that it names, if it names any. */
export const sessionOf = (workspace: Workspace, overrides: Partial<Session> = {}) =>
  createTestSession({
    id: Option.getOrElse(workspace.sessionId, newSessionId),
    userId: workspace.userId,
    createdAt: now,
    updatedAt: now,
    ...overrides
  })

interface Options {
  readonly session?: Session
  readonly limit?: number
  readonly making?: MadeInGit
}

export const add = (root: string, workspace = newWorkspace(), options: Options = {}) =>
  Effect.flatMap(WorkspaceRepository, (workspaces) =>
    workspaces.add(root, workspace, { session: sessionOf(workspace), ...options })
  )

/** A stored workspace. */
export const added = Effect.fnUntraced(function* (
  root: string,
  overrides: Partial<Workspace> = {},
  options: Options = {}
) {
  const workspace = newWorkspace(overrides)
  assert.strictEqual(yield* add(root, workspace, options), "added")
  return workspace
})

/** All of a root whose creation has ended, whosever they are. */
export const all = (root: string) =>
  Effect.flatMap(WorkspaceRepository, (workspaces) => workspaces.list(asNobody, root))

export const get = (root: string, { id }: Workspace, caller: Caller = asNobody) =>
  Effect.flatMap(WorkspaceRepository, (workspaces) => workspaces.get(caller, root, id))

export const remove = (root: string, { id }: Workspace, caller: Caller = asNobody) =>
  Effect.flatMap(WorkspaceRepository, (workspaces) => workspaces.remove(caller, root, id))
