import { ArchiveFormatError, type ArchiveProblem, maxArchiveProblems } from "@workspace/domain"
import { ParseResult } from "effect"

/** What must be, without the value that is: the domain's own messages hold none, and of others only what precedes it. */
const withoutValue = (message: string): string => {
  if (message.startsWith("must ")) return message
  if (message === "is missing") return "is required"
  const expected = /^Expected (.*?), actual /s.exec(message)?.[1]
  if (expected === undefined) return "is not valid"
  return `must be ${expected.startsWith("{ ") ? "an object" : expected}`
}

/** What is wrong with one record, as far as it is told. */
export class Problems {
  readonly #found: Array<ArchiveProblem> = []

  get areMany(): boolean {
    return this.#found.length >= maxArchiveProblems
  }

  get areNone(): boolean {
    return this.#found.length === 0
  }

  add(path: string, message: string): void {
    if (!this.areMany) this.#found.push({ path, message })
  }

  addError(at: ReadonlyArray<PropertyKey>, error: ParseResult.ParseError): void {
    const byPath = new Map<string, Array<string>>()
    for (const { message, path } of ParseResult.ArrayFormatter.formatErrorSync(error)) {
      const place = [...at, ...path].map(String).join(".")
      byPath.set(place, [...(byPath.get(place) ?? []), withoutValue(message)])
    }
    // One place fails more than once where it may be one thing or another.
    for (const [place, [first = "", ...others]] of byPath) {
      this.add(place, [first, ...others.map((other) => other.replace(/^must be /, ""))].join(" or "))
    }
  }

  get error(): ArchiveFormatError {
    return new ArchiveFormatError({ problems: [...this.#found] })
  }
}

export const formatError = (path: string, message: string): ArchiveFormatError =>
  new ArchiveFormatError({ problems: [{ path, message }] })
