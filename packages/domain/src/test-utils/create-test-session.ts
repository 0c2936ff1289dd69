import { DateTime, Option } from "effect"
import { SessionId } from "../types/ids.ts"
import { Session } from "../types/session.ts"

type Fields = ConstructorParameters<typeof Session>[0]

const id = SessionId.make("session_0_000000000000000000000")

/** A new anonymous session, with what a test wants otherwise. */
export const createTestSession = (overrides: Partial<Fields> = {}): Session =>
  new Session({
    ...Session.start(id, Option.none(), DateTime.unsafeMake(0)),
    completion: overrides.status === "completed" ? 100 : 0,
    ...overrides
  })
