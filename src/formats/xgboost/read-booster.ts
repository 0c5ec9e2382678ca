import type { JsonValue } from '../json/json-value.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';

/** Where the trees of a file are, and by what each is multiplied. */
export interface Booster {
  /** The object that holds `trees`. */
  readonly forest: JsonValue;
  /** Weights that the dropout of the dart booster left, for the first trees; any further tree has weight 1. */
  readonly weights: Float32Array;
}

/**
 * Finds the trees and their weights. XGBoost has kept the weights in three places: up to 3.2 in a booster called `dart`
 * around one called `gbtree`, in 3.3 in the booster called `gbtree`, and since 3.4 beside the trees. So whether a file has
 * weights is told by the weights, and never by the name.
 */
export function readBooster(booster: JsonValue): Booster {
  const name = booster.at('name').string();
  if (name === 'gblinear') refuseUnsupported('gblinear booster', 'train with booster="gbtree"');
  if (name !== 'gbtree' && name !== 'dart') {
    refuseBroken(`${booster.path}/name: expected "gbtree" or "dart"`);
  }
  const forest = (booster.find('gbtree') ?? booster).at('model');
  const weights = forest.find('weight_drop') ?? booster.find('weight_drop');
  return { forest, weights: Float32Array.from(weights?.numbers() ?? []) };
}
