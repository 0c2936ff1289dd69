import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import {
  type CreateWorkspace,
  Workspace,
  WorkspaceManager,
  WorkspaceName,
  WorkspaceRepository,
  WorkspaceSnapshots,
  Worktrees
} from "@workspace/domain"
import {
  AgentScripted,
  IdGeneratorSequential,
  SessionRepositoryInMemory,
  WorkspaceRepositoryInMemory
} from "@workspace/domain/test-utils"
import { Context, Effect, Layer, Logger, LogLevel, Schema } from "effect"
import * as GitWorktrees from "../../git-worktrees.ts"
import * as FileWorkspaceSnapshots from "../../snapshot/file-workspace-snapshots.ts"

export {
  alice,
  asAlice,
  asAnonymous as anonymous,
  asBob,
  asNobody as trusted,
  bob
} from "@workspace/domain/test-utils"

/** A database that is new. */
export const newStore = WorkspaceRepositoryInMemory.layer.pipe(
  Layer.provideMerge(SessionRepositoryInMemory.layer)
)

/** A new store, and the real git and file system; and no log. */
export const world = Layer.mergeAll(
  newStore,
  IdGeneratorSequential.layer,
  Layer.unwrapEffect(Effect.map(AgentScripted.make(AgentScripted.says("Go on.")), ({ layer }) => layer)),
  NodeContext.layer,
  Logger.minimumLogLevel(LogLevel.None)
)

interface Options {
  readonly limit?: number
  /** What is to go wrong, over what is real. */
  readonly repository?: (real: WorkspaceRepository["Type"]) => Partial<WorkspaceRepository["Type"]>
  readonly worktrees?: (real: Worktrees["Type"]) => Partial<Worktrees["Type"]>
  readonly snapshots?: (real: WorkspaceSnapshots["Type"]) => Partial<WorkspaceSnapshots["Type"]>
}

const nothing = () => ({})

/** A manager as a process has one that has just begun. */
export const managerOf = (
  root: string,
  { limit = 4, repository = nothing, snapshots = nothing, worktrees = nothing }: Options = {}
) =>
  WorkspaceManager.layer({ limit }).pipe(
    Layer.provide([
      Layer.effect(
        WorkspaceRepository,
        Effect.map(WorkspaceRepository, (real) => ({ ...real, ...repository(real) }))
      ),
      Layer.effect(
        Worktrees,
        Effect.map(Worktrees, (real) => ({ ...real, ...worktrees(real) }))
      ).pipe(Layer.provide(GitWorktrees.layer({ root }))),
      Layer.effect(
        WorkspaceSnapshots,
        Effect.map(WorkspaceSnapshots, (real) => ({ ...real, ...snapshots(real) }))
      ).pipe(Layer.provide(FileWorkspaceSnapshots.layer({ root })))
    ]),
    Layer.build,
    Effect.map(Context.get(WorkspaceManager))
  )

export const named = (name: string): CreateWorkspace => ({ name: WorkspaceName.make(name) })

/** What the root is called in the store. */
export const rootOf = (root: string) =>
  Effect.flatMap(Worktrees, (worktrees) => worktrees.root).pipe(Effect.provide(GitWorktrees.layer({ root })))

const SnapshotFile = Schema.parseJson(
  Schema.Struct({ version: Schema.Literal("1.0"), sessions: Schema.Array(Workspace) })
)

export const snapshotFile = (root: string) => `${root}/.claude-container-sessions.json`

/** What another program reads of the workspaces of a root. */
export const savedIn = (root: string) =>
  Effect.flatMap(FileSystem.FileSystem, (files) =>
    Effect.map(files.readFileString(snapshotFile(root)), Schema.decodeSync(SnapshotFile))
  )

type Line = { readonly level: string; readonly message: string } & Record<string, unknown>

/** What is logged, with what is said of it, instead of being shown; also while the effect is at it. */
export const logged = <A, E, R>(run: (lines: ReadonlyArray<Line>) => Effect.Effect<A, E, R>) => {
  const lines: Array<Line> = []
  const logger = Logger.make(({ annotations, logLevel, message }) => {
    lines.push({ ...Object.fromEntries(annotations), level: logLevel.label, message: String(message) })
  })
  return Effect.as(run(lines), lines).pipe(
    Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
    Logger.withMinimumLogLevel(LogLevel.Debug)
  )
}

/** Works on the worktrees of a root as the manager does. */
export const onWorktrees = <A, E>(root: string, run: (worktrees: Worktrees["Type"]) => Effect.Effect<A, E>) =>
  Effect.flatMap(Worktrees, (worktrees) => worktrees.exclusively(run(worktrees))).pipe(
    Effect.provide(GitWorktrees.layer({ root }))
  )
