import { type Item, itemsOf, type Joint } from "./lexicon.ts"
import { questionStarts } from "./phrases.ts"
import { respell } from "./spelling.ts"
import { findEcho, type Statement, stem } from "./statement.ts"
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

const isHead = (item: Item, statement: Statement) =>
  item.cue.kind === "unknown" && stem(item.words[0] ?? "") === statement.stems[0]

/** Marks words of the statement that stand in its order, from its first on: "I never make friends". */
const markPart = (items: ReadonlyArray<Item>, statement: Statement): ReadonlyArray<Item> => {
  let next = items.some((item) => isHead(item, statement)) ? 0 : Number.POSITIVE_INFINITY
  return items.map((item) => {
    const [word = ""] = item.words
    if (item.cue.kind !== "unknown") return item
    if (stem(word) === statement.stems[next]) {
      next += 1
      return { ...item, cue: { kind: "echo" } }
    }
    return next > 0 && next < Number.POSITIVE_INFINITY && statement.minor.has(word)
      ? { ...item, cue: { kind: "filler" } }
      : item
  })
}

/** Marks the words of a whole repetition first, so that no phrase claims them. */
const markWhole = (words: ReadonlyArray<string>, echo: ReadonlySet<number>, statement: Statement) => {
  const items: Array<Item> = []
  let run: Array<string> = []
  words.forEach((word, index) => {
    if (!echo.has(index)) {
      run.push(word)
      return
    }
    items.push(...itemsOf(run), { cue: { kind: "echo" }, words: [word] })
    run = []
  })
  return [...items, ...itemsOf(run)].map((item): Item => {
    const isMinor = item.words.length === 1 && statement.minor.has(item.words[0] ?? "")
    return isMinor && ["unknown", "joint", "hedge", "question"].includes(item.cue.kind)
      ? { ...item, cue: { kind: "filler" } }
      : item
  })
}

const questionStart = new Set(questionStarts.split(" | "))

const clausesOfSegment = (segment: Segment, statement: Statement): ReadonlyArray<Clause> => {
  const words = segment.words.map((word) => (statement.words.has(word) ? word : respell(word)))
  const echo = findEcho(words, statement)
  const items = echo.size > 0 ? markWhole(words, echo, statement) : markPart(itemsOf(words), statement)
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
      isWholeEcho: echo.size > 0 && part.some(({ cue }) => cue.kind === "echo"),
      isEmpty: part.every(({ cue }) => cue.kind === "filler" || cue.kind === "so" || cue.kind === "hedge")
    })
  }
  items.forEach((item, index) => {
    const isRange = items[index - 1]?.cue.kind === "digit" && items[index + 1]?.cue.kind === "digit"
    if (item.cue.kind !== "joint" || (item.cue.joint === "and" && isRange)) return
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
