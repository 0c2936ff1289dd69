/** How an item tells people apart. */
export interface ItemParameters {
  /** How steeply the answers rise with the trait, in the logistic metric (no factor 1.7). */
  readonly discrimination: number
  /** Where on the trait a score of at least 2, 3, 4 and 5 becomes as likely as not; rising. */
  readonly thresholds: readonly [number, number, number, number]
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x))

/** P(score ≥ k | θ) for k = 1 … 6, of which the first is certain and the last impossible. */
const cumulative = ({ discrimination, thresholds }: ItemParameters, theta: number): ReadonlyArray<number> => [
  1,
  ...thresholds.map((threshold) => logistic(discrimination * (theta - threshold))),
  0
]

const differences = (values: ReadonlyArray<number>): ReadonlyArray<number> =>
  values.slice(1).map((value, index) => (values[index] ?? 0) - value)

/**
 * The probabilities of the scores 1 to 5 of a person at θ: `P(k) = P*(k) − P*(k + 1)`, where
 * `P*(k) = 1 / (1 + exp(−a(θ − b(k))))`.
 *
 * Samejima, F. (1969). Estimation of latent ability using a response pattern of graded scores. Psychometrika
 * Monograph 17.
 */
export const scoreProbabilities = (item: ItemParameters, theta: number): ReadonlyArray<number> =>
  differences(cumulative(item, theta))

/**
 * The information that the answer of a person at θ is expected to give: `I(θ) = Σ P′(k)² / P(k)` (Samejima 1969),
 * where `P*′(k) = a P*(k) (1 − P*(k))`. Information of several items adds up to that of the test.
 */
export const expectedInformation = (item: ItemParameters, theta: number): number => {
  const above = cumulative(item, theta)
  const slopes = differences(above.map((p) => item.discrimination * p * (1 - p)))
  return differences(above).reduce((sum, p, index) => sum + (slopes[index] ?? 0) ** 2 / p, 0)
}
