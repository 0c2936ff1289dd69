import { Option, Schema } from "effect"
import { SessionId, UserId } from "./ids.ts"
import { JsonObject } from "./json.ts"
import { Precision } from "./precision.ts"
import { storableText } from "./text.ts"
import { Timestamp } from "./timestamp.ts"

export const SessionStatus = Schema.Literal("active", "paused", "completed", "aborted").annotations({
  description: "Only an active session takes messages; completed and aborted are final"
})
export type SessionStatus = typeof SessionStatus.Type

/** The name of the agent that answers in a session. */
export const AgentName = Schema.String.pipe(
  Schema.pattern(/^[a-z0-9][a-z0-9_-]{0,63}$/, {
    message: () => "must be an agent's name: 1 to 64 small letters, digits, _ and -",
    description: "The agent that answers in the session",
    examples: ["nerin"]
  }),
  Schema.brand("AgentName")
)
export type AgentName = typeof AgentName.Type

/** 1 to 200 characters. */
export const Title = storableText(800).pipe(
  Schema.filter((title) => Array.from(title).length <= 200, {
    message: () => "must be at most 200 characters",
    jsonSchema: { maxLength: 200 },
    description: "1 to 200 characters; null until the first message of the user gives one",
    examples: ["An evening among people"]
  }),
  Schema.brand("Title")
)

export type Title = typeof Title.Type

/** A number of messages, or the sequence of one of them; 0 stands before the first. */
const Count = Schema.Number.pipe(
  Schema.int(),
  Schema.between(0, 2_147_483_647, {
    message: () => "must be a whole number from 0 to 2147483647",
    description: "The sequence of a message; 0 stands before the first"
  })
)

const count = (description: string, example: number) =>
  Count.annotations({ description, examples: [example] })

/** How far a talk has come, in percent. */
export const Completion = Schema.Number.pipe(
  Schema.int(),
  Schema.between(0, 100, {
    description: "How far the talk has come, in percent, as its agent says; 100 once it is completed",
    examples: [0]
  })
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
    /** Absent while the session is anonymous. */
    userId: Schema.optionalWith(UserId, { as: "Option", exact: true }),
    agent: AgentName,
    title: Schema.OptionFromNullOr(Title),
    status: SessionStatus,
    precision: Precision,
    scoredThrough: count("The sequence of the last message that `precision` has seen", 0),
    messageCount: count("How many messages the session has: always the sequence of the last one", 2),
    questionCount: count(
      "How many times the user has answered: messages of the user that follow one of the agent",
      0
    ),
    completion: Completion,
    agentSessionId: Schema.OptionFromNullOr(
      storableText(255).annotations({
        description: "The session's id with an outside agent SDK",
        examples: ["sdk-7f3a"]
      })
    ),
    parentId: Schema.OptionFromNullOr(SessionId).annotations({
      description: "The session that this one was forked from",
      examples: [Option.none()]
    }),
    forkedAt: Schema.OptionFromNullOr(Count).annotations({
      description: "The last sequence that a fork shares with its parent",
      examples: [Option.none()]
    }),
    metadata: JsonObject,
    version: count("Rises with every change of the session", 3),
    createdAt: Timestamp,
    /** Never goes back. Scoring, which is not the talk's doing, leaves it as it is. */
    updatedAt: Timestamp
  },
  [{}, { identifier: "Session", description: "The session, without its messages" }]
) {
  /** `productName` of its metadata, where that is text. */
  get productName(): string | null {
    const { productName } = this.metadata
    return typeof productName === "string" ? productName : null
  }

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
      questionCount: 0,
      completion: 0,
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
