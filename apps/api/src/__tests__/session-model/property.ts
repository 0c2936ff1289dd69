import { Agent } from "node:http"
import { Effect, FastCheck, Runtime } from "effect"
import { exchange, originOf } from "../../test-utils/exchange.ts"
import { bearer } from "../../test-utils/identity-of-test.ts"
import { givesHistory, isMissing } from "./answers.ts"
import type { Ask } from "./command.ts"
import { onMessages } from "./commands-on-messages.ts"
import { onSessions } from "./commands-on-sessions.ts"
import { hasList, onLists } from "./lists.ts"
import { isVisible, type Model, type Who } from "./model.ts"

const everybody: ReadonlyArray<Who> = ["alice", "bob", "nobody"]

/** Everything that anybody can see is as the model has it. */
const compare = async (model: Model, ask: Ask) => {
  for (const who of everybody) {
    await hasList(model, (what) => ask(who, what), who, 1, {})
    for (const session of model.sessions) {
      const reply = await ask(who, { path: `/api/sessions/${session.id}` })
      if (isVisible(who, session)) givesHistory(model, session, reply)
      else isMissing(reply, session)
    }
  }
}

const commands = FastCheck.commands([...onSessions, ...onMessages, ...onLists], {
  maxCommands: 100,
  size: "max"
})

/**
 * Runs the property against the server of the test, with two new users every time; gives what came of it, and
 * all statuses that were answered.
 */
export const checkModel = Effect.fnUntraced(function* (
  parameters: FastCheck.Parameters<[Iterable<FastCheck.AsyncCommand<Model, Ask>>]>
) {
  const origin = yield* originOf
  const runPromise = Runtime.runPromise(yield* Effect.runtime())
  const agent = yield* Effect.acquireRelease(
    Effect.sync(() => new Agent({ keepAlive: true, maxSockets: 1 })),
    (kept) => Effect.sync(() => kept.destroy())
  )
  const statuses = new Set<number>()
  let runs = 0

  const property = FastCheck.asyncProperty(commands, async (wanted) => {
    runs += 1
    const names = { alice: `alice-${runs}`, bob: `bob-${runs}` }
    const tokens = await runPromise(
      Effect.all({ alice: bearer(names.alice), bob: bearer(names.bob), nobody: Effect.succeed({}) })
    )
    const ask: Ask = async (who, what) => {
      const headers = { ...what.headers, ...tokens[who] }
      const reply = await runPromise(exchange(origin, { ...what, agent, headers }))
      statuses.add(reply.status)
      return reply
    }
    const model: Model = { names, sessions: [] }
    await FastCheck.asyncModelRun(() => ({ model, real: ask }), wanted)
    await compare(model, ask)
  })
  const result = yield* Effect.promise(() => FastCheck.check(property, parameters))
  return { result, statuses }
})
