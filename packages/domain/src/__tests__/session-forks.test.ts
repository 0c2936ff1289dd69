import { assert, describe, it } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { DateTime, Effect, Layer, Option, TestClock } from "effect"
import { UnknownAgentError } from "../errors/agent.ts"
import { ForkPointError } from "../errors/fork.ts"
import { UnauthorizedError } from "../errors/identity.ts"
import { SessionNotFoundError } from "../errors/session.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { SessionForks } from "../services/session-forks.ts"
import * as AgentScripted from "../test-utils/agent-scripted.ts"
import { alice, asAlice, asAnonymous, asBob } from "../test-utils/callers.ts"
import * as ForkRepositoryInMemory from "../test-utils/fork-repository-in-memory.ts"
import * as IdGeneratorSequential from "../test-utils/id-generator-sequential.ts"
import { readList } from "../test-utils/listed.ts"
import * as ScoringRepositoryInMemory from "../test-utils/scoring-repository-in-memory.ts"
import * as SessionRepositoryInMemory from "../test-utils/session-repository-in-memory/index.ts"
import { appendMany, createSession } from "../test-utils/session-repository-suite/fixtures.ts"
import { SessionId } from "../types/ids.ts"
import { AgentName, Title } from "../types/session.ts"

const layerAgents = Layer.unwrapEffect(
  Effect.map(AgentScripted.make(AgentScripted.says("Go on.")), (agent) => agent.layer)
)

const layer = SessionForks.layer.pipe(
  Layer.provide([ForkRepositoryInMemory.layer, IdGeneratorSequential.layer, layerAgents]),
  Layer.provide(ScoringRepositoryInMemory.layer),
  Layer.provideMerge(SessionRepositoryInMemory.layer)
)

const parent = Effect.gen(function* () {
  const { id } = yield* createSession({ userId: Option.some(alice) })
  yield* appendMany(id, 2)
  return id
})

describe("SessionForks", () => {
  it.effect("makes a session of its own as of now", () =>
    Effect.gen(function* () {
      const forks = yield* SessionForks
      const from = yield* parent
      yield* TestClock.setTime(1_900_000_000_000)
      const [title, agent] = [Title.make("What if"), AgentName.make("other")]
      const session = yield* forks.fork(asAlice, from, { atSequence: 1, title, agent })
      assert.deepInclude(session, {
        userId: Option.some(alice),
        parentId: Option.some(from),
        forkedAt: Option.some(1),
        title: Option.some(title),
        agent,
        createdAt: yield* DateTime.now
      })
      const again = yield* forks.fork(asAlice, from, {})
      assert.notStrictEqual(again.id, session.id)
      assert.strictEqual(again.messageCount, 2)
    }).pipe(Effect.provide(layer))
  )

  it.effect("makes one fork for all repetitions of a request", () =>
    Effect.gen(function* () {
      const forks = yield* SessionForks
      const sessions = yield* SessionRepository
      const from = yield* parent
      const id = SessionId.make("session_0_once")
      const first = yield* forks.fork(asAlice, from, { id })
      assert.deepStrictEqual(yield* forks.fork(asAlice, from, { id }), first)
      assert.strictEqual(
        (yield* Effect.flatMap(sessions.listText(asAlice, { limit: 10, parentId: from }), readList)).count,
        1
      )
    }).pipe(Effect.provide(layer))
  )

  it.effect("refuses what it cannot fork, and an agent that there is not", () =>
    Effect.gen(function* () {
      const forks = yield* SessionForks
      const sessions = yield* SessionRepository
      const from = yield* parent
      const notFound = new SessionNotFoundError({ sessionId: from })
      assertEquals(yield* Effect.flip(forks.fork(asBob, from, {})), notFound)
      assertEquals(yield* Effect.flip(forks.fork(asAnonymous, from, {})), notFound)
      assertEquals(
        yield* Effect.flip(forks.fork(asAlice, from, { atSequence: 3 })),
        new ForkPointError({ messageCount: 2 })
      )
      for (const agent of ["nerin", "other", "unknown"]) {
        assert.instanceOf(
          yield* Effect.flip(forks.fork(asAnonymous, from, { agent: AgentName.make(agent) })),
          UnauthorizedError
        )
      }
      const error = yield* Effect.flip(forks.fork(asAlice, from, { agent: AgentName.make("unknown") }))
      assert.instanceOf(error, UnknownAgentError)
      assert.strictEqual(error.detail, "No agent has this name. There are: nerin, other.")
      assert.strictEqual(
        (yield* Effect.flatMap(sessions.listText(asAlice, { limit: 10, parentId: from }), readList)).count,
        0
      )
    }).pipe(Effect.provide(layer))
  )
})
