// What: the logistic loss of rows and its derivatives, from scores.
// Source: McCullagh and Nelder, Generalized Linear Models, 4; e^x and ln(1 + x) by the series of FreeBSD's msun (e_exp.c,
//   s_log1p.c), whose digits WebAssembly then has as well; assembly/weighted-gram.ts computes the same in vectors.
// Complexity: O(rows).
// Invariant: each operation is that of the other engine, in its order; even and odd rows are summed apart.

/** One number per row; `signed` is the share of a row, below 0 for the first class. */
export interface LogisticRows {
  readonly scores: Float64Array;
  /** What one step adds to the scores. */
  readonly change: Float64Array;
  readonly signed: Float64Array;
  /** Where the first derivatives by the score go, times the share. */
  readonly residuals: Float64Array;
  /** Where the second ones go. */
  readonly curvatures: Float64Array;
}

const ln2High = 6.9314718036912381649e-1;
const ln2Low = 1.90821492927058770002e-10;

/** 2^-k at k. */
const powers: Readonly<Float64Array> = Float64Array.from({ length: 1023 }, (_, k) => 2 ** -k);

/** Writes the derivatives of `count` rows, an even number. @returns their loss at the scores and so many steps. */
export function evaluateLogistic(
  { change, curvatures, residuals, scores, signed }: LogisticRows,
  step: number,
  start: number,
  count: number,
): number {
  let even = 0;
  let odd = 0;
  for (let i = start; i < start + count; i++) {
    const weight = signed[i]!;
    const share = Math.abs(weight);
    const score = scores[i]! + step * change[i]!;
    const margin = weight < 0 ? -score : score;
    const small = decay(Math.abs(margin));
    const larger = 1 / (1 + small);
    const right = small * larger;
    // the probability of the other class
    const wrong = margin >= 0 ? right : larger;
    residuals[i] = -(weight * wrong);
    curvatures[i] = share * (right * larger);
    const lost = share * (logOfOneAnd(small) + (margin < 0 ? -margin : 0));
    if ((i & 1) === 0) even += lost;
    else odd += lost;
  }
  return even + odd;
}

/** e^-size for numbers of 0 or more; beyond 708, where it is 3e-308, it stays. */
function decay(size: number): number {
  const within = size > 708 ? 708 : size;
  // the halves of a number this large are whole
  const exponent = within * Math.LOG2E + 6755399441055744 - 6755399441055744;
  const high = exponent * ln2High - within;
  const low = exponent * ln2Low;
  const rest = high + low;
  const square = rest * rest;
  let series = 4.13813679705723846039e-8;
  series = series * square - 1.6533902205465251539e-6;
  series = series * square + 6.61375632143793436117e-5;
  series = series * square - 2.77777777770155933842e-3;
  series = series * square + 1.66666666666666019037e-1;
  const even = rest - series * square;
  const ratio = (rest * even) / (2 - even);
  return (1 + (low + ratio + high)) * powers[exponent]!;
}

/** ln(1 + small) for numbers of 0 to 1, with all digits of small ones. */
function logOfOneAnd(small: number): number {
  const isHalved = small > 0.41421356237309503;
  const rest = isHalved ? (small - 1) * 0.5 : small;
  const ratio = rest / (2 + rest);
  const square = ratio * ratio;
  const fourth = square * square;
  let odd = 1.479819860511658591e-1;
  odd = odd * fourth + 1.818357216161805012e-1;
  odd = odd * fourth + 2.857142874366239149e-1;
  odd = odd * fourth + 6.66666666666673513e-1;
  let even = 1.531383769920937332e-1;
  even = even * fourth + 2.222219843214978396e-1;
  even = even * fourth + 3.999999999940941908e-1;
  const series = odd * square + even * fourth;
  const half = 0.5 * rest * rest;
  const bend = ratio * (half + series) + (isHalved ? ln2Low : 0);
  return (isHalved ? ln2High : 0) + (rest - (half - bend));
}
