import { randomUUID } from "node:crypto"
import { once } from "node:events"
import {
  Session,
  SessionId,
  Workspace,
  WorkspaceId,
  WorkspaceName,
  WorkspaceRepository
} from "@workspace/domain"
import { Array, DateTime, Effect, Layer, Option, Redacted } from "effect"
import * as WorkspaceRepositoryPg from "../../repositories/workspace-repository.ts"
import { layerServer } from "../../server.ts"
import { say } from "./say.ts"

const now = DateTime.unsafeMake(0)
// So long that no stall of a busy machine fails it.
const limits = { connectionTimeoutMillis: 50_000, statement_timeout: 50_000, query_timeout: 55_000 }

const add = (root: string) =>
  Effect.gen(function* () {
    const repository = yield* WorkspaceRepository
    const id = WorkspaceId.make(randomUUID())
    const name = WorkspaceName.make(id)
    const session = Session.start(SessionId.make(`session_0_${id}`), Option.none(), now)
    const workspace = new Workspace({
      id,
      userId: Option.none(),
      name,
      status: "active",
      branch: Option.none(),
      worktree: `/w/${id}`,
      sessionId: Option.some(session.id),
      ptyPid: Option.none(),
      currentPhase: Option.none(),
      metadata: {},
      createdAt: now,
      lastActivity: now
    })
    return yield* repository.add(root, workspace, { session, limit: 4 })
  })

/** Waits for a line, then adds 30 workspaces to each of 5 roots at once, and says how many were admitted to each. */
export const workspaces = (url: string) =>
  Effect.gen(function* () {
    yield* Effect.flatMap(WorkspaceRepository, ({ unfinished }) => unfinished("none"))
    yield* say("ready")
    yield* Effect.promise(() => once(process.stdin, "data"))
    const outcomes = yield* Effect.forEach(
      Array.range(1, 5),
      (n) => Effect.replicateEffect(add(`root ${n}`), 30, { concurrency: "unbounded" }),
      { concurrency: "unbounded" }
    )
    yield* say(JSON.stringify(outcomes.map((own) => own.filter((outcome) => outcome === "added").length)))
  }).pipe(
    Effect.provide(
      Layer.provide(WorkspaceRepositoryPg.layer, layerServer({ url: Redacted.make(url), limits }))
    )
  )
