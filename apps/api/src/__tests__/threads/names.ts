/** Names that are hard to carry, each a different one. */
export const names: ReadonlyArray<string> = [
  "a/b",
  "%2F",
  "..%2f",
  "a?b#c",
  "a+b c",
  "__proto__",
  "metadata",
  "constructor",
  "\u00e9",
  "e\u0301",
  "'; drop table threads; --",
  "\u202e\u0001\u007f",
  "🙂".repeat(63),
  "x".repeat(255)
]

/** What is no name, as JSON. */
export const none: ReadonlyArray<string> = [
  '""',
  '"a\\u0000"',
  '"\\ud800"',
  '"\\udc00a"',
  `"${"x".repeat(256)}"`,
  `"${"é".repeat(128)}"`,
  "5",
  "null",
  '["a"]'
]
