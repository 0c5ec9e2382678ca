import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createFastGrower,
  type FastGrowerOptions,
} from '../../../src/training/trees/fast-grower.ts';
import { createReferenceGrower } from '../../../src/training/trees/reference-grower.ts';
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
    fc.property(growerSamples, (sample) => {
      const table = drawTable(sample);
      const expected = grow(sample, createReferenceGrower(table, sample.parameters));
      expect(grow(sample, createFastGrower(table, sample.parameters, options))).toEqual(expected);
    }),
    { numRuns: 150 },
  );
});
