/**
 * The loss of a row in nats, by the probability of the label that came. Kept one rounding of float64 from 0 and 1, as by
 * scikit-learn since 1.5, so that one impossible row does not make the mean infinite.
 */
export function logLossOf(probability: number): number {
  return -Math.log(Math.min(Math.max(probability, Number.EPSILON), 1 - Number.EPSILON));
}
