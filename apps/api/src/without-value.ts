/**
 * What is wrong with a field, without its value: our own messages never hold one, and of the library's only what
 * stands before the value is kept.
 */
export const withoutValue = (message: string): string => {
  if (message.startsWith("must ")) return message
  if (message === "is missing") return "is required"
  if (message.startsWith("is unexpected, expected: ")) return "is not a known field"
  const expected = /^Expected (.*?), actual /s.exec(message)?.[1]
  if (expected === undefined) return "is not valid"
  // What has no name is described by all its fields.
  return `must be ${expected.startsWith("{ ") ? "an object" : expected}`
}
