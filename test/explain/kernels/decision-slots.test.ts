import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createDecisionSlots,
  strictThresholds,
} from '../../../src/explain/kernels/decision-slots.ts';
import { sendsLeft } from '../../../src/inference/index.ts';
import type { TreeEnsemble } from '../../../src/model/index.ts';
import { createSeededRandom } from '../../../src/testing/index.ts';
import { chain } from '../chain.ts';
import { randomEnsemble, randomRow } from '../random-ensemble.ts';

/** By its slot, or by its strict threshold. */
function decideAll(ensemble: TreeEnsemble, row: Float64Array): (boolean | null)[] {
  const slots = createDecisionSlots(ensemble);
  const thresholds = strictThresholds(ensemble);
  const decisions = new Float64Array(slots.count);
  slots.decide(row, decisions);
  return inner(ensemble, (node) => {
    const slot = slots.slotOf[node]!;
    if (slot !== -1) return decisions[slot]! < 0;
    const x = round(ensemble, row[ensemble.column[node]!]!);
    const missing = ensemble.missingLeft[node] === 1 ? -Infinity : Infinity;
    return (Number.isNaN(x) ? missing : x) < thresholds[node]!;
  });
}

function expected(ensemble: TreeEnsemble, row: Float64Array): (boolean | null)[] {
  return inner(ensemble, (node) =>
    sendsLeft(ensemble, node, round(ensemble, row[ensemble.column[node]!]!)),
  );
}

function inner({ left }: TreeEnsemble, decide: (node: number) => boolean): (boolean | null)[] {
  return Array.from(left, (child, node) => (child === -1 ? null : decide(node)));
}

function round({ inputs }: TreeEnsemble, x: number): number {
  return inputs === 'float32' ? Math.fround(x) : x;
}

/** A chain over one column, each node of which looks for categories of its own. */
function categoricalChain(depth: number, codesOf: (level: number) => number[]): TreeEnsemble {
  const ensemble = chain(depth, 1, createSeededRandom(1), () => 0.99);
  const lists = Array.from(ensemble.left, (child, node) =>
    child === -1 ? null : codesOf(node / 2),
  );
  const count = Int32Array.from(lists, (list) => list?.length ?? -1);
  const start = new Int32Array(count.length);
  for (let node = 1; node < start.length; node++) {
    start[node] = start[node - 1]! + Math.max(0, count[node - 1]!);
  }
  const categories = Int32Array.from(lists.flatMap((list) => list ?? []));
  return { ...ensemble, categorical: { count, start, categories } };
}

describe('decisions', () => {
  it('are those of every node of random ensembles', () => {
    fc.assert(
      fc.property(randomEnsemble(4, { varied: true }), randomRow(4), (ensemble, row) => {
        expect(decideAll(ensemble, row)).toEqual(expected(ensemble, row));
      }),
      { numRuns: 500 },
    );
  });

  it('are those of nodes with more categories than a table holds', () => {
    const many = Array.from({ length: 65_536 }, (_, code) => code);
    const ensemble = categoricalChain(2_100, (level) => (level === 0 ? many : [level, level + 7]));
    for (const x of [Number.NaN, -1, 0, 9.5, 2_105, 65_535, 65_536, 2 ** 40]) {
      const row = Float64Array.of(x);
      expect(decideAll(ensemble, row)).toEqual(expected(ensemble, row));
    }
  });

  it('are made once for equal tests', () => {
    const ensemble = categoricalChain(100, (level) => [level % 3, 10]);
    expect(createDecisionSlots(ensemble).count).toBe(3);
  });
});
