import type { ArchiveRecord } from "@workspace/archive"
import type { ImportReport, RecordReport, ValidationError } from "@workspace/contracts"
import type { ArchiveFormatError, ArchiveProblem, Imported, Session } from "@workspace/domain"
import { Option } from "effect"

/** How many records are told of that were refused, and how many that were not. */
const toldAtMost = 1_000
/** How much of what is wrong with one record is told. */
const problemsAtMost = 5

const outcomes = { imported: 0, copied: 0, unchanged: 0, conflict: 0, invalid: 0 }
type Outcome = keyof typeof outcomes

/** Whether a record was refused: because its id is taken, or because it is no session. */
export const isRefused = (outcome: Outcome) => outcome === "conflict" || outcome === "invalid"

/** Takes down what becomes of the records of a file, in order. */
export class ImportReporter {
  readonly #counts: Record<Outcome, number> = { ...outcomes }
  readonly #told: Array<RecordReport> = []
  readonly #room = { refused: toldAtMost, others: toldAtMost }

  #tell(report: RecordReport): void {
    this.#counts[report.outcome] += 1
    const kind = isRefused(report.outcome) ? "refused" : "others"
    if (this.#room[kind] === 0) return
    this.#room[kind] -= 1
    this.#told.push(report)
  }

  done(
    { id, record }: Pick<ArchiveRecord, "id" | "record">,
    { outcome, sessionId }: Imported,
    { messageCount, title }: Pick<Session, "messageCount" | "title">
  ): void {
    this.#tell({ record, ...named(id), sessionId, outcome, messageCount, title })
  }

  invalid({ id, record }: Pick<ArchiveRecord, "id" | "record">, { problems }: ArchiveFormatError): void {
    this.#tell({ record, ...named(id), outcome: "invalid", details: problems.slice(0, problemsAtMost) })
  }

  get hasGood(): boolean {
    const { invalid: _, ...good } = this.#counts
    return Object.values(good).some((count) => count > 0)
  }

  get hasBad(): boolean {
    return this.#counts.invalid > 0
  }

  /** What is wrong with the records that are no sessions. */
  get details(): ValidationError["details"] {
    const found = this.#told.flatMap(({ details = [], record }) =>
      details.map(
        ({ message, path }): ArchiveProblem => ({
          path: [record, path].filter((_) => _ !== "").join("."),
          message
        })
      )
    )
    return found.length === 0 ? [{ path: "", message: "must hold a session" }] : found
  }

  report({ dryRun }: { readonly dryRun: boolean }): ImportReport {
    const { conflict: conflicts, ...counts } = this.#counts
    return { dryRun, ...counts, conflicts, records: this.#told }
  }
}

const named = (id: ArchiveRecord["id"]) =>
  Option.match(id, { onNone: () => ({}), onSome: (_) => ({ id: _ }) })
