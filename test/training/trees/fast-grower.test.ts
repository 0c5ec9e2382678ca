import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createFastGrower,
  type FastGrowerOptions,
} from '../../../src/training/trees/fast-grower.ts';
import { createCrew } from '../../../src/training/trees/grower-crew.ts';
import { layOutGrower, recordBytes } from '../../../src/training/trees/grower-layout.ts';
import { createReferenceGrower } from '../../../src/training/trees/reference-grower.ts';
import { commands } from '../../../src/training/trees/run-share.ts';
import { createTrainingMemory } from '../../../src/training/trees/training-memory.ts';
import type { TreeGrower } from '../../../src/training/trees/tree-grower.ts';
import { drawRounds, drawTable, type GrowerSample, growerSamples } from './grower-samples.ts';

/** Trees and margins of some rounds. */
function grow(sample: GrowerSample, grower: TreeGrower) {
  const rounds = [...drawRounds(sample, 3)].map((round) => ({
    tree: grower.grow(round),
    margins: round.margins.slice(),
  }));
  grower.close();
  return rounds;
}

test.each<[string, FastGrowerOptions]>([
  ['WebAssembly', {}],
  ['plain JavaScript', { engine: 'javascript' }],
  ['three histograms', { histogramBytes: 1 }],
])('with %s trees and margins are those of the reference, bit for bit', (_, options) => {
  fc.assert(
    fc.property(growerSamples, (drawn) => {
      // histograms that were given up are summed anew, which shows where sums are not exact
      const sample = options.histogramBytes === undefined ? drawn : { ...drawn, spread: 0 };
      const table = drawTable(sample);
      const expected = grow(sample, createReferenceGrower(table, sample.parameters));
      expect(grow(sample, createFastGrower(table, sample.parameters, options))).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

// Node runs the compiled file; the global setup builds it
const workerFile = new URL('../../../dist/training/trees/grower-worker.js', import.meta.url);

const wide: GrowerSample = {
  seed: 7,
  rows: 3000,
  columns: [300, 256, 16, 9, 4, 200, 31, 2, 40, 255].map((bins, index) => ({
    bins,
    isCategory: index % 4 === 3,
    missing: index % 3 === 0 ? 0.1 : 0,
  })),
  parameters: {
    eta: 0.3,
    max_depth: 8,
    max_leaves: 0,
    grow_policy: 'depthwise',
    lambda: 1,
    alpha: 0,
    gamma: 0,
    min_child_weight: 1,
    max_delta_step: 0,
    monotone_constraints: Array.from({ length: 10 }, () => 0),
    max_cat_to_onehot: 4,
    max_cat_threshold: 64,
  },
  sampledRows: 0.8,
  sampledColumns: 1,
  scale: 1,
};

test.each([
  [2, 0],
  [3, 0],
  [3, 60],
  [20, 0],
])(
  '%i threads give the same bits, with magnitudes over %i powers of two',
  async (threads, spread) => {
    const sample = { ...wide, spread };
    const table = drawTable(sample);
    const expected = grow(sample, createReferenceGrower(table, sample.parameters));
    expect(expected[0]!.tree.left.length).toBeGreaterThan(30);
    const grower = createFastGrower(table, sample.parameters, { threads, workerFile });
    // before the threads are there, while they come, and with all of them
    for (const waitMs of [0, 30, 1000]) {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      const rounds = [...drawRounds(sample, 3)].map((round) => ({
        tree: grower.grow(round),
        margins: round.margins.slice(),
      }));
      expect(rounds).toEqual(expected);
    }
    grower.close();
  },
);

test('the other threads do their shares once they are there', async () => {
  const layout = layOutGrower(drawTable(wide), 3, 2 ** 20);
  const memory = createTrainingMemory(layout.bytes, 'wasm');
  const words = new Int32Array(memory.buffer);
  const margins = new Float32Array(memory.buffer, layout.gradients, 3);
  words.set([0, 1, 2], layout.order >>> 2);
  // a leaf for each thread, with one row
  for (const thread of [0, 1, 2]) {
    const at = (layout.jobs + thread * recordBytes.job) >>> 2;
    words.set([thread, 1, 0, 0, 0, thread], at);
    new Float32Array(memory.buffer)[at + 4] = 10 + thread;
  }
  const idle = { ...memory.kernels, addLeaf: () => undefined };
  const crew = createCrew({ ...memory, kernels: idle }, layout, workerFile);
  while (crew.countThreads() < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  crew.run(commands.answer, 3, 0);
  expect([...margins]).toEqual([0, 11, 12]);
  crew.close();
});

test('a file of threads that is not there costs the threads only', () => {
  const table = drawTable(wide);
  const missing = new URL('./not-there.js', import.meta.url);
  const options = { threads: 2, workerFile: missing };
  const expected = grow(wide, createReferenceGrower(table, wide.parameters));
  expect(grow(wide, createFastGrower(table, wide.parameters, options))).toEqual(expected);
});

test.each([0, 1.5, 65, Number.NaN])('%d threads are refused', (threads) => {
  expect(() => createFastGrower(drawTable(wide), wide.parameters, { threads })).toThrow(
    `expected 1 to 64, got ${threads}`,
  );
});

test('gradients that are not finite are refused', () => {
  const grower = createFastGrower(drawTable(wide), wide.parameters);
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const [round] = drawRounds(wide, 1);
    round!.gradients[5] = bad;
    expect(() => grower.grow(round!)).toThrow('finite');
  }
});
