// What: two-sided tail probabilities of the normal and of Student's distribution, and the bounds of 95 %.
// Source: Abramowitz and Stegun, 7.1.6 and 7.1.14 (erfc), 26.5.8 (incomplete beta), 6.1.47 (ratio of gammas).
// Complexity: at most a few hundred terms each.
// Invariant: relative error below 1e-12 as long as the tail is not below the smallest float64.

/** The probability that a standard normal number is at least so far from 0. */
export function normalTail(distance: number): number {
  const x = Math.abs(distance) / Math.SQRT2;
  if (Number.isNaN(x)) return Number.NaN;
  if (x > 27.5) return 0;
  const density = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x < 1.5) {
    let term = 2 * x;
    let sum = 0;
    for (let n = 1; term > 1e-18; n++) {
      sum += term;
      term *= (2 * x * x) / (2 * n + 1);
    }
    return 1 - density * sum;
  }
  // the continued fraction from its end
  let rest = x;
  for (let n = 200; n > 0; n--) rest = x + n / 2 / rest;
  return density / rest;
}

/** 95 % of a standard normal distribution lie so near to 0. */
export const normalBound = 1.959963984540054;

/** The probability that a number of Student's distribution is at least so far from 0. */
export function studentTail(distance: number, degreesOfFreedom: number): number {
  const square = distance * distance;
  if (Number.isNaN(square)) return Number.NaN;
  if (square === Number.POSITIVE_INFINITY) return 0;
  const a = degreesOfFreedom / 2;
  const x = degreesOfFreedom / (degreesOfFreedom + square);
  const rest = square / (degreesOfFreedom + square);
  // x^a (1 - x)^(1/2) / B(a, 1/2)
  const front =
    Math.exp(-a * Math.log1p(square / degreesOfFreedom)) *
    Math.sqrt(rest / Math.PI) *
    gammaRatio(a);
  if (front === 0) return distance === 0 ? 1 : 0;
  return x < (a + 1) / (a + 2.5)
    ? (front * betaFraction(a, 0.5, x)) / a
    : 1 - (front * betaFraction(0.5, a, rest)) / 0.5;
}

/** 95 % of Student's distribution lie so near to 0. */
export function studentBound(degreesOfFreedom: number): number {
  let low = normalBound;
  let high = normalBound;
  while (studentTail(high, degreesOfFreedom) > 0.05) high *= 2;
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle === low || middle === high) return middle;
    if (studentTail(middle, degreesOfFreedom) > 0.05) low = middle;
    else high = middle;
  }
}

/** Gamma(a + 1/2) / Gamma(a). */
function gammaRatio(a: number): number {
  let factor = 1;
  let at = a;
  for (; at < 40; at++) factor *= at / (at + 0.5);
  const i = 1 / at;
  const series = -1 / 8 + i * i * (1 / 192 + i * i * (-1 / 640 + i * i * (17 / 14336)));
  return factor * Math.sqrt(at) * Math.exp(i * series);
}

/** The continued fraction of the incomplete beta function, by Lentz's method. */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    const factor = d * c;
    value *= factor;
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return value;
}
