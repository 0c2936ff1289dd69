export { AgentUnavailableError, UnknownAgentError } from "./errors/agent.ts"
export {
  ArchiveFormatError,
  ArchiveProblem,
  ArchiveUnavailableError,
  maxArchiveProblems,
  SavedSessionNotFoundError,
  SessionExistsError,
  UnreadableArchiveError
} from "./errors/archive.ts"
export { ClaimRefusedError } from "./errors/claim.ts"
export { SequenceConflictError, VersionConflictError } from "./errors/conflict.ts"
export { ForkPointError } from "./errors/fork.ts"
export { IdempotencyMismatchError, RequestRunningError } from "./errors/idempotency.ts"
export { ForeignUserError, UnauthorizedError } from "./errors/identity.ts"
export { problem, problemAnnotations } from "./errors/problem.ts"
export { RateLimitedError } from "./errors/rate-limit.ts"
export { NothingToRegenerateError, ReplyRunningError } from "./errors/reply.ts"
export { NotScoredError } from "./errors/scoring.ts"
export {
  InvalidSessionStateError,
  MessageConflictError,
  SessionNotFoundError
} from "./errors/session.ts"
export { ThreadExistsError, ThreadNotFoundError } from "./errors/thread.ts"
export { UnavailableError } from "./errors/unavailable.ts"
export {
  BranchConflictError,
  MaxSessionsError,
  UncommittedWorkError,
  WorkspaceExistsError,
  WorkspaceNotFoundError,
  WorkspacesUnavailableError
} from "./errors/workspace.ts"
export { type Agent, AgentPart, AgentRegistry } from "./ports/agent.ts"
export { ArchiveRepository } from "./ports/archive-repository.ts"
export { ArchiveStore } from "./ports/archive-store.ts"
export { ForkRepository } from "./ports/fork-repository.ts"
export { IdGenerator } from "./ports/id-generator.ts"
export { IdempotencyStore } from "./ports/idempotency-store.ts"
export { RateLimiter } from "./ports/rate-limiter.ts"
export { Begun, ReplyRepository } from "./ports/reply-repository.ts"
export { Scorer } from "./ports/scorer.ts"
export { ScoringRepository } from "./ports/scoring-repository.ts"
export { SessionRepository } from "./ports/session-repository.ts"
export { SessionSignals } from "./ports/session-signals.ts"
export { ThreadRepository } from "./ports/thread-repository.ts"
export { type WorkspaceAddition, WorkspaceRepository } from "./ports/workspace-repository.ts"
export { WorkspaceSnapshot, WorkspaceSnapshots } from "./ports/workspace-snapshots.ts"
export { type PlannedWorktree, type Worktree, Worktrees } from "./ports/worktrees.ts"
export { ArchiveKeeper } from "./services/archive-keeper.ts"
export { Impatience } from "./services/impatience.ts"
export { PrecisionKeeper } from "./services/precision-keeper.ts"
export { ReplyKeeper } from "./services/reply-keeper.ts"
export { ReplyManager } from "./services/reply-manager.ts"
export { ReplyWriter } from "./services/reply-writer.ts"
export { SessionArchive } from "./services/session-archive.ts"
export { SessionCatalog } from "./services/session-catalog.ts"
export { SessionForks } from "./services/session-forks.ts"
export { SessionImports } from "./services/session-imports.ts"
export { SessionManager } from "./services/session-manager.ts"
export { SessionScores } from "./services/session-scores.ts"
export { ThreadCatalog } from "./services/thread-catalog.ts"
export { whileFailing } from "./services/while-failing.ts"
export { WorkspaceManager } from "./services/workspace-manager.ts"
export { Answer } from "./types/answer.ts"
export {
  type ArchivedSession,
  ArchiveHealth,
  type Imported,
  ImportOutcome,
  maxMerged,
  OnConflict,
  restoredSession,
  SavedSession,
  SavedSessionList,
  type SavedSessionQuery,
  type SessionSnapshot
} from "./types/archive.ts"
export { AssessmentResults, FacetResult, Level, TraitResult } from "./types/assessment-results.ts"
export { Caller, threadOwner } from "./types/caller.ts"
export {
  ChatTarget,
  type ReplyPosition,
  type ReplyReading
} from "./types/chat.ts"
export { ClaimHash, ClaimToken } from "./types/claim.ts"
export {
  Conversation,
  type ConversationText,
  type MessageShape,
  messageShapes
} from "./types/conversation.ts"
export {
  type BehindSession,
  Estimate,
  EstimateTimeline,
  longestLease,
  notesAtOnce,
  takenAtOnce
} from "./types/estimate.ts"
export {
  AssessmentNote,
  CallerMetadata,
  Evidence,
  evidenceIn,
  ItemId,
  itemsAsked,
  latestEvidence
} from "./types/evidence.ts"
export {
  Attempt,
  IdempotencyKey,
  idempotencyLifetime,
  idempotencyScope,
  type KeptAnswer,
  type LeasedRun,
  sweptAtOnce
} from "./types/idempotency.ts"
export { isMessageId, MessageId, noSessionId, SessionId, UserId } from "./types/ids.ts"
export { LanguageTag, languageOf } from "./types/language.ts"
export { Message, MessageContent, MessagePage, MessageRole } from "./types/message.ts"
export { Precision, precisionOf } from "./types/precision.ts"
export type { RateLimit } from "./types/rate-limit.ts"
export {
  maxReplyData,
  Reply,
  ReplyChunk,
  type ReplyKey,
  ReplyPart,
  ReplyStatus
} from "./types/reply.ts"
export { ReplyEvent } from "./types/reply-event.ts"
export {
  AgentName,
  Completion,
  Session,
  type SessionChange,
  SessionStatus,
  type SessionVersion,
  statusesBefore,
  Title
} from "./types/session.ts"
export {
  isWanted,
  maxPageSize,
  pageOf,
  SessionCursor,
  SessionFilter,
  SessionList,
  type SessionQuery
} from "./types/session-list.ts"
export { progressWith } from "./types/session-progress.ts"
export { StartedSession } from "./types/started-session.ts"
export { ResourceId, Thread, ThreadId, ThreadKey, ThreadList, ThreadOverview } from "./types/thread.ts"
export { Timestamp } from "./types/timestamp.ts"
export { byTrait, Facet, Trait, traits } from "./types/trait.ts"
export { FacetEstimate, TraitEstimate, TraitEstimates } from "./types/trait-estimate.ts"
export {
  BranchName,
  branchOf,
  type MadeInGit,
  Workspace,
  WorkspaceId,
  WorkspaceList,
  WorkspaceName,
  WorkspaceRestore,
  WorkspaceStatus,
  type WorktreeChanges
} from "./types/workspace.ts"
export type { CreateWorkspace } from "./types/workspace-input.ts"
