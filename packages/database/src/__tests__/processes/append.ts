import { once } from "node:events"
import { MessageContent, MessageId, SessionId, SessionRepository } from "@workspace/domain"
import { asNobody } from "@workspace/domain/test-utils"
import { Array, DateTime, Effect, Layer, Redacted } from "effect"
import * as SessionRepositoryPg from "../../repositories/session-repository.ts"
import { layerServer } from "../../server.ts"
import { makeStillClock } from "../still-clock.ts"
import { say } from "./say.ts"

const now = DateTime.unsafeMake(0)
// So long that no stall of a busy machine fails it.
const limits = { connectionTimeoutMillis: 50_000, statement_timeout: 50_000, query_timeout: 55_000 }

/** Waits for a line, then appends to 20 sessions at once for ever, and says of each message when it is acknowledged. */
export const append = (url: string) =>
  Effect.gen(function* () {
    const repository = yield* SessionRepository
    yield* say("ready")
    yield* Effect.promise(() => once(process.stdin, "data"))
    const write = (session: number) => {
      const sessionId = SessionId.make(`session_0_killed-${session}`)
      const next = (n: number) => {
        const id = MessageId.make(`m-${process.pid}-${n}`)
        return repository
          .append(
            asNobody,
            { id, sessionId, role: "user", content: MessageContent.make("x"), metadata: {} },
            { now }
          )
          .pipe(
            Effect.tap(({ sequence }) => say(`${sessionId} ${sequence} ${id}`)),
            Effect.as(n + 1)
          )
      }
      return Effect.iterate(1, { while: () => true, body: next })
    }
    yield* Effect.forEach(Array.range(1, 20), write, { concurrency: "unbounded" })
  }).pipe(
    Effect.provide(
      Layer.merge(
        Layer.provide(SessionRepositoryPg.layer, layerServer({ url: Redacted.make(url), limits })),
        makeStillClock().layer
      )
    )
  )
