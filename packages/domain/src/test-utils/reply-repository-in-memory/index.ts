import { Array, DateTime, type Duration, Effect, Layer, Number, Option } from "effect"
import { SessionNotFoundError } from "../../errors/session.ts"
import { ReplyRepository } from "../../ports/reply-repository.ts"
import type { ReplyKey } from "../../types/reply.ts"
import { SessionStore, type Step, visibleTo } from "../session-repository-in-memory/store.ts"
import * as Beginnings from "./beginnings.ts"
import * as Steps from "./steps.ts"

/** A real implementation over the sessions beside it. Leases last by Effect's clock. */
export const layer = Layer.effect(
  ReplyRepository,
  Effect.map(SessionStore, (store) => {
    /** A step on a session whoever asks; one that is gone gives what a session without the reply would. */
    const stepAlways = <A>({ sessionId }: Pick<ReplyKey, "sessionId">, otherwise: A, step: Step<A>) =>
      Effect.catchTag(
        store.step(() => true, sessionId, step),
        "SessionNotFoundError",
        () => Effect.succeed(otherwise)
      )

    const until = (lease: Duration.Duration) => Effect.map(DateTime.now, DateTime.addDuration(lease))

    const stored = ({ id, sessionId }: ReplyKey) =>
      Effect.map(Effect.option(store.read(() => true, sessionId)), (kept) =>
        Option.flatMap(kept, ({ replies }) => Array.findFirst(replies, ({ reply }) => reply.id === id))
      )

    return {
      begin: (caller, question, options) =>
        Effect.flatMap(DateTime.now, (clock) =>
          store.step(visibleTo(caller), question.sessionId, Beginnings.begin(question, { ...options, clock }))
        ),

      regenerate: (caller, sessionId, options) =>
        Effect.flatMap(DateTime.now, (clock) =>
          store.step(visibleTo(caller), sessionId, Beginnings.regenerate({ ...options, clock }))
        ),

      write: Effect.fnUntraced(function* (key, chunk, { lease }) {
        const found = yield* stored(key)
        if (
          Option.exists(
            found,
            ({ reply }) => reply.status === "streaming" && reply.chunkCount + 1 < chunk.index
          )
        ) {
          return yield* Effect.dieMessage("A chunk after a gap")
        }
        return yield* stepAlways(key, false, Steps.write(key.id, chunk, yield* until(lease)))
      }),

      extend: (key, { lease }) =>
        Effect.flatMap(until(lease), (leaseUntil) =>
          stepAlways(key, false, Steps.extend(key.id, leaseUntil))
        ),

      end: (key, ending) =>
        Effect.zipRight(
          stepAlways(
            key,
            Option.none(),
            Steps.end(({ reply }) => reply.id === key.id, ending)
          ),
          Effect.map(
            stored(key),
            Option.map(({ reply }) => reply)
          )
        ),

      stop: (caller, sessionId, now) =>
        store.step(
          visibleTo(caller),
          sessionId,
          Steps.end(() => true, { status: "cancelled", now })
        ),

      endAbandoned: Effect.fnUntraced(function* (now) {
        const isOver = Beginnings.isOver(yield* DateTime.now)
        const ended = yield* Effect.forEach(yield* store.all, ({ session }) =>
          stepAlways(
            { sessionId: session.id },
            Option.none(),
            Steps.end(isOver, { status: "interrupted", now })
          )
        )
        return Array.getSomes(ended)
      }),

      running: (caller, sessionId) =>
        Effect.map(store.read(visibleTo(caller), sessionId), (kept) =>
          Option.map(Beginnings.runningIn(kept), ({ reply }) => reply)
        ),

      read: Effect.fnUntraced(function* (caller, { id, sessionId }, { after, limit }) {
        const { replies } = yield* store.read(visibleTo(caller), sessionId)
        const { chunks, reply } = yield* Effect.mapError(
          Array.findFirst(replies, ({ reply }) => reply.id === id),
          () => new SessionNotFoundError({ sessionId })
        )
        return { reply, chunks: chunks.slice(after, after + limit) }
      }),

      sweep: (endedBefore) =>
        Effect.flatMap(store.all, (all) =>
          Effect.map(
            Effect.forEach(all, ({ session }) =>
              stepAlways({ sessionId: session.id }, 0, Steps.sweep(endedBefore))
            ),
            Number.sumAll
          )
        )
    }
  })
)
