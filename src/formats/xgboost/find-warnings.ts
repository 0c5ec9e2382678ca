import type { TreeEnsemble } from '../../model/index.ts';
import type { JsonValue } from '../json/json-value.ts';

/** The newest files that the tests hold, as `[major, minor]`. */
const newest = [3, 4] as const;

/** What a person should know about an XGBoost file whose model is sound. */
export function findWarnings(
  version: readonly number[] | null,
  learner: JsonValue,
  forest: JsonValue,
  model: TreeEnsemble,
): string[] {
  return [...newerVersion(version ?? []), ...laterIterations(learner, forest, model)];
}

function newerVersion([major = 0, minor = 0]: readonly number[]): string[] {
  if (major < newest[0] || (major === newest[0] && minor <= newest[1])) return [];
  return [`the file is from XGBoost ${major}.${minor}; files are tested up to ${newest.join('.')}`];
}

function laterIterations(learner: JsonValue, forest: JsonValue, model: TreeEnsemble): string[] {
  const best = learner.find('attributes')?.find('best_iteration')?.string();
  const parameters = forest.at('gbtree_model_param');
  const parallel = parameters.find('num_parallel_tree')?.count(1, 2 ** 31) ?? 1;
  // since 2.0 the file says where each iteration begins, and where the last ends
  const bounds = forest.find('iteration_indptr')?.numbers();
  const iterations =
    bounds === undefined ? model.roots.length / (model.outputs * parallel) : bounds.length - 1;
  if (best === undefined || !(Number(best) + 1 < iterations)) return [];
  return [
    `the file names iteration ${Number(best)} of ${iterations} as its best; all are used, as Booster.predict does`,
  ];
}
