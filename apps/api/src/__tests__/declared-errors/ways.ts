import * as Contracts from "@workspace/contracts"
import * as Domain from "@workspace/domain"
import type { Schema } from "effect"
import type { Exchange } from "../../test-utils/exchange.ts"

type Way = readonly [
  schema: Schema.Schema.AnyNoContext,
  make: (request: (name: string) => Exchange) => Exchange
]

const withHeader = (exchange: Exchange, name: string, value: string): Exchange => ({
  ...exchange,
  headers: { ...exchange.headers, [name]: value }
})

const withBody = (exchange: Exchange, body: string, contentType: string): Exchange => ({
  ...exchange,
  headers: { ...exchange.headers, "content-type": contentType, "content-length": String(body.length) },
  body
})

/** Nobody's claim has no key. */
const underKey =
  (key: string): Way[1] =>
  (request) =>
    withHeader(withHeader(request("x"), "x-user-id", "alice"), "idempotency-key", key)

/** By a user of the same name, of whom a use case learns it that is told of no other. */
const named =
  (name: string): Way[1] =>
  (request) =>
    withHeader(request(name), "x-user-id", name)

/** How each error comes about, whatever the operation. */
export const ways: Readonly<Record<string, Way>> = {
  ValidationError: [Contracts.ValidationError, (request) => withHeader(request("x"), "x-user-id", "")],
  UnauthorizedError: [
    Domain.UnauthorizedError,
    (request) => withHeader(request("x"), "authorization", "Bearer none")
  ],
  PayloadTooLargeError: [
    Contracts.PayloadTooLargeError,
    (request) => withBody(request("x"), " ".repeat(1024 * 1024 + 1), "application/json")
  ],
  UnsupportedMediaTypeError: [
    Contracts.UnsupportedMediaTypeError,
    (request) => withBody(request("x"), "x=1", "application/x-www-form-urlencoded")
  ],
  InternalError: [Contracts.InternalError, named("defect")],
  NotReadyError: [Contracts.NotReadyError, named("")],
  FileTooLargeError: [
    Contracts.FileTooLargeError,
    (request) => withHeader(request("x"), "content-length", String(Contracts.maxFileBytes + 1))
  ],
  UnsupportedFileTypeError: [
    Contracts.UnsupportedFileTypeError,
    (request) => withBody(request("x"), "x=1", "application/x-www-form-urlencoded")
  ],
  ImportsBusyError: [Contracts.ImportsBusyError, named("busy")],
  ArchiveUnavailableError: [Domain.ArchiveUnavailableError, named("full")],
  SavedSessionNotFoundError: [Domain.SavedSessionNotFoundError, named("unsaved")],
  UnreadableArchiveError: [Domain.UnreadableArchiveError, named("damaged")],
  SessionExistsError: [Domain.SessionExistsError, named("taken")],
  UnavailableError: [Domain.UnavailableError, named("away")],
  RateLimitedError: [Domain.RateLimitedError, named("x")],
  ForeignUserError: [Domain.ForeignUserError, named("foreign")],
  SessionNotFoundError: [Domain.SessionNotFoundError, named("missing")],
  InvalidSessionStateError: [Domain.InvalidSessionStateError, named("ended")],
  NotScoredError: [Domain.NotScoredError, named("unscored")],
  MessageConflictError: [Domain.MessageConflictError, named("conflict")],
  SequenceConflictError: [Domain.SequenceConflictError, named("ahead")],
  VersionConflictError: [Domain.VersionConflictError, named("changed")],
  ClaimRefusedError: [Domain.ClaimRefusedError, named("guessed")],
  RequestRunningError: [Domain.RequestRunningError, underKey("running")],
  IdempotencyMismatchError: [Domain.IdempotencyMismatchError, underKey("used")],
  UnknownAgentError: [Domain.UnknownAgentError, named("unlisted")],
  AgentUnavailableError: [Domain.AgentUnavailableError, named("silent")],
  ReplyRunningError: [Domain.ReplyRunningError, named("replying")],
  NothingToRegenerateError: [Domain.NothingToRegenerateError, named("unasked")],
  ThreadNotFoundError: [Domain.ThreadNotFoundError, named("threadless")],
  ThreadExistsError: [Domain.ThreadExistsError, named("threaded")],
  ForkPointError: [Domain.ForkPointError, named("short")],
  WorkspacesUnavailableError: [Domain.WorkspacesUnavailableError, named("rootless")],
  WorkspaceNotFoundError: [Domain.WorkspaceNotFoundError, named("unmade")],
  WorkspaceExistsError: [Domain.WorkspaceExistsError, named("twin")],
  BranchConflictError: [Domain.BranchConflictError, named("elsewhere")],
  MaxSessionsError: [Domain.MaxSessionsError, named("crowded")],
  UncommittedWorkError: [Domain.UncommittedWorkError, named("uncommitted")]
}
