import { createTreeEnsemble, type TreeEnsemble, type TreeInput } from '../../src/model/index.ts';

/** What a sample is like; everything else follows from the seed. */
export interface SampleShape {
  readonly seed: number;
  readonly columns: number;
  readonly trees: number;
  readonly outputs: number;
  readonly leafSize: number;
  readonly inputs: 'float32' | 'float64';
  readonly comparison: '<' | '<=';
  readonly arithmetic: 'float32' | 'float64';
  /** Of the largest tree. */
  readonly leaves: number;
  /** How many thresholds a column has, about. */
  readonly thresholds: number;
  /** Codes of columns that have categories; 0 for none. */
  readonly categories: number;
  /** Share of splits that put a single leaf to one side. */
  readonly skew: number;
  readonly divisor: number;
  readonly offset: number;
}

/** An ensemble and rows that meet its thresholds, their neighbours and everything that is not quite a number. */
export interface Sample {
  readonly ensemble: TreeEnsemble;
  /** One number per column, row after row. */
  readonly rows: (count: number, missing: number) => Float64Array;
}

const oddThresholds = [0, -0, Infinity, -Infinity, 5e-324, -5e-324, 1e-45, 3.4e38, 1e300, -1e300];
const oddNumbers = [
  ...oddThresholds,
  Number.NaN,
  -0.5,
  -1,
  0.5,
  1e10,
  -1e10,
  2 ** 31,
  2 ** 32,
  65_535.5,
  3.4028234663852886e38,
];

/** Draws a sample. */
export function drawSample(shape: SampleShape): Sample {
  const random = randomSource(shape.seed);
  const pick = (count: number) => Math.floor(random() * count);
  const float32 = shape.inputs === 'float32';
  const pools = Array.from({ length: shape.columns }, () =>
    Array.from({ length: shape.thresholds }, () => {
      if (random() < 0.03) return oddThresholds[pick(oddThresholds.length)]!;
      const number = (random() - 0.5) * 10 ** (pick(4) - 1);
      return float32 && random() < 0.9 ? Math.fround(number) : number;
    }),
  );
  const isCategorical = pools.map(() => shape.categories > 0 && random() < 0.6);
  const leafValue = () => {
    const value = random() < 0.05 ? 0 : (random() - 0.5) * 10 ** (pick(6) - 3);
    return shape.arithmetic === 'float32' ? Math.fround(value) : value;
  };

  const drawTree = (): TreeInput => {
    const left: number[] = [];
    const right: number[] = [];
    const column: number[] = [];
    const threshold: number[] = [];
    const missingLeft: boolean[] = [];
    const value: number[] = [];
    const categories: (number[] | null)[] = [];
    const add = () => {
      left.push(-1);
      right.push(-1);
      column.push(0);
      threshold.push(0);
      missingLeft.push(random() < 0.5);
      for (let k = 0; k < shape.leafSize; k++) value.push(leafValue());
      categories.push(null);
      return left.length - 1;
    };
    const waiting = [{ node: add(), leaves: 1 + pick(shape.leaves) }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { node, leaves } = next;
      if (leaves === 1) continue;
      const leftLeaves = random() < shape.skew ? 1 : 1 + pick(leaves - 1);
      left[node] = add();
      right[node] = add();
      const at = pick(shape.columns);
      column[node] = at;
      threshold[node] = pools[at]![pick(shape.thresholds)]!;
      if (isCategorical[at] === true && random() < 0.9) {
        const many =
          random() < 0.1 ? 0 : 1 + pick(random() < 0.3 ? Math.min(shape.categories, 500) : 6);
        const codes = Array.from({ length: many }, () => pick(shape.categories));
        categories[node] = [...new Set(codes)].toSorted((a, b) => a - b);
      }
      waiting.push({ node: right[node], leaves: leaves - leftLeaves });
      waiting.push({ node: left[node], leaves: leftLeaves });
    }
    const output = pick(shape.outputs);
    return { output, left, right, column, threshold, missingLeft, value, cover: null, categories };
  };

  const ensemble = createTreeEnsemble({
    columns: pools.map((_, at) => `c${at}`),
    outputs: shape.outputs,
    leafSize: shape.leafSize,
    inputs: shape.inputs,
    comparison: shape.comparison,
    arithmetic: shape.arithmetic,
    base: Array.from({ length: shape.outputs }, leafValue),
    divisor: shape.divisor,
    offset: Array.from({ length: shape.outputs }, (_, output) => shape.offset * (output + 1)),
    link: 'identity',
    trees: Array.from({ length: shape.trees }, drawTree),
  });

  const draw = (at: number, missing: number) => {
    const chance = random();
    if (random() < missing) return Number.NaN;
    if (chance < 0.05) return oddNumbers[pick(oddNumbers.length)]!;
    if (isCategorical[at] === true && chance < 0.9) {
      return pick(shape.categories + 3) - 1 + (random() < 0.3 ? random() : 0);
    }
    const threshold = pools[at]![pick(shape.thresholds)]!;
    if (chance < 0.4) return threshold;
    if (chance < 0.6) return neighbour(threshold, float32, random() < 0.5 ? 1 : -1);
    return (random() - 0.5) * 10 ** (pick(4) - 1);
  };
  return {
    ensemble,
    rows: (count, missing) =>
      Float64Array.from({ length: count * shape.columns }, (_, index) =>
        draw(index % shape.columns, missing),
      ),
  };
}

/** The next number up or down. */
function neighbour(number: number, float32: boolean, step: 1 | -1): number {
  if (!Number.isFinite(number)) return number;
  if (float32) {
    const numbers = Float32Array.of(number);
    if (numbers[0] === 0) return step * 2 ** -149;
    new Int32Array(numbers.buffer)[0]! += numbers[0]! > 0 ? step : -step;
    return numbers[0]!;
  }
  if (number === 0) return step * 5e-324;
  const numbers = Float64Array.of(number);
  new BigInt64Array(numbers.buffer)[0]! += BigInt(number > 0 ? step : -step);
  return numbers[0]!;
}

/** mulberry32 */
function randomSource(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
