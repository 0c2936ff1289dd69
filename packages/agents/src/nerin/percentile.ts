/**
 * erf(x) for x ≥ 0, within 1.5e-7: Abramowitz, M., & Stegun, I. A. (1964). Handbook of Mathematical Functions,
 * 7.1.26.
 */
const errorFunction = (x: number): number => {
  const t = 1 / (1 + 0.3275911 * x)
  const series = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429]
  return 1 - series.reduceRight((sum, coefficient) => (sum + coefficient) * t, 0) * Math.exp(-(x ** 2))
}

/**
 * How many of 100 people of the prior N(0, 1) stand below an estimate. The prior is an assumption: this is no
 * comparison with people who took the assessment.
 */
export const percentileUnderPrior = (mean: number): number => {
  const half = 50 * errorFunction(Math.abs(mean) / Math.SQRT2)
  return mean < 0 ? 50 - half : 50 + half
}
