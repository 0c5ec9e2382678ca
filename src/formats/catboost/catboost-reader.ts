import { createTreeEnsemble, type Feature } from '../../model/index.ts';
import { chooseColumns } from '../choose-columns.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { ModelReader, ReadArtifact, ReadOptions } from '../model-reader.ts';
import { numberFeature, plainPipeline } from '../plain-pipeline.ts';
import { refuseUnsupported } from '../refusals.ts';
import { listSplits } from './list-splits.ts';
import { makeColumns } from './make-columns.ts';
import { type FileCategories, nameCategories } from './name-categories.ts';
import { readAnswers } from './read-answers.ts';
import { type FileFeatures, readFeatures } from './read-features.ts';
import { readStatistics, type Statistic } from './read-statistics.ts';
import { readTrees } from './read-trees.ts';
import { refuseLostTables } from './refuse-lost-tables.ts';

const binaryMark = new TextEncoder().encode('CBM1');
/** The newest files that the tests hold, as `[major, minor]`. */
const newest = [1, 2] as const;

/** Reads what CatBoost writes with `save_model(path, format="json", pool=pool)`: trees over numbers and categories. */
export const catboostReader: ModelReader = {
  format: 'catboost',
  detects({ bytes, json }) {
    if (json === null) return binaryMark.every((byte, at) => bytes[at] === byte);
    const trees = json.find('oblivious_trees') ?? json.find('trees');
    return trees !== undefined && json.find('features_info') !== undefined;
  },
  read({ bytes, json }, options) {
    if (json === null) {
      return refuseUnsupported(
        'the binary format of CatBoost (.cbm)',
        'load it with CatBoost and write it again with model.save_model("model.json", format="json", pool=pool), where the pool holds all rows that it was trained on',
      );
    }
    return readDocument(json, bytes.length, options);
  },
};

function readDocument(document: JsonValue, bytes: number, options: ReadOptions): ReadArtifact {
  const information = document.at('model_info');
  const features = readFeatures(document.at('features_info'));
  const statistics = readStatistics(document);
  const categories = nameCategories(document, features, statistics);
  const steps = makeColumns(features, statistics, categories);
  const { trees, outputs, offset } = readTrees(
    document,
    listSplits(features, statistics, categories),
    bytes,
  );
  const { objective, link, ...answers } = readAnswers(information, outputs);
  refuseLostTables(statistics, objective);
  const names = chooseColumns(features.count, features.names, options.columns);
  const model = createTreeEnsemble({
    columns: [...names, ...statistics.map(nameStatistic)],
    outputs,
    leafSize: outputs,
    inputs: 'float32',
    comparison: '<=',
    arithmetic: 'float64',
    base: new Float64Array(outputs),
    offset,
    link,
    trees,
  });
  const version = readVersion(information);
  return {
    format: 'catboost',
    libraryVersion: version,
    objective,
    pipeline: plainPipeline({
      ...answers,
      model,
      steps,
      features: listFeatures(names, features, categories),
    }),
    warnings: findWarnings(version),
  };
}

/** CatBoost has an answer for every number, missing or not, and for every category but a missing one. */
function listFeatures(
  names: readonly string[],
  { categoricals }: FileFeatures,
  { named }: FileCategories,
): Feature[] {
  const features = names.map((name) => numberFeature(name, true));
  for (const [index, { flat }] of categoricals) {
    features[flat] = {
      ...numberFeature(names[flat]!, false),
      type: 'category',
      categories: named.get(index)!.categories,
      otherCategories: true,
    };
  }
  return features;
}

function nameStatistic({ type }: Statistic, index: number): string {
  return `ctr ${index}: ${type}`;
}

function readVersion(information: JsonValue): string | null {
  const text = information.find('catboost_version_info');
  return text === undefined ? null : (/\btags\/v(\d+\.\d+[.\w]*)/.exec(text.string())?.[1] ?? null);
}

function findWarnings(version: string | null): string[] {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (major < newest[0] || (major === newest[0] && minor <= newest[1])) return [];
  return [`the file is from CatBoost ${version}; files are tested up to ${newest.join('.')}`];
}
