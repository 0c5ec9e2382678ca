import { SpillwayError } from '../../core/index.ts';
import { type Booster, limits, writeBooster } from '../../formats/index.ts';
import type { Fit } from './algorithm.ts';

/** A node takes some 60 to 100 bytes of JSON, and 34 of UBJSON. */
const mostNodesOfJson = 1_000_000;
const bytesOfUbjson = 34;

/**
 * The file of trees: JSON, which people can read, and above a million nodes UBJSON.
 * @throws SpillwayError `INVALID_CONFIG` for more trees than a file that is served may have.
 */
export function treeFile(booster: Booster): Pick<Fit, 'artifact' | 'file' | 'format'> {
  const nodes = booster.trees.reduce((sum, { left }) => sum + left.length, 0);
  const most = Math.floor(limits.bytes / bytesOfUbjson);
  if (nodes > most) {
    const [have, may] = [nodes, most].map((count) => count.toLocaleString('en-US'));
    throw new SpillwayError(
      'INVALID_CONFIG',
      `the trees have ${have} nodes, and a model that is served has at most some ${may}: grow fewer trees, or smaller ones (max_depth, min_samples_leaf, min_child_weight)`,
    );
  }
  const isLarge = nodes > mostNodesOfJson;
  return {
    format: 'xgboost',
    file: isLarge ? 'model.ubj' : 'model.json',
    artifact: writeBooster(booster, { encoding: isLarge ? 'ubjson' : 'json' }),
  };
}
