/**
 * What is wrong with a field, without its value: our own messages never hold one, and of the library's only what
 * stands before the value is kept.
 */
export const withoutValue = (message: string): string => {
  if (message.startsWith("must ")) return message
  if (message === "is missing") return "is required"
  if (message.startsWith("is unexpected, expected: ")) return "is not a known field"
  const expected = /^Expected (.*?), actual /s.exec(message)?.[1]
  return expected === undefined ? "is not valid" : `must be ${expected}`
}
