import { Structure } from "./structure.ts"

/** Sizes of what is read, in bytes after decompression. */
export interface Limits {
  readonly recordBytes: number
  readonly totalBytes: number
}

/** The text of one record, or why it has none. */
export type Piece =
  | { readonly text: string; readonly problem?: undefined }
  | { readonly problem: string; readonly isLast: boolean }

const lineFeed = 10
const isBlankByte = (byte: number | undefined) =>
  byte === lineFeed || byte === 13 || byte === 32 || byte === 9
const isBlank = (text: string) => /^[ \t\r\n]*$/.test(text)
const newDecoder = () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/**
 * Splits bytes into the texts of records: lines, of which blank ones are passed over; or one for all, when the first
 * line is `{` alone, as an indented document begins. Bytes that are not UTF-8 are refused and never replaced. Keeps
 * no more than one record, and nothing of one that is refused.
 */
export class Splitter {
  readonly #limits: Limits
  #decoder = newDecoder()
  #structure = new Structure()
  #parts: Array<string> = []
  #size = 0
  #total = 0
  #problem: string | undefined
  #mode: "start" | "lines" | "document" = "start"
  #isAtStart = true
  #isOver = false

  constructor(limits: Limits) {
    this.#limits = limits
  }

  push(bytes: Uint8Array): ReadonlyArray<Piece> {
    const pieces: Array<Piece> = []
    this.#total += bytes.length
    if (this.#total > this.#limits.totalBytes) {
      return this.#last(`must be at most ${this.#limits.totalBytes} bytes in all, decompressed`)
    }
    let from = 0
    while (from < bytes.length && !this.#isOver) {
      // What is blank before a record is passed over at once: there may be millions of such lines.
      while (this.#size === 0 && isBlankByte(bytes[from])) from += 1
      if (from === bytes.length) break
      const end = this.#mode === "document" ? -1 : bytes.indexOf(lineFeed, from)
      this.#add(bytes.subarray(from, end === -1 ? bytes.length : end + 1))
      if (end !== -1) pieces.push(...this.#endOfLine())
      else if (this.#mode === "document" && this.#problem !== undefined)
        pieces.push(...this.#last(this.#problem))
      from = end === -1 ? bytes.length : end + 1
    }
    return pieces
  }

  /** What the last line was, when no line feed ends it. */
  end(): ReadonlyArray<Piece> {
    return this.#isOver ? [] : this.#take()
  }

  #last(problem: string): ReadonlyArray<Piece> {
    this.#isOver = true
    this.#parts = []
    return [{ problem, isLast: true }]
  }

  #add(bytes: Uint8Array): void {
    this.#size += bytes.length
    if (this.#size > this.#limits.recordBytes) {
      this.#refuse(`must be at most ${this.#limits.recordBytes} bytes`)
    } else {
      const problem = this.#problem ?? this.#structure.push(bytes)
      if (problem === undefined) this.#decode(() => this.#decoder.decode(bytes, { stream: true }))
      else this.#refuse(problem)
    }
  }

  #refuse(problem: string): void {
    this.#problem ??= problem
    this.#parts = []
  }

  #decode(decode: () => string): void {
    if (this.#problem !== undefined) return
    try {
      const text = decode()
      // A byte order mark is tolerated where a file begins.
      this.#parts.push(this.#isAtStart && text.startsWith("\uFEFF") ? text.slice(1) : text)
      this.#isAtStart &&= text.length === 0
    } catch {
      this.#refuse("must be UTF-8")
    }
  }

  #endOfLine(): ReadonlyArray<Piece> {
    if (this.#mode === "start" && this.#problem === undefined) {
      const line = this.#parts.join("")
      if (!isBlank(line)) this.#mode = line.trim() === "{" ? "document" : "lines"
    }
    return this.#mode === "document" ? [] : this.#take()
  }

  #take(): ReadonlyArray<Piece> {
    this.#decode(() => this.#decoder.decode())
    const problem = this.#problem
    const text = this.#parts.join("")
    this.#decoder = newDecoder()
    this.#structure = new Structure()
    this.#parts = []
    this.#size = 0
    this.#problem = undefined
    if (problem !== undefined) return [{ problem, isLast: false }]
    return isBlank(text) ? [] : [{ text }]
  }
}
