import { readClause } from "./clause-reading.ts"
import { type Clause, clausesOf } from "./clauses.ts"
import type { Labels } from "./labels.ts"
import { combine, type Reading, type Relation } from "./reading.ts"
import { statementOf } from "./statement.ts"

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
    return (
      clause.joint === "limit" &&
      (isBeside(-1) || (read[index + 1]?.clause.joint !== "contrast" && isBeside(1)))
    )
  })

const isAside = ({ items }: Clause) => items.some(({ cue }) => cue.kind === "aside")

const verdict = (read: ReadonlyArray<ReadClause>): Reading | undefined => {
  const isUnread = read.some(({ clause, readings }) => readings === undefined && clause.joint !== "reason")
  const hasAside = read.some(({ clause }) => isAside(clause))
  if (hasAside && read.some(({ clause, readings }) => readings === undefined && !isAside(clause)))
    return undefined
  const firstUnread = read.findIndex(({ readings }) => readings === undefined)
  const lastUnread = read.findLastIndex(({ readings }) => readings === undefined)
  const counting = read.flatMap(({ readings = [], relation }, index) => {
    const isAtEdge = index < firstUnread || index > lastUnread
    return readings
      .filter((reading) => !hasAside || reading.isDigit)
      .filter(({ standing }) => !isUnread || standing === "anywhere" || (standing === "edge" && isAtEdge))
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

/** Clause by clause, and what they come to together; nothing if that is not certain. */
export const readEnglish = (text: string, about: string, labels: Labels): Reading | undefined => {
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
