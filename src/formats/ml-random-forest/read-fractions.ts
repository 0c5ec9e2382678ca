import type { JsonValue } from '../json/json-value.ts';

/** The library adds `1 / n` up n times, so a sum of 1 is missed by little. */
const tolerance = 1e-6;

/** The class fractions of a leaf, from `[[p0, p1, ...]]`, divided by their sum so that it is 1 as it should be. */
export function readFractions(distribution: JsonValue): number[] {
  const [row, ...others] = distribution.items();
  if (row === undefined || others.length > 0) distribution.refuse('one row of fractions');
  const fractions = Array.from(row.numbers());
  const sum = fractions.reduce((total, fraction) => total + fraction, 0);
  if (!(Math.abs(sum - 1) < tolerance && fractions.every((fraction) => fraction >= 0))) {
    row.refuse('fractions from 0 to 1 that sum to 1');
  }
  return fractions.map((fraction) => fraction / sum);
}
