import {
  type Caller,
  type Thread,
  type ThreadKey,
  ThreadNotFoundError,
  ThreadRepository,
  threadOwner
} from "@workspace/domain"
import { Array, DateTime, Effect, Layer, Option } from "effect"
import { Database } from "../client.ts"
import type { threads } from "../schema.ts"
import { sessionParameter } from "./given-rows.ts"
import { orAgain } from "./or-again.ts"
import { fromSession, type SessionRow, toSession, toThread } from "./session-rows.ts"
import { asking } from "./session-statements.ts"
import {
  prepareGet,
  prepareList,
  prepareOpen,
  prepareRemove,
  prepareSetMetadata
} from "./thread-statements.ts"

interface Row {
  readonly thread: typeof threads.$inferSelect
  readonly session: SessionRow
}

const toThreadSession = ({ session, thread }: Row) =>
  Effect.all({ thread: toThread(thread), session: toSession(session) })

/** Threads in PostgreSQL, each call one statement. An anonymous caller has none. */
export const layer: Layer.Layer<ThreadRepository, never, Database> = Layer.effect(
  ThreadRepository,
  Effect.map(Database, ({ client, query }) => {
    const statements = {
      open: prepareOpen(client),
      get: prepareGet(client),
      list: prepareList(client),
      setMetadata: prepareSetMetadata(client),
      remove: prepareRemove(client)
    }

    /** What a statement finds for the owner of this name. */
    const find = <A>(
      caller: Caller,
      key: ThreadKey,
      execute: (own: ThreadKey & ReturnType<typeof asking> & { readonly owner: string }) => Promise<Array<A>>
    ) =>
      Option.match(threadOwner(caller), {
        onNone: () => Effect.fail(new ThreadNotFoundError(key)),
        onSome: (owner) =>
          Effect.flatMap(
            query(() => execute({ ...key, ...asking(caller), owner })),
            ([row]) => (row === undefined ? Effect.fail(new ThreadNotFoundError(key)) : Effect.succeed(row))
          )
      })

    const open: ThreadRepository["Type"]["open"] = Effect.fn("ThreadRepositoryPg.open")(function* (
      caller,
      key,
      session
    ) {
      const owner = yield* threadOwner(caller)
      const [row] = yield* query(() =>
        statements.open.execute({
          ...key,
          ...asking(caller),
          owner,
          session: sessionParameter(fromSession(session)),
          now: DateTime.formatIso(session.updatedAt)
        })
      ).pipe(orAgain)
      const thread = row?.used ?? row?.named
      const stored = row?.sessions ?? row?.made
      return yield* thread && stored
        ? toThreadSession({ thread, session: stored })
        : Effect.dieMessage("The thread was neither found nor made")
    }, Effect.orDie)

    const get: ThreadRepository["Type"]["get"] = Effect.fn("ThreadRepositoryPg.get")(
      function* (caller, key) {
        return yield* toThreadSession(yield* find(caller, key, (own) => statements.get.execute(own)))
      },
      Effect.catchTag("DatabaseError", Effect.die)
    )

    const list: ThreadRepository["Type"]["list"] = Effect.fn("ThreadRepositoryPg.list")(function* (
      caller,
      resourceId,
      range
    ) {
      const owner = threadOwner(caller)
      if (Option.isNone(owner)) {
        return { threads: [], count: 0 }
      }
      const rows = yield* query(() =>
        statements.list.execute({ ...asking(caller), ...range, resourceId, owner: owner.value })
      )
      const found = Array.filterMap(rows, ({ session, thread }) =>
        session === null || thread === null ? Option.none() : Option.some({ session, thread })
      )
      return { threads: yield* Effect.forEach(found, toThreadSession), count: rows[0]?.total.count ?? 0 }
    }, Effect.orDie)

    const setMetadata: ThreadRepository["Type"]["setMetadata"] = Effect.fn("ThreadRepositoryPg.setMetadata")(
      function* (caller, key, metadata: Thread["metadata"], now) {
        const row = yield* find(caller, key, (own) =>
          statements.setMetadata.execute({
            ...own,
            metadata: JSON.stringify(metadata),
            now: DateTime.formatIso(now)
          })
        )
        return yield* toThreadSession(row)
      },
      Effect.catchTag("DatabaseError", Effect.die)
    )

    const remove: ThreadRepository["Type"]["remove"] = Effect.fn("ThreadRepositoryPg.remove")(
      function* (caller, key) {
        yield* find(caller, key, (own) => statements.remove.execute(own))
      },
      Effect.catchTag("DatabaseError", Effect.die)
    )

    return { open, get, list, setMetadata, remove }
  })
)
