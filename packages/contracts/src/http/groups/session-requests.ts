import { AgentName, CallerMetadata, ClaimToken, Message, Session, Title, UserId } from "@workspace/domain"
import { Schema } from "effect"
import { optional } from "../optional.ts"
import { parseOptions } from "../parse-options.ts"

const { agent, agentSessionId, metadata, status, title } = Session.fields

export const CreateSessionRequest = Schema.Struct({
  userId: optional(UserId.annotations({ description: "Who will own the session; yourself" })),
  title: optional(title),
  agent: optional(agent),
  metadata: optional(metadata),
  agentSessionId: optional(agentSessionId)
}).annotations({ identifier: "CreateSessionRequest", parseOptions })

export const UpdateSessionRequest = Schema.Struct({
  title: optional(title),
  status: optional(status),
  metadata: optional(metadata),
  agentSessionId: optional(agentSessionId)
}).annotations({ identifier: "UpdateSessionRequest", parseOptions })

export const AppendMessageRequest = Schema.Struct({
  id: optional(Message.fields.id),
  role: Message.fields.role,
  content: Message.fields.content,
  metadata: optional(CallerMetadata),
  expectedSequence: optional(
    Session.fields.messageCount.annotations({
      description: "The last sequence that you have seen: the message is stored only right after it",
      examples: [0]
    })
  )
}).annotations({ identifier: "AppendMessageRequest", parseOptions })

export const ClaimRequest = Schema.Struct({ claimToken: ClaimToken }).annotations({
  identifier: "ClaimRequest",
  parseOptions
})

export const ForkSessionRequest = Schema.Struct({
  atSequence: optional(
    Session.fields.messageCount.annotations({
      description: "The last message that the fork shares, 0 for none; all that there are if you do not say",
      examples: [1]
    })
  ),
  title: optional(
    Title.annotations({
      description: "1 to 200 characters; the parent's if you do not say",
      examples: [Title.make("What if")]
    })
  ),
  agent: optional(
    agent.annotations({
      description: "Who answers in the fork; the parent's agent if you do not say. To choose needs a user",
      examples: [AgentName.make("nerin")]
    })
  )
}).annotations({ identifier: "ForkSessionRequest", parseOptions })
