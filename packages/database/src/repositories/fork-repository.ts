import {
  ForkPointError,
  ForkRepository,
  MessageConflictError,
  SessionNotFoundError,
  ThreadExistsError,
  threadOwner
} from "@workspace/domain"
import { DateTime, Effect, Layer, Option } from "effect"
import { Database } from "../client.ts"
import { prepareFork } from "./fork-statements.ts"
import { orAgain } from "./or-again.ts"
import { toSession } from "./session-rows.ts"
import { visibility } from "./session-statements.ts"

const noThread = { threadId: null, resourceId: null }

/** Forks in PostgreSQL: one statement copies all. */
export const layer: Layer.Layer<ForkRepository, never, Database> = Layer.effect(
  ForkRepository,
  Effect.map(Database, ({ copies, query }) => {
    const statement = prepareFork(copies)

    const fork: ForkRepository["Type"]["fork"] = Effect.fn("ForkRepositoryPg.fork")(
      function* (
        caller,
        { agent = null, atSequence = null, from, id, now, thread, title = null, unlessMessage }
      ) {
        const [row] = yield* query(() =>
          statement.execute({
            ...visibility(caller, from),
            ...(thread ?? noThread),
            owner: Option.getOrNull(threadOwner(caller)),
            id,
            atSequence,
            agent,
            title,
            unlessMessage: unlessMessage ?? null,
            now: DateTime.formatIso(now)
          })
        ).pipe(orAgain)
        if (row === undefined || (row.forkedBefore === null && row.parent === null)) {
          return yield* new SessionNotFoundError({ sessionId: from })
        }
        const { forked, forkedBefore, held, parent, taken } = row
        if (parent !== null && parent.point > parent.messageCount) {
          return yield* new ForkPointError({ messageCount: parent.messageCount })
        }
        if (thread !== undefined && taken !== null && taken.sessionId !== id) {
          return yield* new ThreadExistsError(thread)
        }
        if (unlessMessage !== undefined && held !== null && forkedBefore === null) {
          return yield* new MessageConflictError({ sessionId: from, messageId: unlessMessage })
        }
        const session = forkedBefore ?? forked
        return session === null
          ? yield* Effect.dieMessage("The fork was neither found nor made")
          : yield* toSession(session)
      },
      Effect.catchTag("DatabaseError", Effect.die)
    )

    return { fork }
  })
)
