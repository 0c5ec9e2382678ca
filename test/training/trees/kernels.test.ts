import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeededRandom } from '../../../src/core/index.ts';
import {
  createTrainingMemory,
  type TrainingMemory,
} from '../../../src/training/trees/training-memory.ts';

/** Where things are in the memory of these tests, in bytes. */
const at = {
  floats: 0,
  others: 4096,
  pairs: 8192,
  order: 32_768,
  // not compared: one engine writes what it does not need
  scratch: 2 ** 19,
  codes: 40_960,
  target: 65_536,
  histogram: 131_072,
  part: 262_144,
  small: 393_216,
} as const;
const rows = 1000;

/** Two memories with the same content, one for each engine: numbers of many magnitudes, an order of rows, codes. */
function createBoth(seed: number): readonly [TrainingMemory, TrainingMemory] {
  const random = createSeededRandom(seed);
  const both = [
    createTrainingMemory(2 ** 19 + 4096, 'wasm'),
    createTrainingMemory(2 ** 19 + 4096, 'javascript'),
  ] as const;
  const spread = random() * 12;
  const float = () => (random() - 0.5) * 10 ** (spread * (random() - 0.5));
  const floats = Float32Array.from({ length: 2048 }, () => (random() < 0.05 ? -0 : float()));
  const order = Uint32Array.from({ length: rows }, () => Math.floor(random() * rows));
  const codes = Uint8Array.from({ length: 16 * rows }, () => random() * 256);
  const sums = Float64Array.from({ length: 32_768 }, () => Math.round(random() * 99 - 50));
  for (const { buffer } of both) {
    new Float32Array(buffer).set(floats);
    new Uint32Array(buffer, at.order).set(order);
    new Uint8Array(buffer, at.codes).set(codes);
    new Float64Array(buffer, at.histogram).set(sums);
  }
  return both;
}

/** Calls both engines, and expects the same answer and the same memory. */
function expectEqual(seed: number, call: (kernels: TrainingMemory['kernels']) => unknown): void {
  const [fast, plain] = createBoth(seed);
  expect(call(fast.kernels)).toBe(call(plain.kernels));
  const bytes = (memory: TrainingMemory) => Buffer.from(new Uint8Array(memory.buffer, 0, 2 ** 19));
  expect(bytes(fast).equals(bytes(plain))).toBe(true);
}

test('WebAssembly is there, or the other tests would compare JavaScript with itself', () => {
  expect(createTrainingMemory(8, 'wasm').shared).not.toBeNull();
  expect(createTrainingMemory(8, 'javascript').shared).toBeNull();
});

test.each<[string, (kernels: TrainingMemory['kernels']) => unknown]>([
  ['the largest magnitude', (kernels) => kernels.largest(at.floats, rows)],
  ['the sum of magnitudes', (kernels) => kernels.sumUnits(at.floats, rows, 12_345.678)],
  [
    'pairs on a grid',
    (kernels) =>
      kernels.pairGradients(at.floats, at.others, rows, 2 ** 14, 2 ** 20, at.pairs, at.target),
  ],
  [
    'the sum of some pairs',
    (kernels) => {
      kernels.pairGradients(at.floats, at.others, rows, 2 ** 14, 2 ** 14, at.pairs, at.target);
      kernels.sumPairs(at.order, 700, at.pairs, at.target);
    },
  ],
  [
    'sums of rows by bin, and the rest of a whole',
    (kernels) => {
      kernels.pairGradients(at.floats, at.others, rows, 2 ** 14, 2 ** 14, at.pairs, at.target);
      // narrow codes are below 16: the codes of the columns before, spread, serve as wide ones only
      kernels.addRows(at.order, 900, at.codes, 8, at.pairs, 0, at.small, at.codes, 2, at.part);
      kernels.subtract(at.histogram, at.part, 32_768);
    },
  ],
  [
    'sums of a column of short codes',
    (kernels) => {
      kernels.pairGradients(at.floats, at.others, rows, 2 ** 14, 2 ** 14, at.pairs, at.target);
      kernels.spreadBytes(at.codes, at.small, at.small, at.small, rows, at.target, 2);
      kernels.addColumn(at.order, 900, at.target, at.pairs, at.part, 4096 * 32);
    },
  ],
  [
    'sums of rows by bin, of u16 codes',
    (kernels) => {
      kernels.pairGradients(at.floats, at.others, rows, 2 ** 14, 2 ** 14, at.pairs, at.target);
      kernels.spreadBytes(at.codes, at.small, at.small, at.small, 4000, at.target, 2);
      kernels.addBroad(at.order, 900, at.target, 8, at.pairs, 1, at.part);
    },
  ],
  ['rows in order', (kernels) => kernels.countUp(at.order, rows)],
  [
    'rows parted by byte codes',
    (kernels) => {
      kernels.byteBins(at.floats, 256, at.target, 1, 1, 0, at.part);
      return kernels.partitionBytes(at.order, rows, at.codes, at.part, at.scratch);
    },
  ],
  ['answers of a leaf', (kernels) => kernels.addLeaf(at.order, rows, at.floats, Math.fround(0.1))],
  [
    'codes side by side',
    (kernels) =>
      kernels.spreadBytes(
        at.codes,
        at.codes + rows,
        at.codes + 2 * rows,
        at.codes + 3 * rows,
        rows,
        at.target,
        12,
      ),
  ],
  [
    'u16 codes side by side',
    (kernels) =>
      kernels.spreadShorts(
        at.codes,
        at.codes + 2 * rows,
        at.codes + 4 * rows,
        at.codes + 6 * rows,
        rows,
        at.target,
        24,
      ),
  ],
  ['what is among numbers', (kernels) => kernels.inspect(at.histogram, rows)],
])('both engines give %s and leave the same memory', (_, call) => {
  fc.assert(
    fc.property(fc.integer(), (seed) => expectEqual(seed, call)),
    { numRuns: 10 },
  );
});

test('what is among numbers is told by their kind', () => {
  for (const engine of ['wasm', 'javascript'] as const) {
    const { buffer, kernels } = createTrainingMemory(64, engine);
    const values = new Float32Array(buffer, 0, 4);
    const inspect = (...numbers: number[]) => {
      values.set(numbers);
      return kernels.inspect(0, 4);
    };
    expect(inspect(0, -1, 3e38, 1e-45)).toBe(0);
    expect(inspect(0, Number.NaN, 1, 1)).toBe(1);
    expect(inspect(0, 1, 1, Number.NEGATIVE_INFINITY)).toBe(2);
    expect(inspect(Number.POSITIVE_INFINITY, Number.NaN, 1, 1)).toBe(3);
    values.set([1, Number.NaN, 1, 1]);
    expect(kernels.largest(0, 4)).toBeNaN();
  }
});
