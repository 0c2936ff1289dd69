import { between } from "./reading.ts"

interface ScaleNumber {
  /** 1 to 5 */
  readonly value: number
  /** Two neighbours were named, or one of them only roughly. */
  readonly isRange: boolean
}

const ranged = (value: number | undefined): ScaleNumber | undefined =>
  value === undefined ? undefined : { value, isRange: true }

const patterns: ReadonlyArray<readonly [RegExp, (first: number, second: number) => ScaleNumber | undefined]> =
  [
    [/^([1-5])(?:\/5|[.,]0)?$/, (value) => ({ value, isRange: false })],
    [/^([1-5])-([1-5])$/, (one, other) => ranged(between(one, other))],
    [/^([1-4])[.,]5$/, (below) => ranged(between(below, below + 1))],
    [/^([1-5])ish$/, ranged]
  ]

/** "4", "4/5", "4.0"; "4-5", "4.5" and "4ish" as ranges; no other number. */
export const numberOf = (word: string): ScaleNumber | undefined => {
  for (const [pattern, read] of patterns) {
    const found = pattern.exec(word)
    if (found !== null) return read(Number(found[1]), Number(found[2]))
  }
  return undefined
}
