import { SessionRepositoryPg } from "@workspace/database"
import { AgentScripted } from "@workspace/domain/test-utils"
import { Effect, Layer } from "effect"
import * as Sessions from "../sessions.ts"

const layerAgent = Layer.unwrapEffect(
  Effect.map(AgentScripted.make(AgentScripted.says("Thank you. ", "Tell me more.")), (agent) => agent.layer)
)

/** The use cases on real ports, with an agent that answers everything in the same words. */
export const layerOn = (repository: typeof SessionRepositoryPg.layer) =>
  Layer.provide(Sessions.layerOn(repository), layerAgent)

export const layer = layerOn(SessionRepositoryPg.layer)
