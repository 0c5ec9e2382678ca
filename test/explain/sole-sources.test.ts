import { expect, it } from 'vitest';
import { soleSources } from '../../src/explain/interventional/sole-sources.ts';
import type { FeatureStep } from '../../src/model/index.ts';

const steps: readonly FeatureStep[] = [
  { kind: 'fill', of: 1, value: 0 },
  { kind: 'equals', of: 3, operand: 2 },
  { kind: 'first', of: [3, 4] },
  { kind: 'first', of: [0, 4] },
];

it('follows each column to the one value that it is made from', () => {
  const columns = [2, 4, 5, 0, 3];
  expect([...soleSources({ features: 3, steps, columns })]).toEqual([2, 1, 1, 0, 1]);
});

it('refuses a column that is made from several', () => {
  const refused = () => soleSources({ features: 3, steps, columns: [0, 6] });
  expect(refused).toThrow(expect.objectContaining({ code: 'NOT_EXPLAINABLE' }));
});
