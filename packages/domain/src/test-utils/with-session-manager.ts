import { Effect, Layer } from "effect"
import { SessionManager } from "../services/session-manager.ts"
import * as AgentScripted from "./agent-scripted.ts"
import * as IdGeneratorSequential from "./id-generator-sequential.ts"
import * as SessionRepositoryInMemory from "./session-repository-in-memory.ts"

type Script = Readonly<Parameters<typeof AgentScripted.make>>
type ScriptedAgent = Effect.Effect.Success<ReturnType<typeof AgentScripted.make>>

/** Runs a test on a manager of its own over in-memory ports, whose agent follows the script. */
export const withSessionManager = <A, E>(
  script: Script,
  run: (manager: SessionManager["Type"], agent: ScriptedAgent) => Effect.Effect<A, E>
) =>
  Effect.gen(function* () {
    const agent = yield* AgentScripted.make(...script)
    const layer = SessionManager.layer.pipe(
      Layer.provide([SessionRepositoryInMemory.layer, IdGeneratorSequential.layer, agent.layer])
    )
    return yield* Effect.provide(
      Effect.flatMap(SessionManager, (manager) => run(manager, agent)),
      layer
    )
  })
