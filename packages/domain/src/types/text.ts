import { Schema } from "effect"

const encoder = new TextEncoder()

/** PostgreSQL text refuses NUL, and UTF-8 cannot carry a lone surrogate. */
export const isStorableText = (text: string): boolean => !text.includes("\0") && text.isWellFormed()

const isWithinBytes = (text: string, maxBytes: number): boolean =>
  // A UTF-16 unit becomes at most three bytes: only long texts need to be encoded to be measured.
  text.length * 3 <= maxBytes || (text.length <= maxBytes && encoder.encode(text).length <= maxBytes)

/**
 * Text of 1 character to `maxBytes` bytes of UTF-8 that every layer carries unchanged: NUL and lone
 * surrogates are refused, never altered.
 */
export const storableText = (maxBytes: number) =>
  Schema.String.pipe(
    Schema.filter((text) => text.length > 0 && isStorableText(text) && isWithinBytes(text, maxBytes), {
      message: () =>
        `must be text of 1 character to ${maxBytes} bytes of UTF-8, without NUL and lone surrogates`,
      jsonSchema: { minLength: 1, maxLength: maxBytes },
      arbitrary: () => (fc) =>
        fc
          .string({ unit: "binary", minLength: 1, maxLength: Math.min(maxBytes, 200) })
          .map((text) => text.replaceAll("\0", " "))
          .filter((text) => isWithinBytes(text, maxBytes))
    })
  )
