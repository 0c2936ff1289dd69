import { Chunk, Clock, Data, Duration, Effect, Equal, Option, Record, Stream } from "effect"
import type { SessionNotFoundError } from "../errors/session.ts"
import { ReplyRepository } from "../ports/reply-repository.ts"
import { ScoringRepository } from "../ports/scoring-repository.ts"
import { SessionRepository } from "../ports/session-repository.ts"
import { SessionSignals } from "../ports/session-signals.ts"
import type { Caller } from "../types/caller.ts"
import { evidenceIn } from "../types/evidence.ts"
import { Precision } from "../types/precision.ts"
import type { Reply, ReplyKey, ReplyPage, ReplyPart } from "../types/reply.ts"
import { ReplyEvent } from "../types/reply-event.ts"
import { Impatience } from "./impatience.ts"
import * as Turns from "./turns.ts"

/** A reader holds no more chunks than these, however slowly it takes them. */
const chunksAtOnce = 16
/** After so many ms the next look, which comes within five seconds, tells that there is nothing. */
const silence = 10_000
const scoringPatience = Duration.seconds(2)
const scoringPoll = Duration.millis(250)

/** How many readers of a process ask the store at once, so that many of them leave room for others. */
const readsAtOnce = 3

/** For how long a reply that says nothing keeps its reader waiting for how it begins. */
const firstPatience = Duration.seconds(15)

/** How far a reader is. */
type Stage = Data.TaggedEnum<{
  /** After a chunk; `isUpToDate` when there is nothing to read before something changes. */
  Within: { readonly after: number; readonly isUpToDate: boolean }
  /** Before a reply that has ended and has no chunks, or none any more: then its message has them. */
  Recounting: { readonly reply: Reply }
  /** After its last chunk. */
  AtEnd: { readonly reply: Reply }
}>
const Stage = Data.taggedEnum<Stage>()

type Turn = readonly [Chunk.Chunk<ReplyEvent>, Option.Option<Stage>]
const turn = (events: Iterable<ReplyEvent>, next?: Stage): Turn => [
  Chunk.fromIterable(events),
  Option.fromNullable(next)
]

const isNews = ({ chunks, reply }: ReplyPage) => chunks.length > 0 || reply.status !== "streaming"

/** Reads replies from the store, wherever and by whomever they are written. */
export const make = Effect.gen(function* () {
  const replies = yield* ReplyRepository
  const scoring = yield* ScoringRepository
  const sessions = yield* SessionRepository
  const signals = yield* SessionSignals
  const inTurn = yield* Turns.make(readsAtOnce)
  const read = (...args: Parameters<typeof replies.read>) => inTurn(replies.read(...args))

  const messageOf = Effect.fnUntraced(function* (caller: Caller, { messageSequence, sessionId }: Reply) {
    if (Option.isNone(messageSequence)) return Option.none()
    const after = messageSequence.value - 1
    const { messages } = yield* inTurn(sessions.page(caller, sessionId, { after, limit: 1 }))
    return Option.fromNullable(messages[0])
  })

  /** What the reply's message has changed of the scores, once it is scored; none also if that takes too long. */
  const scoreOf = Effect.fnUntraced(function* (caller: Caller, reply: Reply, changed: Effect.Effect<void>) {
    const message = yield* messageOf(caller, reply)
    if (Option.isNone(message) || evidenceIn([message.value]).length === 0) return Option.none()
    const { sequence } = message.value
    const look = inTurn(scoring.load(caller, reply.sessionId, { through: sequence, limit: 2 }))
    const scored = yield* Effect.raceFirst(changed, Effect.sleep(scoringPoll)).pipe(
      Effect.zipRight(look),
      Effect.repeat({ until: ({ session }) => session.scoredThrough >= sequence }),
      Effect.timeoutOption(scoringPatience)
    )
    return Option.flatMap(scored, ({ estimates }) => {
      const [latest, before] = estimates.toReversed()
      const precision = before?.traits.precision ?? Precision.initial
      return latest?.throughSequence === sequence && !Equal.equals(latest.traits.precision, precision)
        ? Option.some(
            ReplyEvent.Scored({ reply, precision: latest.traits.precision, scoredThrough: sequence })
          )
        : Option.none()
    })
  })

  const recount = Effect.fnUntraced(function* (caller: Caller, reply: Reply) {
    const message = yield* messageOf(caller, reply)
    return Option.match(message, {
      onNone: () => turn([ReplyEvent.Told({ reply })], Stage.AtEnd({ reply })),
      onSome: ({ content, metadata }) => {
        const data = Record.remove(metadata, "reply")
        const text: ReplyPart = { _tag: "Text", text: content }
        const chunk = {
          index: 1,
          parts: Record.isEmptyReadonlyRecord(data)
            ? ([text] as const)
            : ([{ _tag: "Data", data }, text] as const)
        }
        return turn([ReplyEvent.Chunk({ chunk }), ReplyEvent.Told({ reply })], Stage.AtEnd({ reply }))
      }
    })
  })

  const readOn = Effect.fnUntraced(function* (
    caller: Caller,
    key: ReplyKey,
    { after, isUpToDate }: Data.TaggedEnum.Value<Stage, "Within">,
    changed: Effect.Effect<void>
  ) {
    const look = read(caller, key, { after, limit: chunksAtOnce })
    const wait = Effect.gen(function* () {
      const since = yield* Clock.currentTimeMillis
      const again = Effect.map(
        Effect.all([Effect.zipRight(changed, look), Clock.currentTimeMillis]),
        ([page, now]) => ({ page, isOver: isNews(page) || now - since >= silence })
      )
      const { page } = yield* Effect.repeat(again, { until: ({ isOver }) => isOver })
      return Option.liftPredicate(page, isNews)
    })
    const found = isUpToDate
      ? yield* wait
      : yield* Effect.flatMap(look, (page) => (isNews(page) ? Effect.succeedSome(page) : wait))
    if (Option.isNone(found)) {
      return turn([ReplyEvent.Silence()], Stage.Within({ after, isUpToDate: false }))
    }
    const { chunks, reply } = found.value
    const events = chunks.map((chunk) => ReplyEvent.Chunk({ chunk }))
    const last = after + chunks.length
    const isUpToDateNow = chunks.length < chunksAtOnce
    if (reply.status === "streaming" || !isUpToDateNow) {
      return turn(events, Stage.Within({ after: last, isUpToDate: isUpToDateNow }))
    }
    // Chunks are swept from under who reads so slowly.
    if (reply.chunkCount < last) return turn([ReplyEvent.Lost()])
    return last === 0
      ? turn([], Stage.Recounting({ reply }))
      : turn([...events, ReplyEvent.Told({ reply })], Stage.AtEnd({ reply }))
  })

  const finish = Effect.fnUntraced(function* (caller: Caller, reply: Reply, changed: Effect.Effect<void>) {
    const scored = yield* scoreOf(caller, reply, changed)
    return turn([...Option.toArray(scored), ReplyEvent.Ended({ reply })])
  })

  const events = (caller: Caller, key: ReplyKey, from: Stage): Stream.Stream<ReplyEvent> =>
    signals.listen(key.sessionId).pipe(
      Effect.map((changed) =>
        Stream.paginateChunkEffect(
          from,
          (stage: Stage): Effect.Effect<Turn> =>
            Stage.$match(stage, {
              Within: (within) => readOn(caller, key, within, changed),
              Recounting: ({ reply }) => recount(caller, reply),
              AtEnd: ({ reply }) => finish(caller, reply, changed)
            }).pipe(Effect.catchTag("SessionNotFoundError", () => Effect.succeed(turn([ReplyEvent.Lost()]))))
        )
      ),
      Stream.unwrapScoped
    )

  return {
    /** What there is of a reply after a chunk, and what comes. */
    after: (caller: Caller, key: ReplyKey, chunk: number) =>
      events(caller, key, Stage.Within({ after: chunk, isUpToDate: false })),

    /** A reply that is its message alone. */
    recounted: (caller: Caller, reply: Reply) => events(caller, reply, Stage.Recounting({ reply })),

    /** How a reply begins, or how it has ended before it did; none when there is nothing of it for too long (`Impatience`). */
    beginning: (
      caller: Caller,
      key: ReplyKey
    ): Effect.Effect<Option.Option<ReplyPage>, SessionNotFoundError> =>
      Effect.gen(function* () {
        const changed = yield* signals.listen(key.sessionId)
        const look = read(caller, key, { after: 0, limit: 1 })
        const first = yield* look
        if (isNews(first)) return Option.some(first)
        return yield* Effect.zipRight(changed, look).pipe(
          Effect.repeat({ until: isNews }),
          Effect.timeoutOption(firstPatience),
          Effect.raceFirst(Effect.as(yield* Impatience, Option.none()))
        )
      }).pipe(Effect.scoped)
  }
})

export type ReplyReader = Effect.Effect.Success<typeof make>
