import { SessionId, SessionRepository } from "@workspace/domain"
import { asNobody, describeAppending, describeSessionRepository } from "@workspace/domain/test-utils"
import { Effect, Layer } from "effect"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { layerEmbeddedInMemory, layerPostgres } from "../test-utils/layers.ts"

const options = { timeout: "60 seconds" } as const

const missing = SessionId.make("session_0_missing")

/** The same store while it is busy: a message comes after two others, and so goes with those that gather. */
const layerBusy = Layer.effect(
  SessionRepository,
  Effect.map(SessionRepository, (repository) => ({
    ...repository,
    append: (...[caller, message, settings]: Parameters<typeof repository.append>) => {
      const other = Effect.either(repository.append(asNobody, { ...message, sessionId: missing }, settings))
      return Effect.map(
        Effect.all([other, other, repository.append(caller, message, settings)], {
          concurrency: "unbounded"
        }),
        ([, , stored]) => stored
      )
    }
  }))
).pipe(Layer.provide(SessionRepositoryPg.layer))

for (const [name, database] of [
  ["the embedded database", layerEmbeddedInMemory],
  ["a PostgreSQL server", layerPostgres]
] as const) {
  describeSessionRepository(
    `SessionRepositoryPg on ${name}`,
    SessionRepositoryPg.layer.pipe(Layer.provide(database)),
    options
  )
  describeAppending(
    `SessionRepositoryPg on ${name} that is busy`,
    layerBusy.pipe(Layer.provide(database)),
    options
  )
}
