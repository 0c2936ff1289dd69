import {
  Array,
  Cause,
  Clock,
  Context,
  DateTime,
  Duration,
  Effect,
  Exit,
  FiberSet,
  Layer,
  Option,
  Ref,
  Stream
} from "effect"
import { AgentRegistry } from "../ports/agent.ts"
import { ReplyRepository } from "../ports/reply-repository.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { SessionSignals } from "../ports/session-signals.ts"
import { Caller } from "../types/caller.ts"
import type { Reply } from "../types/reply.ts"
import { inBatches, partsOf } from "./reply-batches.ts"
import { heartbeat, lease, whileAway } from "./reply-lease.ts"
import { AnswerRefused, answerOf, type Step } from "./reply-parts.ts"
import * as Turns from "./turns.ts"

/** A failure of an agent is expected, and whoever had it has told the rest. */
const logBroken = ({ cause }: Extract<Step, { readonly _tag: "Broken" }>) =>
  Option.match(Cause.failureOption(cause), {
    onNone: () => Effect.logError("The agent has a defect", cause),
    onSome: (error) =>
      Effect.annotateLogs(Effect.logWarning("The agent's answer has broken off"), {
        reason: error._tag === "AnswerRefused" ? error.message : error._tag
      })
  })

/** How many writers of a process ask the store at once. The others gather more meanwhile. */
const writesAtOnce = 3

/** How long after a signal it is looked why it came, unless what is stored meanwhile tells. */
const settling = Duration.millis(150)

const everybody = Caller.Trusted()

/** How many chunks of a reply are stored, and when something of it was stored last. */
interface Progress {
  readonly chunks: number
  readonly storedAt: number
}

const note = (progress: Ref.Ref<Progress>, more: number) =>
  Effect.flatMap(Clock.currentTimeMillis, (storedAt) =>
    Ref.update(progress, ({ chunks }) => ({ chunks: chunks + more, storedAt }))
  )

/** How the writing of a reply came to its end. `Taken`: somebody else has ended the reply. */
type Outcome = Extract<Step, { readonly _tag: "Completed" | "Broken" }> | { readonly _tag: "Taken" }
const taken: Outcome = { _tag: "Taken" }

const outcomeIn = (steps: ReadonlyArray<Step>): Option.Option<Outcome> =>
  Array.findFirst(
    steps,
    (step): step is Extract<Outcome, Step> => step._tag === "Completed" || step._tag === "Broken"
  )

/** Lets agents answer, and stores what they say. Replies do not depend on whoever waits for them. */
export class ReplyWriter extends Context.Tag("@workspace/domain/ReplyWriter")<
  ReplyWriter,
  {
    /** Begins to write a reply that has begun, and returns at once. */
    readonly start: (reply: Reply) => Effect.Effect<void>
    /** Returns when this process writes no reply. */
    readonly settled: Effect.Effect<void>
  }
>() {
  /** When its scope closes, replies that are on their way end as interrupted. */
  static readonly layer = Layer.scoped(
    this,
    Effect.gen(function* () {
      const agents = yield* AgentRegistry
      const replies = yield* ReplyRepository
      const sessions = yield* SessionRepository
      const signals = yield* SessionSignals
      const inTurn = yield* Turns.make(writesAtOnce)
      const fibers = yield* FiberSet.make<void>()

      /** Stores what the agent says, in order, to its end. */
      const tell = Effect.fnUntraced(
        function* (reply: Reply, progress: Ref.Ref<Progress>) {
          const conversation = yield* sessions.load(everybody, reply.sessionId)
          const steps = Option.match(agents.find(conversation.session.agent), {
            onNone: () =>
              Stream.succeed<Step>({
                _tag: "Broken",
                cause: Cause.fail(new AnswerRefused({ message: "The agent is not known here" }))
              }),
            onSome: (agent) => answerOf(agent, conversation.withoutReplaced.upTo(reply.questionSequence))
          })
          const outcome = yield* Stream.runFoldWhileEffect(
            inBatches(steps),
            Option.none<Outcome>(),
            Option.isNone,
            Effect.fnUntraced(function* (_, steps) {
              const parts = partsOf(steps)
              if (Array.isNonEmptyReadonlyArray(parts)) {
                const index = (yield* Ref.get(progress)).chunks + 1
                const isMine = yield* whileAway(inTurn(replies.write(reply, { index, parts }, { lease })))
                yield* note(progress, 1)
                if (!isMine) return Option.some(taken)
              }
              return outcomeIn(steps)
            })
          )
          // Its last step comes whatever the agent does.
          return yield* Effect.orDie(outcome)
        },
        // With the session its replies are gone.
        Effect.catchTag("SessionNotFoundError", () => Effect.succeed(taken))
      )

      const extend = (reply: Reply, progress: Ref.Ref<Progress>) =>
        Effect.zipLeft(whileAway(inTurn(replies.extend(reply, { lease }))), note(progress, 0))

      const isStreaming = ({ id, sessionId }: Reply) =>
        inTurn(replies.running(everybody, sessionId)).pipe(
          Effect.map(Option.exists((running) => running.id === id)),
          Effect.catchTag("SessionNotFoundError", () => Effect.succeed(false)),
          whileAway
        )

      /** Keeps the lease while the agent thinks. Returns when somebody else has ended the reply. */
      const keep = (reply: Reply, progress: Ref.Ref<Progress>) =>
        Effect.gen(function* () {
          const changed = yield* signals.listen(reply.sessionId)
          const isMine = Effect.gen(function* () {
            yield* Effect.timeoutOption(changed, heartbeat)
            const before = yield* Ref.get(progress)
            yield* Effect.sleep(settling)
            const { chunks, storedAt } = yield* Ref.get(progress)
            if (chunks > before.chunks) return true
            const idle = (yield* Clock.currentTimeMillis) - storedAt
            return yield* idle < Duration.toMillis(heartbeat) ? isStreaming(reply) : extend(reply, progress)
          })
          yield* Effect.repeat(isMine, { while: (mine) => mine })
          return taken
        }).pipe(Effect.scoped)

      const end = Effect.fnUntraced(
        function* (reply: Reply, status: "complete" | "interrupted", completes = false) {
          yield* whileAway(replies.end(reply, { status, completes, now: yield* DateTime.now }))
        },
        Effect.catchAllCause((cause) =>
          Effect.logWarning("A reply could not be ended, and is left to its lease", cause)
        )
      )

      const finish = (reply: Reply, outcome: Exit.Exit<Outcome>) =>
        Exit.matchEffect(outcome, {
          onFailure: (cause) =>
            Effect.zipRight(
              Effect.unless(Effect.logError("A reply has failed", cause), () =>
                Cause.isInterruptedOnly(cause)
              ),
              end(reply, "interrupted")
            ),
          onSuccess: (how) => {
            switch (how._tag) {
              case "Completed":
                return end(reply, "complete", how.completesSession)
              case "Broken":
                return Effect.zipRight(logBroken(how), end(reply, "interrupted"))
              case "Taken":
                return Effect.logDebug("Somebody else has ended the reply")
            }
          }
        })

      const write = Effect.fn("ReplyWriter.write")(function* (reply: Reply) {
        yield* Effect.annotateCurrentSpan({ sessionId: reply.sessionId, replyId: reply.id })
        const progress = yield* Ref.make({ chunks: 0, storedAt: yield* Clock.currentTimeMillis })
        yield* Effect.uninterruptibleMask((restore) =>
          restore(Effect.raceFirst(tell(reply, progress), keep(reply, progress))).pipe(
            Effect.exit,
            Effect.flatMap((outcome) => finish(reply, outcome)),
            Effect.annotateLogs({ sessionId: reply.sessionId, replyId: reply.id })
          )
        )
      })

      return {
        // It may be begun where nothing can interrupt, and goes on where it can be.
        start: (reply) => Effect.asVoid(FiberSet.run(fibers, Effect.interruptible(write(reply)))),
        settled: FiberSet.awaitEmpty(fibers)
      }
    })
  )
}
