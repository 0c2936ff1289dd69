import { Effect, Layer } from "effect"
import { SessionRepository } from "../ports/session-repository.ts"
import { SessionCatalog } from "../services/session-catalog.ts"
import { SessionManager } from "../services/session-manager.ts"
import * as AgentScripted from "./agent-scripted.ts"
import * as IdGeneratorSequential from "./id-generator-sequential.ts"
import * as SessionRepositoryInMemory from "./session-repository-in-memory/index.ts"

type Script = Readonly<Parameters<typeof AgentScripted.make>>
type ScriptedAgent = Effect.Effect.Success<ReturnType<typeof AgentScripted.make>>

/** Runs a test on use cases of its own over the same in-memory ports, whose agent follows the script. */
export const withSessionManager = <A, E>(
  script: Script,
  run: (
    manager: SessionManager["Type"],
    agent: ScriptedAgent,
    catalog: SessionCatalog["Type"],
    repository: SessionRepository["Type"]
  ) => Effect.Effect<A, E>
) =>
  Effect.gen(function* () {
    const agent = yield* AgentScripted.make(...script)
    const layer = Layer.merge(SessionManager.layer, SessionCatalog.layer).pipe(
      Layer.provideMerge(SessionRepositoryInMemory.layer),
      Layer.provide([IdGeneratorSequential.layer, agent.layer])
    )
    return yield* Effect.provide(
      Effect.flatMap(
        Effect.all([SessionManager, SessionCatalog, SessionRepository]),
        ([manager, catalog, repository]) => run(manager, agent, catalog, repository)
      ),
      layer
    )
  })
