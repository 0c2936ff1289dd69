import { WorkspaceNotFoundError, WorkspaceRepository } from "@workspace/domain"
import { DateTime, Effect, Layer, Option } from "effect"
import { Database } from "../client.ts"
import { sessionParameter } from "./given-rows.ts"
import { orAgain } from "./or-again.ts"
import { fromSession } from "./session-rows.ts"
import { asking } from "./session-statements.ts"
import { prepareAdd, workspaceParameter } from "./workspace-addition.ts"
import { fromWorkspace, toWorkspace } from "./workspace-rows.ts"
import { prepareAll } from "./workspace-statements.ts"

type Workspaces = WorkspaceRepository["Type"]

const orNotFound = <A>(row: A | undefined) =>
  row === undefined ? Effect.fail(new WorkspaceNotFoundError()) : Effect.succeed(row)

/** What is given of an optional value that can be removed. */
const given = <A>(value: Option.Option<A> | undefined) =>
  value === undefined ? null : Option.getOrNull(value)

/** Workspaces in PostgreSQL, each call one statement. */
export const layer: Layer.Layer<WorkspaceRepository, never, Database> = Layer.effect(
  WorkspaceRepository,
  Effect.map(Database, ({ client, query }) => {
    const statements = { ...prepareAll(client), add: prepareAdd(client) }

    const add: Workspaces["add"] = Effect.fn("WorkspaceRepositoryPg.add")(function* (
      root,
      workspace,
      { limit = null, making = null, session }
    ) {
      const row = fromWorkspace(workspace)
      const attempt = query(() =>
        statements.add.execute({
          ...row,
          root,
          limit,
          trusted: false,
          workspace: workspaceParameter({ ...row, root, making }),
          session: sessionParameter(fromSession(session))
        })
      ).pipe(
        orAgain,
        Effect.map(([found]) => (found?.added ? "added" : (found?.refusal ?? null)))
      )
      // Whoever lost a race is neither added nor refused, and each time another has won one.
      return yield* Effect.repeat(attempt, { until: (outcome) => outcome !== null })
    }, Effect.orDie)

    const finish: Workspaces["finish"] = Effect.fn("WorkspaceRepositoryPg.finish")(function* (root, id) {
      return (yield* query(() => statements.finish.execute({ root, id }))).length > 0
    }, Effect.orDie)

    const forget: Workspaces["forget"] = Effect.fn("WorkspaceRepositoryPg.forget")(function* (root, id) {
      yield* query(() => statements.forget.execute({ root, id })).pipe(orAgain)
    }, Effect.orDie)

    const unfinished: Workspaces["unfinished"] = Effect.fn("WorkspaceRepositoryPg.unfinished")(function* (
      root
    ) {
      const rows = yield* query(() => statements.unfinished.execute({ root }))
      return yield* Effect.forEach(rows, ({ making, workspace }) =>
        Effect.map(toWorkspace(workspace), (_) => ({ workspace: _, making }))
      )
    }, Effect.orDie)

    const list: Workspaces["list"] = Effect.fn("WorkspaceRepositoryPg.list")(function* (caller, root) {
      const rows = yield* query(() => statements.list.execute({ ...asking(caller), root }))
      return yield* Effect.forEach(rows, toWorkspace)
    }, Effect.orDie)

    const get: Workspaces["get"] = Effect.fn("WorkspaceRepositoryPg.get")(
      function* (caller, root, id) {
        const [row] = yield* query(() => statements.get.execute({ ...asking(caller), root, id }))
        return yield* toWorkspace(yield* orNotFound(row))
      },
      Effect.catchTag("DatabaseError", Effect.die)
    )

    const update: Workspaces["update"] = Effect.fn("WorkspaceRepositoryPg.update")(
      function* (caller, root, id, { currentPhase, metadata, ptyPid, status = null }) {
        const [row] = yield* query(() =>
          statements.update.execute({
            ...asking(caller),
            root,
            id,
            status,
            setsPtyPid: ptyPid !== undefined,
            ptyPid: given(ptyPid),
            setsCurrentPhase: currentPhase !== undefined,
            currentPhase: given(currentPhase),
            metadata: metadata === undefined ? null : JSON.stringify(metadata)
          })
        )
        return yield* toWorkspace(yield* orNotFound(row))
      },
      Effect.catchTag("DatabaseError", Effect.die)
    )

    const touch: Workspaces["touch"] = Effect.fn("WorkspaceRepositoryPg.touch")(
      function* (caller, root, id, now) {
        const [row] = yield* query(() =>
          statements.touch.execute({ ...asking(caller), root, id, now: DateTime.formatIso(now) })
        )
        return yield* toWorkspace(yield* orNotFound(row))
      },
      Effect.catchTag("DatabaseError", Effect.die)
    )

    const restore: Workspaces["restore"] = Effect.fn("WorkspaceRepositoryPg.restore")(function* (
      root,
      workspace,
      session
    ) {
      const { branch, id, status, worktree } = fromWorkspace(workspace)
      yield* query(() =>
        statements.restore.execute({
          root,
          id,
          status,
          branch,
          worktree,
          sessionId: session.id,
          session: sessionParameter(fromSession(session))
        })
      ).pipe(orAgain)
    }, Effect.orDie)

    const remove: Workspaces["remove"] = Effect.fn("WorkspaceRepositoryPg.remove")(
      function* (caller, root, id) {
        const [row] = yield* query(() => statements.remove.execute({ ...asking(caller), root, id }))
        yield* orNotFound(row)
      },
      Effect.catchTag("DatabaseError", Effect.die)
    )

    return { add, finish, forget, unfinished, list, get, update, touch, restore, remove }
  })
)
