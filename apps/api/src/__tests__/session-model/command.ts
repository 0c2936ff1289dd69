import { FastCheck } from "effect"
import type { Exchange, Reply } from "../../test-utils/exchange.ts"
import type { Model, ModelSession, Who } from "./model.ts"

/** Sends a request to the server as somebody. */
export type Ask = (who: Who, what: Exchange) => Promise<Reply>

export type Command = FastCheck.AsyncCommand<Model, Ask>

export const anybody: FastCheck.Arbitrary<Who> = FastCheck.constantFrom("alice", "bob", "nobody")

/** One request by anybody, and what must come of it. */
export const command = <Args extends object>(
  name: string,
  args: FastCheck.Arbitrary<Args>,
  run: (model: Model, ask: (what: Exchange) => Promise<Reply>, who: Who, args: Args) => Promise<void>
): FastCheck.Arbitrary<Command> =>
  FastCheck.tuple(anybody, args).map(([who, given]) => ({
    check: () => true,
    run: (model, ask) => run(model, (what) => ask(who, what), who, given),
    toString: () => `\n  ${who}: ${name} ${JSON.stringify(given)}`
  }))

/** Mostly whoever may: what follows from a request is seen only when it is not refused. */
export const mostlyOwner = FastCheck.oneof(
  { arbitrary: FastCheck.constant("owner" as const), weight: 3 },
  { arbitrary: anybody, weight: 1 }
)

/** The same on one of the newest sessions, of which some may be removed. */
export const commandOnSession = <Args extends object>(
  name: string,
  callers: FastCheck.Arbitrary<Who | "owner">,
  args: FastCheck.Arbitrary<Args>,
  run: (on: {
    readonly model: Model
    readonly session: ModelSession
    readonly ask: (what: Exchange) => Promise<Reply>
    readonly who: Who
    readonly args: Args
  }) => Promise<void>
): FastCheck.Arbitrary<Command> =>
  FastCheck.tuple(callers, FastCheck.nat({ max: 3 }), args).map(([caller, back, given]) => ({
    check: ({ sessions }) => sessions.length > 0,
    run: async (model, ask) => {
      const session = model.sessions.at(-1 - (back % model.sessions.length))
      if (session !== undefined) {
        const who = caller === "owner" ? session.owner : caller
        await run({ model, session, ask: (what) => ask(who, what), who, args: given })
      }
    },
    toString: () =>
      `\n  ${caller}: ${name} ${back === 0 ? "the newest" : `${back} before it`} ${JSON.stringify(given)}`
  }))
