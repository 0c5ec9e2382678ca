import type { JsonValue } from '../json/json-value.ts';
import { refuseBroken } from '../refusals.ts';

/** What a file holds: trees with their weights, or the numbers of a weighted sum. */
export type Booster = TreeBooster | LinearBooster;

/** Where the trees of a file are, and by what each is multiplied. */
export interface TreeBooster {
  readonly kind: 'trees';
  /** The object that holds `trees`. */
  readonly forest: JsonValue;
  /** Weights that the dropout of the dart booster left, for the first trees; any further tree has weight 1. */
  readonly weights: Float32Array;
}

/** Where the weights of the gblinear booster are. */
export interface LinearBooster {
  readonly kind: 'linear';
  readonly weights: JsonValue;
}

/**
 * Finds the trees and their weights. XGBoost has kept the weights in three places: up to 3.2 in a booster called `dart`
 * around one called `gbtree`, in 3.3 in the booster called `gbtree`, and since 3.4 beside the trees. So whether a file has
 * weights is told by the weights, and never by the name.
 */
export function readBooster(booster: JsonValue): Booster {
  const name = booster.at('name').string();
  if (name === 'gblinear') {
    return { kind: 'linear', weights: booster.at('model').at('weights') };
  }
  if (name !== 'gbtree' && name !== 'dart') {
    refuseBroken(`${booster.path}/name: expected "gbtree", "dart" or "gblinear"`);
  }
  const forest = (booster.find('gbtree') ?? booster).at('model');
  const weights = forest.find('weight_drop') ?? booster.find('weight_drop');
  return { kind: 'trees', forest, weights: Float32Array.from(weights?.numbers() ?? []) };
}
