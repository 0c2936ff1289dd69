import { Array, Effect, Exit, Layer, Mailbox, Option, Scope, Stream } from "effect"
import { AgentUnavailableError } from "../errors/agent.ts"
import type { AgentPart } from "../ports/agent.ts"
import { ReplyRepository } from "../ports/reply-repository.ts"
import { ScoringRepository } from "../ports/scoring-repository.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { PrecisionKeeper } from "../services/precision-keeper.ts"
import { ReplyKeeper } from "../services/reply-keeper.ts"
import { ReplyManager } from "../services/reply-manager.ts"
import { ReplyWriter } from "../services/reply-writer.ts"
import { SessionManager } from "../services/session-manager.ts"
import { ChatTarget, type ReplyReading } from "../types/chat.ts"
import { MessageId, type SessionId } from "../types/ids.ts"
import { MessageContent } from "../types/message.ts"
import type { ReplyEvent } from "../types/reply-event.ts"
import { AgentName } from "../types/session.ts"
import * as AgentScripted from "./agent-scripted.ts"
import { createTestSession } from "./create-test-session.ts"
import * as ForkRepositoryInMemory from "./fork-repository-in-memory.ts"
import * as IdGeneratorSequential from "./id-generator-sequential.ts"
import * as ReplyRepositoryInMemory from "./reply-repository-in-memory/index.ts"
import * as ScorerCounting from "./scorer-counting.ts"
import * as ScoringRepositoryInMemory from "./scoring-repository-in-memory.ts"
import * as SessionRepositoryInMemory from "./session-repository-in-memory/index.ts"
import * as SessionSignalsInMemory from "./session-signals-in-memory.ts"
import * as ThreadRepositoryInMemory from "./thread-repository-in-memory.ts"

type Script = Readonly<Parameters<typeof AgentScripted.make>>

const stores = Layer.mergeAll(
  SessionSignalsInMemory.layer,
  ThreadRepositoryInMemory.layer,
  ForkRepositoryInMemory.layer
).pipe(
  Layer.provideMerge(ScoringRepositoryInMemory.layer),
  Layer.provideMerge(SessionRepositoryInMemory.layer)
)

/** The use cases of replies over ports in memory, with a session of nobody and an agent that follows the script. */
export const makeReplies = Effect.fn("makeReplies")(function* (
  script: Script,
  around: (replies: ReplyRepository["Type"]) => ReplyRepository["Type"] = (replies) => replies
) {
  const agent = yield* AgentScripted.make(...script)
  const layerReplies = Layer.effect(ReplyRepository, Effect.map(ReplyRepository, around)).pipe(
    Layer.provide(ReplyRepositoryInMemory.layer)
  )
  const scope = yield* Scope.make()
  yield* Effect.addFinalizer((exit) => Scope.close(scope, exit))
  const context = yield* Layer.mergeAll(
    ReplyManager.layer,
    ReplyKeeper.layer,
    SessionManager.layer,
    PrecisionKeeper.layer
  ).pipe(
    Layer.provideMerge(ReplyWriter.layer),
    Layer.provideMerge(layerReplies),
    Layer.provideMerge(stores),
    Layer.provide([IdGeneratorSequential.layer, agent.layer, ScorerCounting.layer]),
    Layer.buildWithScope(scope)
  )
  const world = yield* Effect.provide(
    Effect.all({
      chats: ReplyManager,
      keeper: ReplyKeeper,
      manager: SessionManager,
      scores: PrecisionKeeper,
      writer: ReplyWriter,
      replies: ReplyRepository,
      scoring: ScoringRepository,
      sessions: SessionRepository
    }),
    context
  )
  const session = createTestSession()
  yield* world.sessions.create(session, Option.none())
  return { ...world, asked: agent.asked, session, shutDown: Scope.close(scope, Exit.void) }
})

/** An agent that a test lets talk. */
export const talker = Effect.map(Mailbox.make<string | AgentPart, AgentUnavailableError>(), (mailbox) => ({
  says: (...parts: ReadonlyArray<string | AgentPart>) => mailbox.offerAll(parts),
  ends: mailbox.end,
  fails: mailbox.fail(new AgentUnavailableError({ agent: AgentName.make("nerin") })),
  line: () => Mailbox.toStream(mailbox)
}))

/** A message of the user for a session. */
export const hello = (sessionId: SessionId, id = "m-1", content = "hello") => ({
  target: ChatTarget.Session({ sessionId }),
  message: { id: MessageId.make(id), content: MessageContent.make(content) }
})

const textOf = (events: ReadonlyArray<ReplyEvent>) =>
  events
    .flatMap((event) => (event._tag === "Chunk" ? event.chunk.parts : []))
    .map((part) => (part._tag === "Text" ? part.text : ""))
    .join("")

/** The kinds of a reply's events, its text, and how it has ended. */
export const readAll = ({ events }: ReplyReading) =>
  Effect.map(Stream.runCollect(events), (all) => {
    const list = Array.fromIterable(all)
    return {
      kinds: list.map(({ _tag }) => _tag),
      text: textOf(list),
      status: list.flatMap((event) => (event._tag === "Ended" ? [event.reply.status] : []))[0]
    }
  })
