import { Array, DateTime, type Duration, Either, Option } from "effect"
import { NothingToRegenerateError, ReplyRunningError } from "../../errors/reply.ts"
import { InvalidSessionStateError } from "../../errors/session.ts"
import { Begun } from "../../ports/reply-repository.ts"
import type { NewMessage } from "../../ports/session-repository.ts"
import type { MessageId } from "../../types/ids.ts"
import type { Message } from "../../types/message.ts"
import { Reply } from "../../types/reply.ts"
import type { Title } from "../../types/session.ts"
import type { Timestamp } from "../../types/timestamp.ts"
import * as Steps from "../session-repository-in-memory/steps.ts"
import type { Kept, KeptReply, Step } from "../session-repository-in-memory/store.ts"
import { ended } from "./ending.ts"

/** `clock` is the store's own time, `now` that of the caller. */
interface Beginning {
  readonly replyId: MessageId
  readonly lease: Duration.Duration
  readonly now: Timestamp
  readonly clock: Timestamp
}

export const keep = <A>(value: A, kept: Kept) => Either.right([value, Option.some(kept)] as const)

export const runningIn = ({ replies }: Kept) =>
  Array.findFirst(replies, ({ reply }) => reply.status === "streaming")

export const isOver =
  (clock: Timestamp) =>
  ({ leaseUntil }: KeptReply) =>
    DateTime.lessThanOrEqualTo(leaseUntil, clock)

/** The session without a reply that was abandoned. */
const settled = (kept: Kept, { clock, now }: Beginning): Kept =>
  Option.match(Option.filter(runningIn(kept), isOver(clock)), {
    onNone: () => kept,
    onSome: (abandoned) => ended(kept, abandoned, { status: "interrupted", now })[1]
  })

const begunIn = (
  kept: Kept,
  question: Message,
  regenerates: Reply["regenerates"],
  { clock, lease, now, replyId }: Beginning
) => {
  const reply = new Reply({
    id: replyId,
    sessionId: question.sessionId,
    questionId: question.id,
    questionSequence: question.sequence,
    regenerates,
    status: "streaming",
    chunkCount: 0,
    messageSequence: Option.none(),
    createdAt: now
  })
  const begun = { reply, chunks: [], leaseUntil: DateTime.addDuration(clock, lease), endedAt: Option.none() }
  return [reply, { ...kept, replies: [...kept.replies, begun] }] as const
}

const isAnswerTo =
  ({ sequence }: Message, kept: Kept) =>
  (message: Message) =>
    message.role === "assistant" &&
    message.sequence > sequence &&
    !kept.replies.some(({ reply }) => reply.id === message.id)

/** Nothing, if a reply can begin now. */
const ready = (kept: Kept): Either.Either<void, InvalidSessionStateError | ReplyRunningError> => {
  const { id: sessionId, status } = kept.session
  return status === "active"
    ? Option.match(runningIn(kept), {
        onNone: () => Either.void,
        onSome: ({ reply }) => Either.left(new ReplyRunningError({ sessionId, replyId: reply.id }))
      })
    : Either.left(new InvalidSessionStateError({ sessionId, currentStatus: status }))
}

const isOfAnother =
  (question: Message, kept: Kept) =>
  ({ id }: Message) =>
    kept.replies.some(({ reply }) => reply.id === id && reply.questionId !== question.id)

const newestOfUser = ({ messages }: Kept) => Array.findLast(messages, ({ role }) => role === "user")

const beginStored = (
  kept: Kept,
  question: Message,
  sent: NewMessage,
  beginning: Beginning
): ReturnType<Step<Begun, InvalidSessionStateError | ReplyRunningError>> => {
  const found = Array.findLast(kept.replies, ({ reply }) => reply.questionId === question.id)
  if (Option.isSome(found)) return keep(Begun.Found({ question, reply: found.value.reply }), kept)
  const answer = Option.orElse(
    Array.findFirst(kept.messages, ({ id, role }) => id === beginning.replyId && role === "assistant"),
    () => Array.findFirst(kept.messages, isAnswerTo(question, kept))
  )
  if (Option.isSome(answer)) return keep(Begun.Answered({ question, answer: answer.value }), kept)
  if (!question.hasBodyOf(sent) || !Option.contains(newestOfUser(kept), question)) {
    return keep(Begun.Stored({ question }), kept)
  }
  return Either.flatMap(ready(kept), () => {
    const [reply, next] = begunIn(kept, question, Option.none(), beginning)
    return keep(Begun.Begun({ question, reply }), next)
  })
}

export const begin =
  (
    sent: NewMessage,
    options: Beginning & { readonly title?: Title | undefined }
  ): Step<Begun, InvalidSessionStateError | ReplyRunningError> =>
  (before) => {
    const kept = settled(before, options)
    return Option.match(
      Array.findFirst(kept.messages, ({ id }) => id === sent.id),
      {
        onSome: (question) => beginStored(kept, question, sent, options),
        onNone: () =>
          Either.gen(function* () {
            yield* ready(kept)
            const [question, next] = Steps.added(kept, sent, options)
            const [reply, last] = begunIn(next, question, Option.none(), options)
            return [Begun.Begun({ question, reply }), Option.some(last)] as const
          })
      }
    )
  }

export const regenerate =
  (
    options: Beginning & {
      readonly messageId?: MessageId | undefined
      readonly after?: MessageId | undefined
    }
  ): Step<
    { readonly question: Message; readonly reply: Reply },
    InvalidSessionStateError | ReplyRunningError | NothingToRegenerateError
  > =>
  (before) => {
    const kept = settled(before, options)
    const nothing = () => new NothingToRegenerateError({ sessionId: kept.session.id })
    return Either.gen(function* () {
      yield* ready(kept)
      const question = yield* Either.fromOption(newestOfUser(kept), nothing)
      const answer = Array.findLast(
        kept.messages,
        (message) =>
          message.role === "assistant" &&
          message.sequence > question.sequence &&
          !isOfAnother(question, kept)(message)
      )
      const regenerates = Option.map(answer, ({ id }) => id)
      const { messageId = question.id } = options
      if (messageId !== question.id && !Option.contains(regenerates, messageId)) yield* Either.left(nothing())
      const newest = Array.findLast(kept.replies, ({ reply }) => reply.questionId === question.id)
      const { after } = options
      if (after !== undefined && !Option.exists(newest, ({ reply }) => reply.id === after)) {
        yield* Either.left(nothing())
      }
      const [reply, next] = begunIn(kept, question, regenerates, options)
      return [{ question, reply }, Option.some(next)] as const
    })
  }
