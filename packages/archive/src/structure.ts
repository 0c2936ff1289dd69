/** Deeper than a session's file can be: what an item holds is at most 32 levels deep. */
const maxDepth = 40

/**
 * So many of the signs `{ [ , :` outside of strings a record may have: one for eight bytes of the longest one. A message
 * has 15 to 30 of them, an estimate 334.
 */
export const maxSigns = 8_388_608

const quote = 0x22
const backslash = 0x5c
const brace = 0x7b
const bracket = 0x5b
const closingBrace = 0x7d
const closingBracket = 0x5d
const comma = 0x2c
const colon = 0x3a

/**
 * Looks at the UTF-8 of one record before it is parsed: a few kilobytes of gzip are millions of values, which take a
 * hundred times the memory of their text. Where a text is not JSON, it may be wrong about what comes after that.
 */
export class Structure {
  readonly #maxSigns: number
  #depth = 0
  #signs = 0
  #isInString = false
  #isEscaped = false

  constructor(signs = maxSigns) {
    this.#maxSigns = signs
  }

  /** Looks at the next bytes. Why the record must not be parsed, as soon as that is known. */
  push(bytes: Uint8Array): string | undefined {
    let depth = this.#depth
    let signs = this.#signs
    let isInString = this.#isInString
    let isEscaped = this.#isEscaped
    // By index: an iterator takes ten times as long.
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index]
      if (isEscaped) isEscaped = false
      else if (isInString) {
        if (byte === quote) isInString = false
        else if (byte === backslash) isEscaped = true
      } else if (byte === quote) isInString = true
      else if (byte === comma || byte === colon) signs++
      else if (byte === brace || byte === bracket) {
        if (depth === 0 && byte === bracket) return "must be a JSON object"
        if (depth === maxDepth) return `must not be nested deeper than ${maxDepth} levels`
        depth++
        signs++
      } else if (byte === closingBrace || byte === closingBracket) depth--
    }
    this.#depth = depth
    this.#signs = signs
    this.#isInString = isInString
    this.#isEscaped = isEscaped
    return signs > this.#maxSigns
      ? `must have at most ${this.#maxSigns} of the signs { [ , : outside of strings`
      : undefined
  }
}
