import { assert } from "@effect/vitest"
import { Array, Cause, DateTime, Duration, Effect, Option } from "effect"
import { WorkspaceRepository } from "../../ports/workspace-repository.ts"
import { Workspace, type WorkspaceChange, WorkspaceStatus } from "../../types/workspace.ts"
import { asAlice, asNobody } from "../callers.ts"
import { now } from "../session-repository-suite/fixtures.ts"
import {
  added,
  all,
  get,
  later,
  newRoot,
  newWorkspace,
  remove,
  sessionOf,
  type WorkspacesIt
} from "./fixtures.ts"

const changes: ReadonlyArray<WorkspaceChange> = [
  {},
  ...WorkspaceStatus.literals.map((status) => ({ status })),
  { ptyPid: Option.some(4_711) },
  { ptyPid: Option.none() },
  { currentPhase: Option.some("'; -- 🙂") },
  { currentPhase: Option.none() },
  { metadata: { "a.b": [1, null, { "🙂": "'\"\\" }], toString: "x" } },
  { metadata: {} },
  { status: "waiting", ptyPid: Option.some(1), currentPhase: Option.some("x"), metadata: { a: 1 } }
]

export const describeChanges = (it: WorkspacesIt) => {
  it.effect("changes what is given and leaves the rest", () =>
    Effect.gen(function* () {
      const workspaces = yield* WorkspaceRepository
      const root = newRoot()
      const fields = { ptyPid: Option.some(7), currentPhase: Option.some("begun"), metadata: { old: true } }
      const before = [yield* added(root), yield* added(root, fields)]
      const other = yield* added(root, fields)
      for (const change of changes) {
        for (const workspace of before) {
          const stored = yield* get(root, workspace)
          const expected = new Workspace({ ...stored, ...change })
          assert.deepStrictEqual(yield* workspaces.update(asAlice, root, workspace.id, change), expected)
          assert.deepStrictEqual(yield* get(root, workspace), expected)
        }
      }
      assert.deepStrictEqual(yield* get(root, other), other)
    })
  )

  it.effect("keeps each of the changes that are made at once", () =>
    Effect.gen(function* () {
      const workspaces = yield* WorkspaceRepository
      const root = newRoot()
      const workspace = yield* added(root)
      const fields = {
        status: "waiting",
        ptyPid: Option.some(1),
        currentPhase: Option.some("x"),
        metadata: { a: 1 }
      } as const
      const { currentPhase, metadata, ptyPid, status } = fields
      yield* Effect.all(
        [
          ...[{ status }, { ptyPid }, { currentPhase }, { metadata }].map((change) =>
            workspaces.update(asAlice, root, workspace.id, change)
          ),
          workspaces.touch(asAlice, root, workspace.id, later("1 hour"))
        ],
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(
        yield* get(root, workspace),
        new Workspace({ ...workspace, ...fields, lastActivity: later("1 hour") })
      )
    })
  )

  it.effect("never moves the last activity back", () =>
    Effect.gen(function* () {
      const workspaces = yield* WorkspaceRepository
      const root = newRoot()
      const workspace = yield* added(root)
      const touch = (at: DateTime.Utc) => workspaces.touch(asAlice, root, workspace.id, at)
      const touched = new Workspace({ ...workspace, lastActivity: later("1 minute") })
      assert.deepStrictEqual(yield* touch(later("1 minute")), touched)
      assert.deepStrictEqual(yield* touch(now), touched)
      assert.deepStrictEqual(yield* touch(DateTime.subtract(now, { years: 1 })), touched)
      yield* Effect.forEach(Array.range(1, 30), (n) => touch(later(Duration.minutes((n * 7) % 31))), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(
        yield* get(root, workspace),
        new Workspace({ ...workspace, lastActivity: later("30 minutes") })
      )
    })
  )

  it.effect("restores the status, the branch and the worktree, and knows no process then", () =>
    Effect.gen(function* () {
      const workspaces = yield* WorkspaceRepository
      const root = newRoot()
      const workspace = yield* added(root, { ptyPid: Option.some(7), currentPhase: Option.some("begun") })
      const other = yield* added(root, { ptyPid: Option.some(8) })
      const found = { status: "error", branch: Option.none(), worktree: "/moved/w" } as const
      yield* workspaces.restore(root, workspace.restored(found), sessionOf(newWorkspace()))
      assert.deepStrictEqual(yield* all(root), [workspace.restored(found), other])
      // What was changed since it was read stays as it is now.
      yield* workspaces.update(asAlice, root, workspace.id, { metadata: { a: 1 } })
      yield* workspaces.touch(asAlice, root, workspace.id, later("1 hour"))
      const again = { status: "idle", branch: Option.some("main"), worktree: workspace.worktree } as const
      yield* workspaces.restore(root, workspace.restored(again), sessionOf(newWorkspace()))
      assert.deepStrictEqual(
        yield* get(root, workspace),
        new Workspace({
          ...workspace.restored(again),
          metadata: { a: 1 },
          lastActivity: later("1 hour")
        })
      )
    })
  )

  it.effect("restores no worktree that another one of the root has", () =>
    Effect.gen(function* () {
      const workspaces = yield* WorkspaceRepository
      const root = newRoot()
      const { worktree } = yield* added(root)
      const workspace = yield* added(root)
      const found = workspace.restored({ status: "idle", branch: Option.none(), worktree })
      const cause = yield* Effect.flip(
        Effect.sandbox(workspaces.restore(root, found, sessionOf(newWorkspace())))
      )
      assert.isTrue(Cause.isDie(cause))
      assert.deepStrictEqual(yield* get(root, workspace), workspace)
    })
  )

  it.effect("restores nothing that is gone, and of no other root", () =>
    Effect.gen(function* () {
      const workspaces = yield* WorkspaceRepository
      const [root, other] = [newRoot(), newRoot()]
      const workspace = yield* added(root)
      const found = workspace.restored({ status: "idle", branch: Option.none(), worktree: "/x" })
      yield* workspaces.restore(other, found, sessionOf(newWorkspace()))
      assert.deepStrictEqual(yield* all(root), [workspace])
      yield* remove(root, workspace)
      yield* workspaces.restore(root, found, sessionOf(newWorkspace()))
      assert.deepStrictEqual(yield* workspaces.list(asNobody, root), [])
    })
  )
}
