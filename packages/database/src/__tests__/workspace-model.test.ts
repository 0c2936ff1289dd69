import { assert, layer } from "@effect/vitest"
import type { SessionRepository, WorkspaceRepository } from "@workspace/domain"
import { SessionRepositoryInMemory, WorkspaceRepositoryInMemory } from "@workspace/domain/test-utils"
import { Cause, Effect, FastCheck, Layer, Option } from "effect"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import * as WorkspaceRepositoryPg from "../repositories/workspace-repository.ts"
import { layerPostgres } from "../test-utils/layers.ts"
import { anyCommand, perform, sessionsOf, stateOf } from "./workspace-commands.ts"

const layerModel = WorkspaceRepositoryInMemory.layer.pipe(Layer.provideMerge(SessionRepositoryInMemory.layer))

type Stores = WorkspaceRepository | SessionRepository

/** What came of it: of a failure its tag, and of a defect only that it was one. */
const told = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.matchCause(effect, {
    onSuccess: (value) => ({ value }),
    onFailure: (cause) => ({ error: Option.map(Cause.failureOption(cause), ({ _tag }) => _tag) })
  })

let run = 0

layer(
  Layer.merge(WorkspaceRepositoryPg.layer, SessionRepositoryPg.layer).pipe(Layer.provide(layerPostgres)),
  {
    timeout: "60 seconds",
    excludeTestServices: true
  }
)("workspaces in PostgreSQL", (it) => {
  it.effect.prop(
    "are what they are in memory, after anything that is done",
    [FastCheck.array(anyCommand, { minLength: 5, maxLength: 40 })],
    ([commands]) =>
      Effect.gen(function* () {
        run += 1
        const model = yield* Layer.build(layerModel)
        const both = <A, E extends { readonly _tag: string }>(effect: Effect.Effect<A, E, Stores>) =>
          Effect.all({ stored: told(effect), expected: told(Effect.provide(effect, model)) })
        for (const command of commands) {
          const { expected, stored } = yield* both(perform(run, command))
          assert.deepStrictEqual(stored, expected, command.kind)
          const state = yield* both(stateOf(run))
          assert.deepStrictEqual(state.stored, state.expected, command.kind)
        }
        const sessions = yield* both(sessionsOf(run))
        assert.deepStrictEqual(sessions.stored, sessions.expected)
      }).pipe(Effect.scoped),
    { fastCheck: { numRuns: 30 } }
  )
})
