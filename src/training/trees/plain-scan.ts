// What: the best split of a node by one numeric column, from the sums of its bins.
// Source: XGBoost 3.4.1, src/tree/hist/evaluate_splits.h (EnumerateSplit) and src/tree/split_evaluator.h (CalcSplitGain).
// Complexity: one step for each bin, and as many again when values are missing at the node.
// Invariant: what `searchSplits` of assembly/train-trees.ts finds, bit for bit.

const { abs, fround } = Math;

/** Views of the memory that the kernels share. */
export interface ScanViews {
  readonly words: Uint32Array;
  readonly signed: Int32Array;
  readonly singles: Float32Array;
  readonly doubles: Float64Array;
}

/** Addresses, but for the column; what they point to is described in assembly/train-trees.ts. */
export interface Scan {
  readonly columns: number;
  readonly column: number;
  readonly histogram: number;
  readonly rules: number;
  readonly node: number;
  readonly best: number;
}

/**
 * Looks through the bins forward, with missing values right, or backward, with them left; `best` is replaced by what is
 * better. @returns whether values are missing at the node.
 */
export function scanColumn(
  { words, signed, singles, doubles }: ScanViews,
  { columns, column, histogram, rules, node, best }: Scan,
  isForward: boolean,
): boolean {
  const record = (columns >>> 2) + 4 * column;
  const bins = (histogram + words[record]!) >>> 3;
  const binCount = words[record + 1]!;
  const constraint = words[(rules >>> 2) + 8] === 0 ? 0 : signed[record + 2]!;
  const lambda = doubles[rules >>> 3]!;
  const alpha = doubles[(rules >>> 3) + 1]!;
  const mostStep = doubles[(rules >>> 3) + 2]!;
  const least = doubles[(rules >>> 3) + 3]!;
  const allGradient = doubles[node >>> 3]!;
  const allHessian = doubles[(node >>> 3) + 1]!;
  const before = singles[(node >>> 2) + 4]!;
  const lower = singles[(node >>> 2) + 5]!;
  const upper = singles[(node >>> 2) + 6]!;
  const bounded = words[(rules >>> 2) + 8] !== 0;

  const weigh = (gradient: number, damped: number): number => {
    const beyond = abs(gradient) - alpha;
    let step = beyond > 0 ? -(gradient < 0 ? -beyond : beyond) / damped : 0;
    if (mostStep !== 0 && abs(step) > mostStep) step = step < 0 ? -mostStep : mostStep;
    const weight = fround(step);
    if (!bounded) return weight;
    return weight < lower ? lower : weight > upper ? upper : weight;
  };
  const gainOf = (gradient: number, damped: number, weight: number): number =>
    fround(-(2 * gradient * weight + damped * fround(weight * weight) + 2 * alpha * abs(weight)));

  let bestLoss = singles[best >>> 2]!;
  let gradient = 0;
  let hessian = 0;
  for (let step = 0; step < binCount; step++) {
    const bin = isForward ? step : binCount - 1 - step;
    gradient += doubles[bins + 2 * bin]!;
    hessian += doubles[bins + 2 * bin + 1]!;
    const restGradient = allGradient - gradient;
    const restHessian = allHessian - hessian;
    if (hessian < least || restHessian < least) continue;
    const weight = weigh(gradient, hessian + lambda);
    const restWeight = weigh(restGradient, restHessian + lambda);
    const rise = isForward ? restWeight - weight : weight - restWeight;
    if (constraint * rise < 0) continue;
    const gain = fround(
      gainOf(gradient, hessian + lambda, weight) +
        gainOf(restGradient, restHessian + lambda, restWeight),
    );
    const loss = fround(gain - before);
    if (!(loss > bestLoss && loss < Number.POSITIVE_INFINITY)) continue;
    bestLoss = loss;
    singles[best >>> 2] = loss;
    words[(best >>> 2) + 1] = column;
    signed[(best >>> 2) + 2] = isForward ? bin : bin - 1;
    words[(best >>> 2) + 3] = isForward ? 0 : 1;
    doubles[(best >>> 3) + 2] = isForward ? gradient : restGradient;
    doubles[(best >>> 3) + 3] = isForward ? hessian : restHessian;
  }
  return gradient !== allGradient || hessian !== allHessian;
}
