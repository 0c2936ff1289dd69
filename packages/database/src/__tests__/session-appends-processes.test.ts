import { assert, it } from "@effect/vitest"
import { SessionId, SessionRepository } from "@workspace/domain"
import { asNobody, createTestSession } from "@workspace/domain/test-utils"
import { startProcess } from "@workspace/locks/test-utils"
import { Array, Effect, Layer, Option, Redacted } from "effect"
import { inject } from "vitest"
import { layerMigrated } from "../migrate.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { layerServer } from "../server.ts"
import { freshDatabase } from "../test-utils/databases.ts"
import { patientLimits } from "../test-utils/layers.ts"
import { commits } from "./appending.ts"
import { program } from "./processes/program.ts"

it.scopedLive(
  "two processes that write to the same sessions at once, both killed, lose nothing that they acknowledged",
  () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase(inject("postgresUrl"))
      const server = layerServer({ url: Redacted.make(url), limits: patientLimits })
      const context = yield* Layer.build(
        SessionRepositoryPg.layer.pipe(Layer.provideMerge(layerMigrated), Layer.provideMerge(server))
      )
      yield* Effect.gen(function* () {
        const { create, load } = yield* SessionRepository
        const ids = Array.makeBy(20, (n) => SessionId.make(`session_0_killed-${n + 1}`))
        yield* Effect.forEach(ids, (id) => create(createTestSession({ id }), Option.none()))
        const writers = yield* Effect.replicateEffect(startProcess(program, ["append", url]), 2)
        for (const { nextLine } of writers) assert.strictEqual(yield* nextLine, "ready")
        yield* Effect.forEach(writers, ({ tell }) => tell("go"))
        const acknowledged = yield* Effect.forEach(
          writers,
          ({ kill, nextLine }) =>
            Effect.gen(function* () {
              const lines: Array<string> = []
              for (let line = yield* nextLine; line !== undefined; line = yield* nextLine) {
                lines.push(line)
                if (lines.length === 300) yield* kill
              }
              return lines
            }),
          { concurrency: "unbounded" }
        )
        const stored = yield* Effect.forEach(ids, (id) => load(asNobody, id))
        for (const { messages, session } of stored) {
          assert.strictEqual(session.messageCount, messages.length)
          assert.deepStrictEqual(
            messages.map(({ sequence }) => sequence),
            messages.map((_, index) => index + 1)
          )
        }
        const found = new Set(
          stored.flatMap(({ messages }) =>
            messages.map(({ id, sequence, sessionId }) => `${sessionId} ${sequence} ${id}`)
          )
        )
        for (const line of acknowledged.flat()) assert.isTrue(found.has(line), line)
        assert.isBelow((yield* commits(ids)) ?? 0, found.size)
      }).pipe(Effect.provide(context))
    }),
  120_000
)
