import {
  type Agent,
  AgentPart,
  AssessmentNote,
  type Conversation,
  Evidence,
  type ItemId
} from "@workspace/domain"
import { Array, Option, Stream } from "effect"
import { type AnswerReading, readAnswer } from "./analyzer.ts"
import { historyOf, withAnswer } from "./history.ts"
import { interviewLanguage } from "./interview-language.ts"
import { type Item, items, scoreOfChoice } from "./item-bank.ts"
import { nextItem, type StoppingRule } from "./item-selection.ts"
import { phrases } from "./phrases.ts"
import { progressOf } from "./progress.ts"
import { type Request, requestIn } from "./requests.ts"
import { score } from "./scorer.ts"

/** What Nerin says to the last message of a conversation. */
interface Reply {
  readonly paragraphs: ReadonlyArray<string>
  readonly asks: Option.Option<Item>
  readonly evidence: Option.Option<Evidence>
  /** How far the interview has come, in percent, where the reply tells of it. */
  readonly completion: Option.Option<number>
}

const itemOf = (id: ItemId) => Array.findFirst(items, (item) => item.id === id)

const evidenceFrom = (item: Item, { choice, confidence }: AnswerReading) =>
  new Evidence({ itemId: item.id, score: scoreOfChoice(item, choice), confidence })

/** What a person means by what they say to a question: an answer comes before any other meaning but a request. */
const hear = (text: string, item: Item, language: ReturnType<typeof interviewLanguage>) => {
  const request = requestIn(text)
  const reading =
    request === undefined
      ? readAnswer(text, { ...language.question(item), language: language.id })
      : Option.none()
  return { request, reading, isUnplaced: request === undefined && Option.isNone(reading) }
}

const replyTo = (conversation: Conversation, rule: StoppingRule): Reply => {
  const { messages, session } = conversation
  const history = historyOf(messages.slice(0, -1))
  const said = messages.at(-1)?.content ?? ""
  const language = interviewLanguage(session)
  const isAnswered = (item: Item) => history.evidence.some(({ itemId }) => itemId === item.id)

  const ask = (
    item: Item,
    lead: ReadonlyArray<string>,
    evidence: Reply["evidence"] = Option.none(),
    completion: Reply["completion"] = Option.none()
  ): Reply => ({
    paragraphs: [...lead, phrases.statement(language.question(item))],
    asks: Option.some(item),
    evidence,
    completion
  })

  const close = (lead: ReadonlyArray<string>, evidence: Reply["evidence"]): Reply => {
    const all = withAnswer(history.evidence, evidence)
    const isKnown = Object.values(score(all).precision).every((_) => _ >= rule.targetPrecision)
    const closing =
      all.length === 0
        ? phrases.closingWithoutAnswers
        : phrases.closing(isKnown, `/api/assessment/sessions/${session.id}/results`)
    return { paragraphs: [...lead, closing], asks: Option.none(), evidence, completion: Option.some(100) }
  }

  const goOn = (lead: string, evidence: Reply["evidence"] = Option.none()): Reply => {
    const all = withAnswer(history.evidence, evidence)
    const next = Option.orElse(Option.flatMap(history.interrupted, itemOf), () =>
      nextItem(all, history.asked, rule)
    )
    const percent = Math.floor(progressOf(all, history.asked, rule) * 20) * 5
    return Option.match(next, {
      onNone: () => close([lead], evidence),
      onSome: (item) =>
        ask(item, [`${lead} ${phrases.progress(all.length, percent)}`], evidence, Option.some(percent))
    })
  }

  const greet = (): Reply =>
    Option.match(nextItem(history.evidence, history.asked, rule), {
      onNone: () => close([phrases.introduction], Option.none()),
      onSome: (item) =>
        ask(item, [
          `Hello. ${phrases.introduction}`,
          phrases.greeting(rule.maxItems, language.question(item)),
          ...Option.toArray(language.note)
        ])
    })

  const goBack = (item: Item): Reply => {
    const ofPending = history.settled.indexOf(item.id)
    const before = ofPending === -1 ? history.settled : history.settled.slice(0, ofPending)
    return Option.match(Option.flatMap(Array.last(before), itemOf), {
      onNone: () => ask(item, [phrases.nothingEarlier]),
      onSome: (earlier) => ask(earlier, [phrases.again(isAnswered(earlier))])
    })
  }

  const comply: Readonly<Record<Request, (item: Item) => Reply>> = {
    back: goBack,
    explain: (item) => ask(item, [phrases.explanation(language.question(item))]),
    introduce: (item) => ask(item, [phrases.introduction]),
    pause: (item) => ask(item, [phrases.pause]),
    resume: (item) => ask(item, [phrases.resumed]),
    skip: (item) => goOn(isAnswered(item) ? phrases.kept : phrases.skipped)
  }

  const take = (item: Item, reading: AnswerReading): Reply => {
    const lead =
      reading.confidence === 1
        ? phrases.taken(history.evidence.length)
        : phrases.understood(reading.choice, language.question(item))
    return goOn(lead, Option.some(evidenceFrom(item, reading)))
  }

  const respondTo = (item: Item): Reply => {
    const { reading, request } = hear(said, item, language)
    if (request !== undefined) return comply[request](item)
    return Option.match(reading, {
      onSome: (_) => take(item, _),
      onNone: () =>
        history.saidToPending.some((_) => hear(_, item, language).isUnplaced)
          ? goOn(isAnswered(item) ? phrases.kept : phrases.left)
          : ask(item, [phrases.unplaced(language.question(item))])
    })
  }

  return Option.match(Option.flatMap(history.pending, itemOf), { onNone: greet, onSome: respondTo })
}

/**
 * Nerin, a structured interviewer that needs no network. Its reply follows from the messages and the session's
 * language alone: from the same ones it comes to the same next question. What it asks, and what it read into the message that it replies to,
 * stand as an `AssessmentNote` in the metadata of the reply, with how far the interview has come where it says so. When no item is left to ask it completes the session.
 */
export const make = (rule: StoppingRule): Agent => ({
  respond: (conversation) =>
    Stream.suspend(() => {
      const { asks, completion, evidence, paragraphs } = replyTo(conversation, rule)
      const note = new AssessmentNote({
        asks: Option.map(asks, ({ id }) => id),
        completion,
        evidence: Option.toArray(evidence)
      })
      return Stream.fromIterable([
        AgentPart.Text({ text: paragraphs.join("\n\n") }),
        AgentPart.Data({ data: note.metadata }),
        ...(Option.isNone(asks) ? [AgentPart.Completes()] : [])
      ])
    })
})
