import { Option } from "effect"
import { readClause } from "./analyzer/clause-reading.ts"
import { type Clause, clausesOf } from "./analyzer/clauses.ts"
import { exactChoice, type Labels, labelsOf } from "./analyzer/labels.ts"
import { combine, doubts, type Reading, type Relation } from "./analyzer/reading.ts"
import { statementOf } from "./analyzer/statement.ts"

const choices = [1, 2, 3, 4, 5] as const

/** A point on the scale of agreement: 1 very inaccurate … 5 very accurate. */
export type Choice = (typeof choices)[number]

/** What was asked. */
export interface AskedItem {
  /** The item's text, as in "Worry about things". */
  readonly statement: string
  /** The five labels in the person's language, from "very inaccurate" to "very accurate". */
  readonly labels: ReadonlyArray<string>
  /** Words beside digits and labels are understood where this is `en`. */
  readonly language: string
}

export interface AnswerReading {
  /** As the person said it: not reversed for items that count the other way. */
  readonly choice: Choice
  /** 1 a digit or a label, 0.8 other words for it, 0.6 a side without a strength or hidden in a long text, 0.4 between two. */
  readonly confidence: number
}

const confidences = [1, 0.8, 0.6, 0.4]

/** A clause beside what it says: nothing understood is `undefined`. */
interface ReadClause {
  readonly clause: Clause
  readonly readings: ReadonlyArray<Reading> | undefined
  readonly relation: Relation
}

/** Without what says nothing; "but" stays with what follows it. */
const withoutEmpty = (clauses: ReadonlyArray<Clause>): ReadonlyArray<Clause> => {
  const kept: Array<Clause> = []
  let joint: Clause["joint"] = "start"
  for (const clause of clauses) {
    joint = clause.joint === "start" ? joint : clause.joint
    if (clause.isEmpty) continue
    kept.push({ ...clause, joint })
    joint = "start"
  }
  return kept
}

const relationOf = ({ joint }: Clause): Relation => (joint === "contrast" || joint === "or" ? joint : "next")

/** Whether something that is not understood may take back or limit the reading beside it. */
const isQualified = (read: ReadonlyArray<ReadClause>) =>
  read.some(({ clause, readings }, index) => {
    if (readings !== undefined) return false
    const isBeside = (step: number) => {
      const other = read[index + step]
      const isSameSentence = other?.clause.sentence === clause.sentence || clause.joint === "contrast"
      return (
        isSameSentence &&
        (other?.readings ?? []).some(({ choice }) => choice !== 3 || clause.joint !== "limit")
      )
    }
    if (clause.joint === "contrast" || clause.joint === "or") return isBeside(-1)
    return clause.joint === "limit" && (isBeside(-1) || isBeside(1))
  })

/** In a text that is not understood as a whole, only what cannot be about something else counts. */
const hasMeaningHere = (reading: Reading, isAtEdge: boolean) =>
  reading.isWeak ? reading.isAnchored && isAtEdge : reading.isAnchored || isAtEdge

const verdict = (read: ReadonlyArray<ReadClause>): Reading | undefined => {
  const isUnread = read.some(({ clause, readings }) => readings === undefined && clause.joint !== "reason")
  const hasAside = read.some(({ clause }) => clause.items.some(({ cue }) => cue.kind === "aside"))
  const counting = read.flatMap(({ readings = [], relation }, index) => {
    const isAtEdge = index === 0 || index === read.length - 1
    return readings
      .filter((reading) => !hasAside || reading.isDigit)
      .filter((reading) => !isUnread || hasMeaningHere(reading, isAtEdge))
      .map((reading, place) => ({ reading, relation: place === 0 ? relation : ("next" as const) }))
  })
  const [first, ...rest] = counting
  const whole = rest.reduce<Reading | undefined>(
    (sum, { reading, relation }) => (sum === undefined ? undefined : combine(sum, reading, relation)),
    first?.reading
  )
  const isBuried = read.some(({ readings }) => readings === undefined)
  const doubt = (isBuried ? 1 : 0) + (hasAside ? 1 : 0)
  return whole === undefined ? undefined : { ...whole, doubt: whole.doubt + doubt }
}

const readEnglish = (text: string, about: string, labels: Labels): Reading | undefined => {
  const statement = statementOf(about)
  const clauses = clausesOf(text, statement)
  const kept = withoutEmpty(clauses)
  const last = clauses.at(-1)
  // "yes, but…" takes back something that it does not say.
  if (last?.isEmpty && last.joint === "contrast" && !/\btho(?:ugh)?\W*$/i.test(text.slice(-20)))
    return undefined
  const read = kept.map((clause) => ({
    clause,
    readings: readClause(clause, { isDenial: statement.isDenial, labels }),
    relation: relationOf(clause)
  }))
  if (isQualified(read)) return undefined
  const reading = verdict(read)
  const isHedged = clauses.some((clause) => clause.items.some(({ cue }) => cue.kind === "hedge"))
  return reading === undefined ? undefined : { ...reading, doubt: reading.doubt + (isHedged ? 1 : 0) }
}

/**
 * Reads how well a person finds that a statement describes them, without a network and without a guess: an answer
 * that cannot be placed with some certainty, contradicts itself or asks back gives none. Digits from 1 to 5 and
 * the labels are read in every language. An English answer is taken apart into clauses, each of which counts only
 * if all its words are known or repeat the statement; the time is in proportion to its length. Where the
 * statement is itself a denial ("Do not like poetry"), "I don't like poetry" agrees with it, and a bare "no" or
 * "never", which may mean either, is not read.
 */
export const readAnswer = (text: string, item: AskedItem): Option.Option<AnswerReading> => {
  const labels = labelsOf(item.labels)
  const exact = exactChoice(text, labels)
  const reading =
    exact !== undefined
      ? { choice: exact, doubt: doubts.certain }
      : item.language === "en"
        ? readEnglish(text, item.statement, labels)
        : undefined
  const choice = choices.find((choice) => choice === reading?.choice)
  return choice === undefined
    ? Option.none()
    : Option.some({ choice, confidence: confidences[reading?.doubt ?? 0] ?? 0.4 })
}
