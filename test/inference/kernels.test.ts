import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifyCategories } from '../../src/inference/kernels/category-classes.ts';
import {
  createTreeKernel,
  type TreeKernelOptions,
} from '../../src/inference/kernels/create-tree-kernel.ts';
import { createKernelMemory } from '../../src/inference/kernels/kernel-memory.ts';
import { createLaneKernel } from '../../src/inference/kernels/lane-kernel.ts';
import type { TreeKernelExports } from '../../src/inference/kernels/tree-kernel-exports.ts';
import { treeKernelsWasm } from '../../src/inference/kernels/tree-kernels-wasm.ts';
import { measureTrees } from '../../src/inference/kernels/tree-shapes.ts';
import { createWalkKernel } from '../../src/inference/kernels/walk-kernel.ts';
import { createTreeEnsemble, type TreeEnsemble } from '../../src/model/index.ts';
import { judgeRow } from './kernels-judge.ts';
import { drawSample, type SampleShape } from './kernels-samples.ts';

const root = new URL('../..', import.meta.url);

const plainShape: SampleShape = {
  seed: 1,
  columns: 7,
  trees: 20,
  outputs: 1,
  leafSize: 1,
  inputs: 'float32',
  comparison: '<',
  arithmetic: 'float32',
  leaves: 40,
  thresholds: 30,
  categories: 0,
  skew: 0.2,
  divisor: 1,
  offset: 0,
};

const sampleShapes: fc.Arbitrary<SampleShape> = fc
  .record({
    seed: fc.integer(),
    columns: fc.integer({ min: 1, max: 12 }),
    trees: fc.integer({ min: 0, max: 21 }),
    outputs: fc.constantFrom(1, 1, 1, 2, 3, 5),
    leafSize: fc.constantFrom(1, 1, 2),
    inputs: fc.constantFrom('float32' as const, 'float64' as const),
    comparison: fc.constantFrom('<' as const, '<=' as const),
    arithmetic: fc.constantFrom('float32' as const, 'float64' as const),
    leaves: fc.constantFrom(1, 2, 3, 20, 70, 256, 600),
    thresholds: fc.constantFrom(1, 2, 7, 40, 300, 700),
    categories: fc.constantFrom(0, 0, 0, 3, 40, 254, 300, 2000),
    skew: fc.constantFrom(0, 0.3, 0.97),
    divisor: fc.constantFrom(1, 1, 3, 20),
    offset: fc.constantFrom(0, 0, 0.25, -1e-3),
  })
  .map((shape) => (shape.leafSize === 1 ? shape : { ...shape, leafSize: shape.outputs }));

const kernels: readonly [string, TreeKernelOptions][] = [
  ['chosen', {}],
  ['lanes', { batch: 'lanes' }],
  ['walks', { batch: 'walks' }],
  ['rows', { batch: 'rows' }],
  ['plain JavaScript', { engine: 'javascript' }],
];

/** Scores of the judge for each row. */
function judgeRows(ensemble: TreeEnsemble, rows: ArrayLike<number>): Float64Array {
  const width = ensemble.columns.length;
  const numbers = Array.from(rows);
  const count = numbers.length / width;
  return Float64Array.from(
    Array.from({ length: count }, (_, row) =>
      judgeRow(ensemble, numbers.slice(row * width, (row + 1) * width)),
    ).flat(),
  );
}

function expectEqual(actual: Float64Array, expected: Float64Array): void {
  const index = actual.findIndex((score, at) => !Object.is(score, expected[at]));
  if (index !== -1) expect.fail(`score ${index}: ${actual[index]}, expected ${expected[index]}`);
}

describe.each(kernels)('%s', (_name, options) => {
  test('gives what the definition gives, one row and many', () => {
    fc.assert(
      fc.property(
        sampleShapes,
        fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constantFrom(63, 64, 65, 130, 200)),
        fc.constantFrom(0, 0.1, 0.95),
        fc.boolean(),
        (shape, count, missing, single) => {
          const { ensemble, rows } = drawSample(shape);
          const kernel = createTreeKernel(ensemble, options);
          const drawn = rows(count, missing);
          const input = single ? Float32Array.from(drawn) : drawn;
          const expected = judgeRows(ensemble, input);
          const scores = new Float64Array(expected.length);
          kernel.predictRows(input, count, scores);
          expectEqual(scores, expected);
          const one = new Float64Array(ensemble.outputs);
          for (let row = 0; row < Math.min(count, 20); row++) {
            const at = row * shape.columns;
            kernel.predictRow(Float64Array.from(input.subarray(at, at + shape.columns)), one);
            const from = row * ensemble.outputs;
            expectEqual(one, expected.subarray(from, from + ensemble.outputs));
          }
        },
      ),
      { numRuns: Number(process.env['SPILLWAY_KERNEL_RUNS'] ?? 150) },
    );
  });

  test.each([1, 7, 8, 15, 16, 17, 63, 64, 65, 511, 512, 513, 2047, 2048, 2049])(
    '%i rows at once, twice, and no score beyond',
    (count) => {
      const { ensemble, rows } = drawSample({ ...plainShape, trees: 3, leaves: 12 });
      const kernel = createTreeKernel(ensemble, options);
      for (const missing of [0.9, 0.1]) {
        const input = rows(count, missing);
        const scores = new Float64Array(count + 3).fill(7);
        kernel.predictRows(input, count, scores);
        expectEqual(scores, Float64Array.of(...judgeRows(ensemble, input), 7, 7, 7));
      }
    },
  );
});

test('a kernel memory is made at its full size, so that nothing is detached before it grows again', () => {
  const memory = createKernelMemory<TreeKernelExports>(treeKernelsWasm, 2 ** 24)!;
  expect(() => memory.buffer).toThrow('before it is committed');
  const address = memory.reserve(2 ** 20);
  expect(memory.commit()).toBe(true);
  const { buffer } = memory;
  expect(buffer.byteLength).toBeGreaterThanOrEqual(address + 2 ** 20);
  memory.reserve(16);
  expect(memory.commit()).toBe(true);
  expect(memory.buffer).toBe(buffer);
  memory.reserve(2 ** 20);
  expect(memory.commit()).toBe(true);
  expect(memory.buffer).not.toBe(buffer);
  memory.reserve(2 ** 24);
  expect(memory.commit()).toBe(false);
});

describe('what a batch kernel can express', () => {
  const create = (changes: Partial<SampleShape>, method: 'lanes' | 'walks') => {
    const { ensemble } = drawSample({ ...plainShape, ...changes });
    const shapes = measureTrees(ensemble);
    const memory = createKernelMemory<TreeKernelExports>(treeKernelsWasm, 2 ** 30)!;
    const classes = classifyCategories(ensemble)!;
    return method === 'lanes'
      ? createLaneKernel(ensemble, shapes, classes, memory)
      : createWalkKernel(ensemble, shapes, memory);
  };

  test.each<[string, Partial<SampleShape>, boolean, boolean]>([
    ['few leaves', {}, true, true],
    ['no trees', { trees: 0 }, true, true],
    ['256 leaves', { leaves: 256 }, true, true],
    ['600 leaves', { leaves: 600 }, false, true],
    ['700 thresholds a column', { thresholds: 700, leaves: 200 }, true, true],
    ['float64 values and sums', { inputs: 'float64', arithmetic: 'float64' }, true, true],
    ['several outputs', { outputs: 3, leafSize: 3 }, true, true],
    ['categories', { categories: 40 }, true, false],
    ['categories of more than 255 classes', { categories: 60_000, trees: 200 }, false, false],
  ])('%s', (_name, changes, lanes, walks) => {
    expect(create(changes, 'lanes') !== null).toBe(lanes);
    expect(create(changes, 'walks') !== null).toBe(walks);
  });
});

test('leaves that add up the row are walked plainly', () => {
  const ensemble = createTreeEnsemble({
    columns: ['a', 'b'],
    outputs: 1,
    leafSize: 1,
    inputs: 'float64',
    comparison: '<=',
    arithmetic: 'float64',
    base: [0.1],
    link: 'identity',
    trees: [
      {
        output: 0,
        left: [1, -1, -1],
        right: [2, -1, -1],
        column: [0, 0, 0],
        threshold: [0.5, 0, 0],
        missingLeft: [1, 0, 0],
        value: [0, 3, 4],
        cover: null,
        linear: [null, { constant: 0.3, columns: [1, 0], coefficients: [0.7, 0.1] }, null],
      },
    ],
  });
  const input = Float64Array.of(0.1, 0.2, 0.6, 0.2, 0.1, Number.NaN, Number.NaN, 0.2);
  const scores = new Float64Array(4);
  createTreeKernel(ensemble).predictRows(input, 4, scores);
  expectEqual(scores, judgeRows(ensemble, input));
});

test('codes beyond a table are walked plainly', () => {
  const { ensemble, rows } = drawSample({ ...plainShape, categories: 2 ** 31 });
  expect(classifyCategories(ensemble)).toBeNull();
  const input = rows(100, 0.1);
  const scores = new Float64Array(100);
  createTreeKernel(ensemble).predictRows(input, 100, scores);
  expectEqual(scores, judgeRows(ensemble, input));
});

test('float32 sums of numbers that are none are walked plainly', () => {
  const { ensemble, rows } = drawSample({ ...plainShape, arithmetic: 'float64' });
  const rounded = { ...ensemble, arithmetic: 'float32' as const };
  const input = rows(100, 0.1);
  const scores = new Float64Array(100);
  createTreeKernel(rounded).predictRows(input, 100, scores);
  expectEqual(scores, judgeRows(rounded, input));
});

test('a model that would take more memory than allowed is walked plainly', () => {
  const { ensemble, rows } = drawSample(plainShape);
  const input = rows(100, 0.1);
  for (const memoryLimit of [1000, 100_000, 200_000, 2 ** 21]) {
    const scores = new Float64Array(100);
    createTreeKernel(ensemble, { memoryLimit }).predictRows(input, 100, scores);
    expectEqual(scores, judgeRows(ensemble, input));
  }
});

test('bitmaps of categories take no more memory than the model accounts for', () => {
  // a chain in which each node looks for a category of its own: bitmaps would take 200 MB
  const inner = 40_000;
  const nodes = Array.from({ length: 2 * inner + 1 }, (_, node) => node);
  const isInner = (node: number) => node % 2 === 0 && node < 2 * inner;
  const ensemble = createTreeEnsemble({
    columns: ['code'],
    outputs: 1,
    leafSize: 1,
    arithmetic: 'float64',
    base: [0],
    link: 'identity',
    trees: [
      {
        output: 0,
        left: nodes.map((node) => (isInner(node) ? node + 1 : -1)),
        right: nodes.map((node) => (isInner(node) ? node + 2 : -1)),
        column: nodes.map(() => 0),
        threshold: nodes.map(() => 0),
        missingLeft: nodes.map(() => 0),
        value: nodes,
        cover: null,
        categories: nodes.map((node) => (isInner(node) ? [node / 2] : null)),
      },
    ],
  });
  const before = process.memoryUsage();
  const kernel = createTreeKernel(ensemble);
  const after = process.memoryUsage();
  expect(after.arrayBuffers + after.external - before.arrayBuffers - before.external).toBeLessThan(
    2 ** 26,
  );
  const input = Float64Array.of(0, 17, 39_999, 40_000, Number.NaN);
  const scores = new Float64Array(input.length);
  kernel.predictRows(input, input.length, scores);
  expectEqual(scores, judgeRows(ensemble, input));
});

test('a process without WebAssembly walks plainly', () => {
  const script = `
    import { createTreeEnsemble } from './dist/model/index.js';
    import { createTreeKernel } from './dist/inference/kernels/create-tree-kernel.js';
    const tree = {
      output: 0, left: [1, -1, -1], right: [2, -1, -1], column: [0, 0, 0], threshold: [0.5, 0, 0],
      missingLeft: [1, 0, 0], value: [0, 3, 4], cover: null,
    };
    const ensemble = createTreeEnsemble({
      columns: ['a'], outputs: 1, leafSize: 1, inputs: 'float64', comparison: '<', arithmetic: 'float64',
      base: [0.5], link: 'identity', trees: [tree],
    });
    const scores = new Float64Array(3);
    createTreeKernel(ensemble).predictRows(Float64Array.of(0, 0.5, NaN), 3, scores);
    console.log(typeof WebAssembly, scores.join());
  `;
  const told = execFileSync(
    process.execPath,
    ['--jitless', '--input-type=module', '--eval', script],
    { cwd: root, encoding: 'utf8' },
  );
  expect(told).toBe('undefined 3.5,4.5,3.5\n');
});

test('the bytes that are checked in are those of the source', () => {
  execFileSync(process.execPath, ['scripts/wasm/build.js', '--check'], { cwd: root });
});
