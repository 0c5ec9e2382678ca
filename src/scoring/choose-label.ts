import type { Label } from '../model/index.ts';

/** The label of a binary answer: the positive one from the threshold on, inclusive. */
export function labelOfProbability(
  probability: number,
  labels: readonly Label[],
  threshold: number,
): Label {
  return labelAt(labels, probability >= threshold ? 1 : 0);
}

/** The most probable of several labels, the first of equal ones. */
export function mostProbableLabel(
  probabilities: readonly number[],
  labels: readonly Label[],
): Label {
  return labelAt(labels, probabilities.indexOf(Math.max(...probabilities)));
}

function labelAt(labels: readonly Label[], index: number): Label {
  return labels[index] ?? index;
}
