import { type Category, createTreeEnsemble, type Feature } from '../../model/index.ts';
import { aboveHalf } from '../above-half.ts';
import { chooseColumns } from '../choose-columns.ts';
import type { JsonValue } from '../json/json-value.ts';
import { limits } from '../limits.ts';
import type { ReadArtifact, ReadOptions } from '../model-reader.ts';
import { numberFeature, plainPipeline } from '../plain-pipeline.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';
import { findCategoryFeatures } from './category-features.ts';
import { createTree, findUses } from './create-trees.ts';
import { createFeatureColumns } from './feature-columns.ts';
import type { LightgbmTree } from './lightgbm-tree.ts';
import { customObjective, type Objective, readObjective } from './objectives.ts';

/** What text and JSON say alike. */
export interface LightgbmDocument {
  /** The version of the layout: `v3` or `v4`. */
  readonly version: string;
  /** Trees per iteration, one for each output. */
  readonly outputs: number;
  /** `null` for an objective of the user's own. */
  readonly objective: string | null;
  /** Whether outputs are means over the iterations, as those of `boosting=rf` are. */
  readonly isAverage: boolean;
  readonly names: readonly string[];
  /** The categorical features, each with the highest code that training saw, -1 for none. */
  readonly categorical: ReadonlyMap<number, number>;
  readonly pandasCategories: JsonValue | null;
  readonly trees: readonly LightgbmTree[];
}

/** What is known about the file of a model from elsewhere. */
export interface LightgbmOptions extends Pick<ReadOptions, 'columns'> {
  /**
   * How many iterations are used, from the first on, for a file that holds those after the best one too.
   * @default all of the file
   */
  readonly iterations?: number | undefined;
}

/** A model as data, out of what its file says. */
export function createArtifact(
  document: LightgbmDocument,
  { columns: given, iterations = Number.POSITIVE_INFINITY }: LightgbmOptions,
): ReadArtifact {
  const { isAverage, outputs, trees } = document;
  checkVersion(document.version);
  const objective = readObjective(document.objective, outputs);
  const names = chooseNames(document.names, given);
  const { words, warnings } = findCategoryFeatures(
    document.pandasCategories,
    document.categorical,
    names,
  );
  if (trees.length % outputs !== 0) {
    refuseBroken(`${trees.length} trees, of which ${outputs} are one iteration`);
  }
  const used = Math.min(iterations, trees.length / outputs);
  if (isAverage && used === 0) refuseBroken('means over no trees');
  const usedTrees = trees.slice(0, used * outputs);
  const columns = createFeatureColumns(
    names,
    findUses(usedTrees, names.length),
    new Map([...words].map(([feature, list]) => [feature, list.length])),
  );
  const model = createTreeEnsemble({
    columns: columns.names,
    outputs,
    leafSize: 1,
    comparison: '<=',
    arithmetic: 'float64',
    base: new Float64Array(outputs),
    divisor: isAverage ? used : 1,
    link: objective.link,
    slope: objective.slope,
    trees: usedTrees.map((tree, index) => createTree(tree, index, outputs, columns)),
  });
  const { task } = objective;
  return {
    format: 'lightgbm',
    libraryVersion: null,
    objective: objective.name,
    pipeline: plainPipeline({
      model,
      task,
      labels: task === 'multiclass' ? [...Array(outputs).keys()] : task === 'binary' ? [0, 1] : [],
      decisionThreshold: aboveHalf,
      features: names.map((name, feature) => createFeature(name, words.get(feature))),
      steps: columns.steps,
    }),
    warnings: [...warnings, ...warnOfCustom(objective)],
  };
}

function checkVersion(version: string): void {
  if (version === 'v3' || version === 'v4') return;
  refuseUnsupported(
    `the layout ${version.slice(0, 32)}`,
    'v3 and v4 can be read; load the file with LightGBM 3 or 4 and save it again',
  );
}

/** Names that LightGBM made up are none, so that others may be given. */
function chooseNames(
  named: readonly string[],
  given: readonly string[] | undefined,
): readonly string[] {
  const madeUp = named.every((name, index) => name === `Column_${index}`);
  return chooseColumns(named.length, madeUp && given !== undefined ? undefined : named, given);
}

function createFeature(name: string, categories: readonly Category[] | undefined): Feature {
  const feature = numberFeature(name, true);
  return categories === undefined
    ? feature
    : { ...feature, type: 'category', categories, otherCategories: true };
}

function warnOfCustom({ name }: Objective): string[] {
  if (name !== customObjective) return [];
  return [
    'the file has no objective, as after training with one of your own; the answer is the raw score',
  ];
}

/** How many outputs and features a file says it has. */
export function checkSizes(outputs: number, features: number): void {
  if (!(Number.isInteger(outputs) && outputs >= 1 && outputs <= limits.outputs)) {
    refuseBroken(`num_tree_per_iteration: expected 1 to ${limits.outputs}, got ${outputs}`);
  }
  if (!(Number.isInteger(features) && features >= 1 && features <= limits.columns)) {
    refuseBroken(`max_feature_idx: expected 0 to ${limits.columns - 1}, got ${features - 1}`);
  }
}
