import { expect, test } from 'vitest';
import { createParallelScorer } from '../../src/inference/kernels/create-parallel-scorer.ts';
import { createTreeKernel } from '../../src/inference/kernels/create-tree-kernel.ts';
import { drawSample } from './kernels-samples.ts';

// Node runs the compiled file; the global setup builds it
const workerFile = new URL('../../dist/inference/kernels/score-worker.js', import.meta.url);

const { ensemble, rows } = drawSample({
  seed: 5,
  columns: 4,
  trees: 9,
  outputs: 3,
  leafSize: 1,
  inputs: 'float32',
  comparison: '<=',
  arithmetic: 'float64',
  leaves: 20,
  thresholds: 40,
  categories: 0,
  skew: 0.1,
  divisor: 3,
  offset: 0.5,
});
const count = 40_000;
const input = rows(count, 0.2);
const expected = new Float64Array(count * 3);
createTreeKernel(ensemble).predictRows(input, count, expected);

test('threads give the scores of the kernel, also for batches in a row and at once', async () => {
  const scorer = createParallelScorer(ensemble, { threads: 2, workerFile });
  for (const part of [count, 32_768, 40, ...Array(12).fill(count)]) {
    const scores = [input, Float32Array.from(input)].map(() => new Float64Array(part * 3));
    await Promise.all(scores.map((numbers) => scorer.predictRows(input, part, numbers)));
    for (const numbers of scores) expect(firstDifference(numbers)).toBe(-1);
  }
  await scorer.close();
});

test('shared memory is used in place', async () => {
  const scorer = createParallelScorer(ensemble, { threads: 3, leastRows: 1, workerFile });
  const sharedRows = new Float64Array(new SharedArrayBuffer(input.byteLength));
  sharedRows.set(input);
  const scores = new Float64Array(new SharedArrayBuffer(expected.byteLength));
  await scorer.predictRows(sharedRows, count, scores);
  expect(firstDifference(scores)).toBe(-1);
  await scorer.close();
});

test('a batch of a closed scorer, and one that its arrays do not hold, is refused', async () => {
  const scorer = createParallelScorer(ensemble, { threads: 2, workerFile });
  const scores = new Float64Array(count * 3);
  await expect(scorer.predictRows(input, count + 1, scores)).rejects.toThrow(RangeError);
  const running = scorer.predictRows(input, count, scores);
  await Promise.resolve();
  await Promise.resolve();
  await Promise.all([expect(running).rejects.toThrow('ended before'), scorer.close()]);
  await expect(scorer.predictRows(input, count, scores)).rejects.toThrow('closed');
  await expect(scorer.predictRows(input, 1, scores)).rejects.toThrow('closed');
});

test('a small batch that its arrays do not hold is refused, not filled with rows of another', async () => {
  const scorer = createParallelScorer(ensemble, { threads: 2, workerFile });
  const scores = new Float64Array(40 * 3);
  await scorer.predictRows(input, 40, scores);
  await expect(scorer.predictRows(input.subarray(0, 8), 40, scores)).rejects.toThrow(RangeError);
  await expect(scorer.predictRows(input, 41, scores)).rejects.toThrow(RangeError);
});

test.each([0, -1, 1.5, 65, Number.NaN])('%d threads are refused', (threads) => {
  expect(() => createParallelScorer(ensemble, { threads })).toThrow('1 to 64 threads');
});

test('a thread that cannot start fails its batch and nothing else', async () => {
  const nowhere = new URL('no-such-worker.js', workerFile);
  const scorer = createParallelScorer(ensemble, { threads: 2, workerFile: nowhere });
  const scores = new Float64Array(count * 3);
  for (let batch = 0; batch < 2; batch++) {
    await expect(scorer.predictRows(input, count, scores)).rejects.toThrow('no-such-worker');
  }
  await scorer.close();
});

function firstDifference(scores: Float64Array): number {
  return scores.findIndex((score, at) => score !== expected[at]);
}
