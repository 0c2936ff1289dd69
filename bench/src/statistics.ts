/** The same number over all rounds. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

const ascending = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)

/** The value that `share` of the values do not exceed (nearest rank). */
export const quantile = (values: ReadonlyArray<number>, share: number): number =>
  ascending(values)[Math.max(0, Math.ceil(share * values.length) - 1)] ?? Number.NaN

export const spread = (values: ReadonlyArray<number>): Spread => ({
  median: quantile(values, 0.5),
  min: quantile(values, 0),
  max: quantile(values, 1)
})
