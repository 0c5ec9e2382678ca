import type { JsonValue } from '../json/json-value.ts';
import { limits } from '../limits.ts';
import type { ReadArtifact } from '../model-reader.ts';
import { refuseBroken } from '../refusals.ts';
import { checkSizes, createArtifact, type LightgbmOptions } from './create-artifact.ts';
import { readJsonTree } from './read-json-tree.ts';

/** Reads what LightGBM's `dump_model` answers, as JSON text. */
export function readLightgbmJson(json: JsonValue, options: LightgbmOptions): ReadArtifact {
  const outputs = json.at('num_tree_per_iteration').count(1, limits.outputs);
  const names = json.at('feature_names').strings();
  checkSizes(outputs, json.at('max_feature_idx').count(0, limits.columns) + 1);
  if (names.length !== json.at('max_feature_idx').number() + 1) {
    refuseBroken(`${names.length} feature_names for a max_feature_idx of ${names.length - 1}`);
  }
  const pandas = json.find('pandas_categorical');
  const isAverage = json.at('average_output').scalar();
  return createArtifact(
    {
      version: json.at('version').string(),
      outputs,
      objective: json.find('objective')?.string() ?? null,
      isAverage: isAverage === true,
      names,
      categorical: findCategorical(json.at('feature_infos'), names),
      pandasCategories: pandas === undefined || pandas.is(null) ? null : pandas,
      trees: json.at('tree_info').items().map(readJsonTree),
    },
    options,
  );
}

/** The categorical features, which have `values`, and the highest code of each. */
function findCategorical(infos: JsonValue, names: readonly string[]): Map<number, number> {
  const found = new Map<number, number>();
  const features = new Map(names.map((name, feature) => [name, feature]));
  for (const [name, info] of infos.entries()) {
    const codes = info.at('values').numbers();
    if (codes.length === 0) continue;
    const feature = features.get(name) ?? refuseBroken(`${info.path}: no feature has that name`);
    found.set(
      feature,
      codes.reduce((most, code) => Math.max(most, code), -1),
    );
  }
  return found;
}
