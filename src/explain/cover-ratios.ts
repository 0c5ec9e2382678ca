import { SpillwayError } from '../core/index.ts';
import type { TreeEnsemble } from '../model/index.ts';

/**
 * For each node that has a parent, the share of the parent's cover that reached it. Both children are divided, since
 * float32 covers do not add up to their parent's. Below a node that no training row reached each side counts half.
 * @throws SpillwayError `NOT_EXPLAINABLE` when the ensemble has no covers.
 */
export function coverRatios({ cover, left, right }: TreeEnsemble): Float64Array {
  if (cover === null) {
    throw new SpillwayError(
      'NOT_EXPLAINABLE',
      'the trees carry no covers (the training weight that reached each node), without which their answers cannot be attributed exactly; for ml-random-forest a file of covers beside the artifact, named in the card, supplies them',
    );
  }
  const ratios = new Float64Array(left.length).fill(1);
  for (let node = 0; node < left.length; node++) {
    if (left[node] === -1) continue;
    for (const child of [left[node]!, right[node]!]) {
      ratios[child] = cover[node] === 0 ? 0.5 : cover[child]! / cover[node]!;
    }
  }
  return ratios;
}
