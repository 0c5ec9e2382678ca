import type { TreeEnsemble } from '../../src/model/index.ts';

const bits = 320n;
const one = 1n << bits;

/** A number as a fixed-point integer, exactly: every double between 2^-250 and 2^60 has all its bits above 2^-bits. */
function fixed(value: number): bigint {
  let exponent = 0n;
  let mantissa = value;
  for (; !Number.isInteger(mantissa); exponent++) mantissa *= 2;
  return (BigInt(mantissa) << bits) >> exponent;
}

function times(a: bigint, b: bigint): bigint {
  return (a * b) >> bits;
}

function toNumber(value: bigint): number {
  return Number(value >> (bits - 120n)) / 2 ** 120;
}

/**
 * Path-dependent Shapley values of ensembles with scalar leaves and one output, in 320-bit arithmetic: per leaf, the
 * product over the other columns as a polynomial in t with all its coefficients, integrated term by term. Slow, and
 * good for any number of columns on a path.
 */
export function exactShap(ensemble: TreeEnsemble, row: Float64Array): Float64Array {
  const { left, right, column, threshold, value } = ensemble;
  const cover = ensemble.cover!;
  const shap = ensemble.columns.map(() => 0n);
  type Path = ReadonlyMap<number, { readonly ratio: bigint; readonly passes: boolean }>;
  const visit = (node: number, path: Path): void => {
    if (left[node] === -1) {
      for (const [c, { ratio, passes }] of path) {
        const others = [...path].filter(([other]) => other !== c).map(([, edge]) => edge);
        const gain = (passes ? one : 0n) - ratio;
        shap[c]! += times(times(gain, integral(others)), fixed(value[node]!));
      }
      return;
    }
    const c = column[node]!;
    const goesLeft = row[c]! < threshold[node]!;
    const above = path.get(c) ?? { ratio: one, passes: true };
    for (const child of [left[node]!, right[node]!]) {
      const ratio = (above.ratio * fixed(cover[child]!)) / fixed(cover[node]!);
      const passes = above.passes && goesLeft === (child === left[node]);
      visit(child, new Map(path).set(c, { ratio, passes }));
    }
  };
  for (const root of ensemble.roots) visit(root, new Map());
  return Float64Array.from(shap, toNumber);
}

/** Integral over t in [0, 1] of the product of `ratio + (passes - ratio) t`. */
function integral(edges: readonly { readonly ratio: bigint; readonly passes: boolean }[]): bigint {
  let coefficients = [one];
  for (const { ratio, passes } of edges) {
    const slope = (passes ? one : 0n) - ratio;
    coefficients = [...coefficients, 0n].map(
      (coefficient, power) =>
        times(coefficient, ratio) + times(coefficients[power - 1] ?? 0n, slope),
    );
  }
  return coefficients.reduce(
    (sum, coefficient, power) => sum + coefficient / BigInt(power + 1),
    0n,
  );
}
