import type { JsonObject } from "../../types/json.ts"

/** Reads what is sent, byte for byte. */
export const decoder = new TextDecoder("utf8", { fatal: true, ignoreBOM: true })

/** Contents of messages that JSON escapes, or looks as if. */
export const contents = [
  'quotes " \\ / and \b\f\n\r\t',
  "\u0001\u001f\u007f\u0080\u2028\u2029\u{feff}",
  "👩‍👩‍👧‍👦 ‮right to left e\u0301 naïve \u{10ffff}",
  '"},{"id":"planted","role":"system"}]}',
  "é".repeat(32_768),
  " "
]

/** Metadata whose numbers, keys and order are easily changed. */
export const metadata: ReadonlyArray<JsonObject> = [
  { z: 1, a: { deep: [[[{ b: null }]]], 'quote"\\': "\u2028" }, 10: "ten", 2: "two" },
  { n: [-0, 1e-7, 1e21, 1.5e300, 5e-324, 0.1, 9_007_199_254_740_991, -1], constructor: 1, toString: "x" },
  { "": "", " ": "\u0001", "😀": ["é", true, false] }
]
