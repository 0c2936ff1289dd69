import { normalise } from "./text.ts"

const plain = (text: string) =>
  normalise(text)
    .replace(/[^\p{L}\p{N}\p{Mc}]+/gu, " ")
    .trim()

/** Each label's place, counted from 1, by its plain form; no two alike. */
export type Labels = ReadonlyMap<string, number>

export const labelsOf = (labels: ReadonlyArray<string>): Labels => {
  const forms = labels.map(plain)
  return new Map(
    forms.flatMap(
      (form, index): ReadonlyArray<readonly [string, number]> =>
        form !== "" && forms.indexOf(form) === forms.lastIndexOf(form) ? [[form, index + 1]] : []
    )
  )
}

/** A whole answer that is a digit ("4", "4/5"), a label, or a digit and its own label, in any language. */
export const exactChoice = (text: string, labels: Labels) => {
  const digit = /^[\s"'«„“(#]*([1-5])(?:\s?\/\s?5)?[\s"'»“”).!]*$/u.exec(normalise(text))
  if (digit !== null) return Number(digit[1])
  const [, first, rest = ""] = /^([1-5]) (.+)$/u.exec(plain(text)) ?? []
  const choice = labels.get(first === undefined ? plain(text) : rest)
  return first === undefined || choice === Number(first) ? choice : undefined
}
