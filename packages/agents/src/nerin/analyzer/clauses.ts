import { markEcho } from "./echo.ts"
import type { Item, Joint } from "./lexicon.ts"
import { expletives, questionStarts } from "./phrases.ts"
import { respell } from "./spelling.ts"
import type { Statement } from "./statement.ts"
import { type Segment, segmentsOf } from "./text.ts"

/** A part of an answer that says one thing, without fillers. */
export interface Clause {
  readonly items: ReadonlyArray<Item>
  readonly joint: Joint | "start"
  readonly sentence: number
  readonly isQuestion: boolean
  /** It repeats the whole statement, beside what else it says. */
  readonly isWholeEcho: boolean
  /** Fillers alone say nothing, neither for nor against. */
  readonly isEmpty: boolean
}

const expletive = new Set(expletives.split(" | "))
const questionStart = new Set(questionStarts.split(" | "))

/** "between 3 and 4", "completely and utterly". */
const isPair = (before: Item | undefined, after: Item | undefined) =>
  before?.cue.kind === after?.cue.kind && (before?.cue.kind === "digit" || before?.cue.kind === "degree")

const clausesOfSegment = (segment: Segment, statement: Statement): ReadonlyArray<Clause> => {
  const words = segment.words
    .map((word) => (statement.words.has(word) ? word : respell(word)))
    .filter((word) => !expletive.has(word))
  const { items, isWhole } = markEcho(words, statement)
  const clauses: Array<Clause> = []
  let start = 0
  let joint: Clause["joint"] = "start"
  const close = (end: number) => {
    const part = items.slice(start, end)
    clauses.push({
      items: part.filter(({ cue }) => cue.kind !== "filler" && cue.kind !== "joint"),
      joint,
      sentence: segment.sentence,
      isQuestion:
        segment.isQuestion ||
        (start === 0 && words[1] !== "not" && questionStart.has(words[0] ?? "")) ||
        part.some(({ cue }) => cue.kind === "question"),
      isWholeEcho: isWhole && part.some(({ cue }) => cue.kind === "echo"),
      isEmpty: part.every(({ cue }) => cue.kind === "filler" || cue.kind === "so" || cue.kind === "hedge")
    })
  }
  items.forEach((item, index) => {
    if (item.cue.kind !== "joint" || (item.cue.joint === "and" && isPair(items[index - 1], items[index + 1])))
      return
    close(index)
    joint = item.cue.joint
    start = index + 1
  })
  close(items.length)
  return clauses
}

/** The clauses of an answer in their order. */
export const clausesOf = (text: string, statement: Statement): ReadonlyArray<Clause> =>
  segmentsOf(text).flatMap((segment) => clausesOfSegment(segment, statement))
