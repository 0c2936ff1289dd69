import { IdempotencyStore, UnavailableError } from "@workspace/domain"
import { AgentScripted } from "@workspace/domain/test-utils"
import { Duration, Effect, Layer } from "effect"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"

/** A store that is away at the end of each request, and whose leases are over by then. */
export const layerCutOff = Layer.effect(
  IdempotencyStore,
  Effect.map(IdempotencyStore, (store): IdempotencyStore["Type"] => ({
    ...store,
    begin: (scope, key, request) => store.begin(scope, key, { ...request, lease: Duration.zero }),
    finish: () => Effect.die(new UnavailableError({})),
    abandon: () => Effect.die(new UnavailableError({})),
    forget: () => Effect.die(new UnavailableError({}))
  }))
).pipe(Layer.provideMerge(ServerInMemory.layerSessions(AgentScripted.says("Thank you."))))
