import fc from 'fast-check';
import { expect, it } from 'vitest';
import { coverRatios } from '../../../src/explain/cover-ratios.ts';
import { annotateTrees } from '../../../src/explain/kernels/annotate-trees.ts';
import type { TreeEnsemble } from '../../../src/model/index.ts';
import { randomEnsemble } from '../random-ensemble.ts';

/** What stands in the annotations, edge by edge up to the root. */
function walkUp(
  { column, right }: TreeEnsemble,
  ratios: Float64Array,
  parent: Int32Array,
  node: number,
) {
  const found = { previous: -1, rightOfPrevious: 0, ratioAbove: 1, othersRatio: 1 };
  for (
    let child = node, above = parent[node]!;
    above !== -1;
    child = above, above = parent[above]!
  ) {
    if (column[above] !== column[node]) {
      found.othersRatio *= ratios[child]!;
      continue;
    }
    found.ratioAbove *= ratios[child]!;
    if (found.previous !== -1) continue;
    found.previous = above;
    found.rightOfPrevious = child === right[above] ? 1 : 0;
  }
  return found;
}

it('is what walking up from each node gives, also with covers of 0 and the smallest there are', () => {
  fc.assert(
    fc.property(randomEnsemble(4, { varied: true }), (ensemble) => {
      const ratios = coverRatios(ensemble);
      const annotations = annotateTrees(ensemble, ratios);
      for (let node = 0; node < ensemble.left.length; node++) {
        if (ensemble.left[node] === -1) continue;
        const walked = walkUp(ensemble, ratios, annotations.parent, node);
        expect(annotations.previous[node]).toBe(walked.previous);
        expect(annotations.rightOfPrevious[node]).toBe(walked.rightOfPrevious);
        for (const name of ['ratioAbove', 'othersRatio'] as const) {
          const error = Math.abs(annotations[name][node]! - walked[name]);
          expect(error).toBeLessThanOrEqual(1e-14 * walked[name] + 1e-300);
        }
      }
    }),
    { numRuns: 500 },
  );
});
