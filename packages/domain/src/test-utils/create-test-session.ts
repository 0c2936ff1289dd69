import { DateTime, Option } from "effect"
import { SessionId } from "../types/ids.ts"
import { Precision } from "../types/precision.ts"
import { AgentName, Session } from "../types/session.ts"

type Fields = ConstructorParameters<typeof Session>[0]

const epoch = DateTime.unsafeMake(0)

/** A new anonymous session, with what a test wants otherwise. */
export const createTestSession = (overrides: Partial<Fields> = {}): Session =>
  new Session({
    id: SessionId.make("session_0_000000000000000000000"),
    userId: Option.none(),
    agent: AgentName.make("nerin"),
    title: Option.none(),
    status: "active",
    precision: Precision.initial,
    scoredThrough: 0,
    messageCount: 0,
    agentSessionId: Option.none(),
    parentId: Option.none(),
    forkedAt: Option.none(),
    metadata: {},
    version: 1,
    createdAt: epoch,
    updatedAt: epoch,
    ...overrides
  })
