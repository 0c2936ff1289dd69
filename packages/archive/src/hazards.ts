import { Predicate } from "effect"

/** Deeper than anything that a session holds: metadata has 16 levels at most. */
const maxDepth = 32

/** Longer than any message or estimate, and than all that stands beside them: a quarter is left to later versions. */
export const maxLength = 131_072

const isStorable = (text: string) => !text.includes("\0") && text.isWellFormed()

/** An object out of JSON. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  Predicate.isRecord(value) && !Array.isArray(value)

const lengthOf = (value: unknown): number => {
  if (typeof value === "string") return value.length + 2
  return typeof value === "object" && value !== null ? 2 : String(value).length
}

/**
 * Looks at parsed JSON values, of which nothing is known, before anything else does. What is too long is left where that
 * is noticed, so that no look takes long.
 */
export class Look {
  #length = 0

  /** The characters of all that was looked at, as JSON without white space and escapes. */
  get length(): number {
    return this.#length
  }

  get isTooLong(): boolean {
    return this.#length > maxLength
  }

  /**
   * Why a value must not be looked at any further: what is nested too deep for a recursion, what JSON cannot write again,
   * what a store would alter, and what makes all that was looked at too long.
   */
  hazardOf(value: unknown, depth = 0): string | undefined {
    this.#length += lengthOf(value) + 1
    if (this.isTooLong) return `must be at most ${maxLength} characters as JSON`
    if (typeof value === "string" && !isStorable(value)) return "must be well-formed Unicode without NUL"
    if (typeof value === "number" && !Number.isFinite(value)) {
      return "must hold no number beyond those of a double"
    }
    if (typeof value !== "object" || value === null) return undefined
    if (depth === maxDepth) return `must not be nested deeper than ${maxDepth} levels`
    if (isObject(value)) return this.#hazardIn(value, depth)
    return Array.isArray(value) ? this.#hazardAmong(value, depth) : undefined
  }

  #hazardAmong(items: ReadonlyArray<unknown>, depth: number): string | undefined {
    for (const item of items) {
      const hazard = this.hazardOf(item, depth + 1)
      if (hazard !== undefined) return hazard
    }
    return undefined
  }

  // Entries of an object, or of an array, would take many times the memory of the value.
  #hazardIn(members: Readonly<Record<string, unknown>>, depth: number): string | undefined {
    for (const key in members) {
      if (key === "__proto__") return "must have no key __proto__"
      if (!isStorable(key)) return "must have keys in well-formed Unicode without NUL"
      this.#length += lengthOf(key) + 1
      const hazard = this.hazardOf(members[key], depth + 1)
      if (hazard !== undefined) return hazard
    }
    return undefined
  }
}
