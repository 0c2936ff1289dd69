import {
  ArchiveRepository,
  Caller,
  Estimate,
  Message,
  restoredSession,
  SessionId,
  SessionNotFoundError
} from "@workspace/domain"
import { Array, Chunk, Effect, Layer, Option, Schema, Stream } from "effect"
import { Database } from "../client.ts"
import {
  estimatesAtOnce,
  idsAtOnce,
  insertEstimates,
  insertMessages,
  insertSession,
  prepareReads,
  selectIds
} from "./archive-statements.ts"
import { isOwn, parametersOf } from "./session-filter.ts"
import { fromSession, toEstimate, toMessage, toSession } from "./session-rows.ts"
import { asking, visibility } from "./session-statements.ts"

/**
 * Of what is written at once: at most so many rows, and no more texts than begin within so many characters. The embedded
 * database writes them in this process, and nobody else has a turn meanwhile.
 */
const writtenAtOnce = { count: 200, characters: 1_048_576 }

const encodeMessages = Schema.encodeSync(Schema.parseJson(Schema.Array(Message)))
const encodeEstimates = Schema.encodeSync(Schema.parseJson(Schema.Array(Estimate)))

/** How many of the messages are written next. */
const batchOf = (messages: ReadonlyArray<Message>, from: number): number => {
  let characters = 0
  let count = 0
  while (count < writtenAtOnce.count && characters < writtenAtOnce.characters) {
    const message = messages[from + count]
    if (message === undefined) break
    characters += message.content.length
    count += 1
  }
  return count
}

/** Whole sessions in PostgreSQL. A session is restored in one transaction; of several a process restores one at a time. */
export const layer: Layer.Layer<ArchiveRepository, never, Database> = Layer.effect(
  ArchiveRepository,
  Effect.map(Database, ({ client, query, transaction }) => {
    const reads = prepareReads(client)
    // A connection for copies is left for forks.
    const restoring = Effect.unsafeMakeSemaphore(1)

    /** A page of something of a session, as long as there is the session. */
    const page = <Row, A>(
      sessionId: SessionId,
      execute: () => Promise<ReadonlyArray<{ readonly page: Row | null }>>,
      decode: (row: Row) => Effect.Effect<A>
    ) =>
      Effect.flatMap(Effect.orDie(query(execute)), (rows) =>
        rows.length === 0
          ? Effect.fail(new SessionNotFoundError({ sessionId }))
          : Effect.forEach(
              Array.filterMap(rows, (row) => Option.fromNullable(row.page)),
              decode
            )
      )

    const read: ArchiveRepository["Type"]["read"] = Effect.fn("ArchiveRepositoryPg.read")(
      function* (caller, sessionId) {
        const own = visibility(caller, sessionId)
        const [row] = yield* query(() => reads.session.execute(own))
        if (row === undefined) {
          return yield* new SessionNotFoundError({ sessionId })
        }
        const session = yield* toSession(row)
        const { messageCount, scoredThrough: through } = session

        const messagesAfter = Effect.fnUntraced(function* (after: number) {
          const found = yield* page(
            sessionId,
            () => reads.messages.execute({ ...own, after, through: messageCount }),
            toMessage
          )
          const last = found.at(-1)?.sequence
          // Another session has taken its id and its place.
          if (last === undefined) {
            return yield* new SessionNotFoundError({ sessionId })
          }
          return [Chunk.unsafeFromArray(found), Option.liftPredicate(last, (_) => _ < messageCount)] as const
        })

        const estimatesAfter = Effect.fnUntraced(function* (after: number) {
          const found = yield* page(
            sessionId,
            () => reads.estimates.execute({ ...own, after, through }),
            toEstimate
          )
          const last = Array.get(found, estimatesAtOnce - 1)
          return [Chunk.unsafeFromArray(found), Option.map(last, (_) => _.throughSequence)] as const
        })

        return {
          session,
          estimates: Stream.paginateChunkEffect(0, estimatesAfter),
          messages: messageCount === 0 ? Stream.empty : Stream.paginateChunkEffect(0, messagesAfter)
        }
      },
      Effect.catchTag("DatabaseError", Effect.die)
    )

    const ids: ArchiveRepository["Type"]["ids"] = (caller, selection) =>
      Caller.$is("Anonymous")(caller)
        ? Stream.empty
        : Stream.paginateChunkEffect(
            "",
            Effect.fn("ArchiveRepositoryPg.ids")(function* (lastId) {
              const isTrusted = Caller.$is("Trusted")(caller)
              const rows = yield* query(() =>
                selectIds(client, isTrusted ? undefined : isOwn).execute({
                  ...parametersOf({ ...selection, limit: idsAtOnce }),
                  ...asking(caller),
                  lastId
                })
              )
              const found = rows.map(({ id }) => SessionId.make(id))
              return [Chunk.unsafeFromArray(found), Array.get(found, idsAtOnce - 1)] as const
            }, Effect.orDie)
          )

    const restore: ArchiveRepository["Type"]["restore"] = Effect.fn("ArchiveRepositoryPg.restore")(function* (
      archived,
      options
    ) {
      const { id: sessionId } = options
      const { estimates, messages } = archived
      const row = fromSession(restoredSession(archived, options))
      const restored = transaction((own) =>
        Effect.gen(function* () {
          const [stored] = yield* query(() => insertSession(own, row))
          if (stored === undefined) return Option.none()
          const insert = { messages: insertMessages(own), estimates: insertEstimates(own) }
          for (let from = 0; from < messages.length; ) {
            const batch = messages.slice(from, from + batchOf(messages, from))
            yield* query(() => insert.messages.execute({ sessionId, messages: encodeMessages(batch) }))
            from += batch.length
          }
          for (const batch of Array.chunksOf(estimates, estimatesAtOnce)) {
            yield* query(() => insert.estimates.execute({ sessionId, estimates: encodeEstimates(batch) }))
          }
          return Option.some(stored)
        })
      )
      return yield* Effect.transposeMapOption(yield* restoring.withPermits(1)(restored), toSession)
    }, Effect.orDie)

    return { read, ids, restore }
  })
)
