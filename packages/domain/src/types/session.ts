import { Option, Schema } from "effect"
import { SessionId, UserId } from "./ids.ts"
import { JsonObject } from "./json.ts"
import { Precision } from "./precision.ts"
import { storableText } from "./text.ts"
import { Timestamp } from "./timestamp.ts"

export const SessionStatus = Schema.Literal("active", "paused", "completed", "aborted")
export type SessionStatus = typeof SessionStatus.Type

/** The name of the agent that answers in a session. */
export const AgentName = Schema.String.pipe(
  Schema.pattern(/^[a-z0-9][a-z0-9_-]{0,63}$/, {
    message: () => "must be an agent's name: 1 to 64 small letters, digits, _ and -"
  }),
  Schema.brand("AgentName")
)
export type AgentName = typeof AgentName.Type

/** 1 to 200 characters. */
export const Title = storableText(800).pipe(
  Schema.filter((title) => Array.from(title).length <= 200, {
    message: () => "must be at most 200 characters",
    jsonSchema: { maxLength: 200 }
  }),
  Schema.brand("Title")
)

export type Title = typeof Title.Type

/** A number of messages, or the sequence of one of them; 0 stands before the first. */
const Count = Schema.Int.pipe(
  Schema.between(0, 2_147_483_647, { message: () => "must be a whole number from 0 to 2147483647" })
)

/** From which statuses each one can be reached. Completed and aborted are final. */
const predecessors = {
  active: ["paused"],
  paused: ["active"],
  completed: ["active", "paused"],
  aborted: ["active", "paused"]
} as const satisfies Record<SessionStatus, ReadonlyArray<SessionStatus>>

/** The statuses from which a session can change to `status`; its own is not among them. */
export const statusesBefore = (status: SessionStatus): ReadonlyArray<SessionStatus> => predecessors[status]

/** One conversation. */
export class Session extends Schema.Class<Session>("Session")(
  {
    id: SessionId,
    /** The owner; absent while the session is anonymous. */
    userId: Schema.optionalWith(UserId, { as: "Option", exact: true }),
    agent: AgentName,
    title: Schema.OptionFromNullOr(Title),
    status: SessionStatus,
    precision: Precision,
    /** The sequence of the last message that `precision` has seen. */
    scoredThrough: Count,
    /** Always the number of the session's messages and the sequence of the last one. */
    messageCount: Count,
    /** The session id of an outside agent SDK. */
    agentSessionId: Schema.OptionFromNullOr(storableText(255)),
    parentId: Schema.OptionFromNullOr(SessionId),
    /** The last sequence that a fork shares with its parent. */
    forkedAt: Schema.OptionFromNullOr(Count),
    metadata: JsonObject,
    /** Rises with every change of the session. */
    version: Count,
    createdAt: Timestamp,
    /** Never goes back. Scoring, which is not the talk's doing, leaves it as it is. */
    updatedAt: Timestamp
  },
  [{}, { identifier: "Session" }]
) {
  /** An active session without messages. */
  static start(
    id: SessionId,
    userId: Session["userId"],
    now: Timestamp,
    fields: Partial<Pick<Session, "title" | "agent" | "metadata" | "agentSessionId">> = {}
  ): Session {
    return new Session({
      id,
      userId,
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
      createdAt: now,
      updatedAt: now,
      ...fields
    })
  }
}

/** A session as it was at one moment, without what it held: what an `ETag` names. */
export interface SessionVersion {
  readonly version: number
  /** The last message that whoever saw this version has seen. */
  readonly messageCount: number
}

/** What a caller can change of a session. What is left out stays; `none` removes. */
export type SessionChange = Partial<Pick<Session, "title" | "status" | "metadata" | "agentSessionId">>
