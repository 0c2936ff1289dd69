import { HttpServerRequest } from "@effect/platform"
import * as Contracts from "@workspace/contracts"
import * as Domain from "@workspace/domain"
import { AgentScripted, createTestSession } from "@workspace/domain/test-utils"
import { Effect, Layer, Option } from "effect"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { Uploads } from "../../uploads.ts"
import { failWith } from "./fail-with.ts"

const { InvalidSessionStateError, SessionCatalog, SessionManager, SessionNotFoundError } = Domain

const startFor = (userId = Domain.UserId.make("defect")) =>
  userId === "foreign" ? new Domain.ForeignUserError({ userId }) : failWith(userId)

const missing = (sessionId: Domain.SessionId) =>
  sessionId === "missing" ? new SessionNotFoundError({ sessionId }) : failWith(sessionId)

const write = (sessionId: Domain.SessionId) =>
  sessionId === "ended"
    ? new InvalidSessionStateError({ sessionId, currentStatus: "completed" })
    : missing(sessionId)

const add = (sessionId: Domain.SessionId) =>
  sessionId === "conflict"
    ? new Domain.MessageConflictError({ sessionId, messageId: Domain.MessageId.make("m-1") })
    : write(sessionId)

const layerManager = Layer.effect(
  SessionManager,
  Effect.map(SessionManager, (sessions): Domain.SessionManager["Type"] => ({
    ...sessions,
    start: (_, { userId }) => startFor(userId),
    append: (_, { sessionId }) =>
      sessionId === "ahead"
        ? new Domain.SequenceConflictError({ sessionId, messages: [], messageCount: 1 })
        : add(sessionId),
    send: (_, { sessionId }) =>
      sessionId === "silent"
        ? new Domain.AgentUnavailableError({ agent: Domain.AgentName.make("nerin") })
        : add(sessionId),
    loadText: (_, sessionId) => missing(sessionId),
    pause: (_, sessionId) => write(sessionId),
    resume: (_, sessionId) => write(sessionId),
    complete: (_, sessionId) => write(sessionId)
  }))
)

const layerCatalog = Layer.effect(
  SessionCatalog,
  Effect.map(SessionCatalog, (catalog): Domain.SessionCatalog["Type"] => ({
    ...catalog,
    create: (_, { userId }) =>
      userId === "unlisted" ? new Domain.UnknownAgentError({ agents: [] }) : startFor(userId),
    listText: (_, { agent = "defect" }) => failWith(agent),
    version: (_, sessionId) => (sessionId === "x" ? Effect.succeed(createTestSession()) : missing(sessionId)),
    messagesText: (_, sessionId) => missing(sessionId),
    update: (_, sessionId) =>
      sessionId === "changed"
        ? new Domain.VersionConflictError({ sessionId, messages: [], session: createTestSession() })
        : write(sessionId),
    remove: (_, sessionId) => missing(sessionId),
    claim: (_, sessionId) =>
      sessionId === "guessed" ? new Domain.ClaimRefusedError({ sessionId }) : missing(sessionId)
  }))
)

const layerForks = Layer.succeed(Domain.SessionForks, {
  fork: (_, sessionId) => {
    switch (sessionId) {
      case "short":
        return new Domain.ForkPointError({ messageCount: 1 })
      case "unlisted":
        return new Domain.UnknownAgentError({ agents: [] })
      default:
        return missing(sessionId)
    }
  }
})

const find = (key: Domain.ThreadKey) =>
  key.resourceId === "threadless" ? new Domain.ThreadNotFoundError(key) : failWith(key.resourceId)

const layerThreads = Layer.succeed(Domain.ThreadCatalog, {
  list: (_, resourceId) => failWith(resourceId),
  get: (_, key) => find(key),
  setMetadata: (_, key) => find(key),
  remove: (_, key) => find(key)
})

const layerScores = Layer.succeed(Domain.SessionScores, {
  timeline: (_, sessionId) => missing(sessionId),
  results: (_, sessionId) =>
    sessionId === "unscored" ? new Domain.NotScoredError({ sessionId }) : missing(sessionId)
})

const full = (name: string) => (name === "full" ? new Domain.ArchiveUnavailableError() : failWith(name))

const savedFile = (sessionId: Domain.SessionId) =>
  sessionId === "unsaved" ? new Domain.SavedSessionNotFoundError({ sessionId }) : full(sessionId)

const layerArchive = Layer.succeed(Domain.SessionArchive, {
  save: (_, sessionId) => (sessionId === "full" ? full(sessionId) : missing(sessionId)),
  load: (_, sessionId) => {
    switch (sessionId) {
      case "damaged":
        return new Domain.UnreadableArchiveError({ sessionId, details: [] })
      case "taken":
        return new Domain.SessionExistsError({ sessionId })
      default:
        return savedFile(sessionId)
    }
  },
  list: (_, { agent = "defect" }) => full(agent),
  count: (_, { agent = "defect" }) => full(agent),
  remove: (_, sessionId) => savedFile(sessionId),
  export: (_, sessionId) => missing(sessionId),
  exportAll: (_, { agent = "defect" }) => failWith(agent)
})

const layerImports = Layer.succeed(Domain.SessionImports, {
  ownerFor: Domain.Caller.$match({
    Anonymous: () => new Domain.UnauthorizedError(),
    Trusted: () => Effect.succeedNone,
    User: ({ userId }) => Effect.succeedSome(userId)
  }),
  importer: () => failWith("defect"),
  merge: (_, __, { title }) => failWith(Option.getOrElse(title, () => "defect"))
})

/** Receives a file unless the title that it is to get says otherwise. */
export const layerUploads = Layer.effect(
  Uploads,
  Effect.map(Uploads, ({ receive }) => ({
    receive: (sender) =>
      Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ url }) =>
        url.endsWith("=busy")
          ? new Contracts.ImportsBusyError()
          : url.endsWith("=full")
            ? new Domain.ArchiveUnavailableError()
            : receive(sender)
      )
  }))
).pipe(Layer.provide(Uploads.layer))

const thread = Domain.ThreadKey.make({
  threadId: Domain.ThreadId.make("thread"),
  resourceId: Domain.ResourceId.make("resource")
})

const reply = (sessionId: Domain.SessionId) => {
  switch (sessionId) {
    case "silent":
      return new Domain.AgentUnavailableError({ agent: Domain.AgentName.make("nerin") })
    case "replying":
      return new Domain.ReplyRunningError({ sessionId, replyId: Domain.MessageId.make("m-1") })
    case "unasked":
      return new Domain.NothingToRegenerateError({ sessionId })
    case "unlisted":
      return new Domain.UnknownAgentError({ agents: [] })
    default:
      return add(sessionId)
  }
}

const ofSession = (target: Domain.ChatTarget) =>
  target._tag === "Session" ? target.sessionId : Domain.SessionId.make("defect")

const layerReplies = Layer.succeed(Domain.ReplyManager, {
  submit: (_, { target }) => reply(ofSession(target)),
  regenerate: () => new Domain.ThreadNotFoundError(thread),
  fork: (_, { from }) => {
    switch (ofSession(from)) {
      case "threadless":
        return new Domain.ThreadNotFoundError(thread)
      case "threaded":
        return new Domain.ThreadExistsError(thread)
      case "short":
        return new Domain.ForkPointError({ messageCount: 1 })
      default:
        return reply(ofSession(from))
    }
  },
  resume: (_, sessionId) => missing(sessionId),
  stop: (_, sessionId) => missing(sessionId)
})

const layerKeys = Layer.effect(
  Domain.IdempotencyStore,
  Effect.map(Domain.IdempotencyStore, (store): Domain.IdempotencyStore["Type"] => ({
    ...store,
    begin: (scope, key, request) => {
      switch (key) {
        case "running":
          return Effect.succeed(Domain.Attempt.Running({ retryAfterSeconds: 1 }))
        case "used":
          return Effect.succeed(Domain.Attempt.Mismatch())
        case "of a session that is gone":
          return Effect.succeed(
            Domain.Attempt.Replay({
              sessionId: Option.some(Domain.SessionId.make("missing")),
              answer: { status: 201, headers: {}, body: "{}" }
            })
          )
        default:
          return store.begin(scope, key, request)
      }
    }
  }))
)

/** Use cases that fail as the session, the user, the agent or the key in the request says. */
export const layer = Layer.mergeAll(
  layerManager,
  layerCatalog,
  layerForks,
  layerThreads,
  layerScores,
  layerReplies,
  layerArchive,
  layerImports,
  layerKeys
).pipe(Layer.provideMerge(ServerInMemory.layerSessions(AgentScripted.says("Thank you."))))
