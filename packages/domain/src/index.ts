export { AgentUnavailableError } from "./errors/agent.ts"
export { problem, problemAnnotations } from "./errors/problem.ts"
export {
  ForeignUserError,
  InvalidSessionStateError,
  MessageConflictError,
  SessionNotFoundError
} from "./errors/session.ts"
export { UnavailableError } from "./errors/unavailable.ts"
export { Agent } from "./ports/agent.ts"
export { IdGenerator } from "./ports/id-generator.ts"
export { SessionRepository } from "./ports/session-repository.ts"
export { SessionManager } from "./services/session-manager.ts"
export { Answer } from "./types/answer.ts"
export { Caller } from "./types/caller.ts"
export { Conversation } from "./types/conversation.ts"
export { AssessmentNote, Evidence, evidenceIn, ItemId, itemsAsked } from "./types/evidence.ts"
export { MessageId, SessionId, UserId } from "./types/ids.ts"
export { Message, MessageContent, MessageRole } from "./types/message.ts"
export { Precision, precisionOf } from "./types/precision.ts"
export { Session, SessionStatus, statusesBefore } from "./types/session.ts"
export { byTrait, Facet, Trait, traits } from "./types/trait.ts"
export { FacetEstimate, TraitEstimate, TraitEstimates } from "./types/trait-estimate.ts"
