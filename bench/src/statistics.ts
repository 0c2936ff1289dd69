/** What one round of one measure came to: milliseconds, and exchanges a second. */
export interface RoundResult {
  readonly min: number
  readonly p50: number
  readonly p95: number
  readonly max: number
  readonly perSecond: number
}

/** The same number over all rounds. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** The value that `share` of the values do not exceed (nearest rank). */
const quantile = (sorted: ReadonlyArray<number>, share: number): number =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN

const ascending = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)

export const roundResult = (latencies: ReadonlyArray<number>, elapsedMillis: number): RoundResult => {
  const sorted = ascending(latencies)
  return {
    min: quantile(sorted, 0),
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    max: quantile(sorted, 1),
    perSecond: (latencies.length / elapsedMillis) * 1_000
  }
}

export const spread = (values: ReadonlyArray<number>): Spread => {
  const sorted = ascending(values)
  return { median: quantile(sorted, 0.5), min: quantile(sorted, 0), max: quantile(sorted, 1) }
}
