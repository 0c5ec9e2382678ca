import type { JsonValue } from '../json/json-value.ts';
import { refuseBroken } from '../refusals.ts';

/**
 * What a file of ours says beside what XGBoost has a place for, as attributes of the learner, which XGBoost keeps and does
 * not look at.
 */
export interface OwnAttributes {
  /** The answers are probabilities of labels, not values; `null` when the objective says what they are. */
  readonly task: 'binary' | 'multiclass' | null;
  /** So many trees of one leaf come first and stand for the base scores. */
  readonly baseTrees: number;
  /** Whether `sum_hessian` is what reached each node, and not only zeros. */
  readonly hasCovers: boolean;
}

/** The names of the attributes. */
export const ownAttributes = {
  task: 'spillway_task',
  baseTrees: 'spillway_base_trees',
  covers: 'spillway_covers',
} as const;

/** Reads them from a learner; most have none. */
export function readOwnAttributes(learner: JsonValue): OwnAttributes {
  const attributes = learner.find('attributes');
  const task = attributes?.find(ownAttributes.task)?.string() ?? null;
  if (task !== null && task !== 'binary' && task !== 'multiclass') {
    refuseBroken(`${ownAttributes.task}: expected "binary" or "multiclass"`);
  }
  return {
    task,
    baseTrees: attributes?.find(ownAttributes.baseTrees)?.count(0, 2 ** 31) ?? 0,
    hasCovers: attributes?.find(ownAttributes.covers)?.is('none') !== true,
  };
}
