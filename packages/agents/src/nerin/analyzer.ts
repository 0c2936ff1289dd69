import { Option } from "effect"
import { exactChoice, labelsOf } from "./analyzer/labels.ts"
import { doubts } from "./analyzer/reading.ts"
import { readEnglish } from "./analyzer/verdict.ts"

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

/** In UTF-16 units. What is longer is not an answer to such a question, and would take noticeable time. */
const longest = 2_000

const confidences = [1, 0.8, 0.6, 0.4]

/**
 * Reads how well a person finds that a statement describes them, without a network and without a guess: an answer
 * that cannot be placed with some certainty, contradicts itself or asks back gives none. Digits from 1 to 5 and
 * the labels are read in every language. An English answer is taken apart into clauses, each of which counts only
 * if all its words are known or repeat the statement. A text of more than 2,000 characters is not read. Where the
 * statement is itself a denial ("Do not like poetry"), "I don't like poetry" agrees with it, and a bare "no" or
 * "never", which may mean either, is not read.
 */
export const readAnswer = (text: string, item: AskedItem): Option.Option<AnswerReading> => {
  if (text.length > longest) return Option.none()
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
