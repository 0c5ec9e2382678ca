import type { JsonValue } from '../json/json-value.ts';
import { parseJson } from '../json/parse-json.ts';
import type { ReadArtifact } from '../model-reader.ts';
import { refuseBroken } from '../refusals.ts';
import { checkSizes, createArtifact, type LightgbmOptions } from './create-artifact.ts';
import type { LightgbmTree } from './lightgbm-tree.ts';
import { readNumbers } from './read-numbers.ts';
import { readTextTree, treeKeys } from './read-text-tree.ts';
import { TextLines } from './text-lines.ts';

const headerKeys: ReadonlySet<string> = new Set([
  'version',
  'num_class',
  'num_tree_per_iteration',
  'max_feature_idx',
  'objective',
  'average_output',
  'feature_names',
  'feature_infos',
  'tree_sizes',
]);
const treeStart = 'Tree=';
const treesEnd = 'end of trees';
const pandasStart = 'pandas_categorical:';

/**
 * Reads the text that LightGBM's `save_model` and `model_to_string` write, which is also what a pickle of a LightGBM model
 * holds.
 * @throws SpillwayError `INVALID_MODEL` or `UNSUPPORTED_MODEL`, and nothing else, whatever the text.
 */
export function readLightgbmText(
  source: string | Uint8Array,
  options: LightgbmOptions = {},
): ReadArtifact {
  const lines = new TextLines(typeof source === 'string' ? source : decode(source));
  if (lines.next() !== 'tree') refuseBroken('expected "tree" as the first line');
  const { fields: header, next } = readFields(lines, headerKeys);
  const count = (key: string): number =>
    readNumbers(header.get(key) ?? refuseBroken(`no ${key}`), 1, key)[0]!;
  const outputs = count(
    header.has('num_tree_per_iteration') ? 'num_tree_per_iteration' : 'num_class',
  );
  const features = count('max_feature_idx') + 1;
  checkSizes(outputs, features);
  const infos = readWords(header, 'feature_infos', features);
  const trees = readTrees(lines, next, header.get('tree_sizes'));
  const { categorical, pandasCategories } = readEnd(lines);
  return createArtifact(
    {
      version: header.get('version') ?? 'without a version',
      outputs,
      objective: header.get('objective') ?? null,
      isAverage: header.has('average_output'),
      names: readWords(header, 'feature_names', features),
      categorical: findCategorical(infos, categorical),
      pandasCategories,
      trees,
    },
    options,
  );
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    return refuseBroken('the text is not valid UTF-8', cause);
  }
}

/** The fields up to the next tree or the end of trees, which `next` is; those with other keys are not kept. */
function readFields(
  lines: TextLines,
  keys: ReadonlySet<string>,
): { fields: Map<string, string>; next: string } {
  const fields = new Map<string, string>();
  for (let line = lines.nextFilled(); line !== null; line = lines.nextFilled()) {
    if (line.startsWith(treeStart) || line === treesEnd) return { fields, next: line };
    const equals = line.indexOf('=');
    const key = equals === -1 ? line : line.slice(0, equals);
    if (keys.has(key)) fields.set(key, equals === -1 ? '' : line.slice(equals + 1));
  }
  return refuseBroken(`no "${treesEnd}": is the text cut off?`);
}

function readWords(
  header: ReadonlyMap<string, string>,
  key: string,
  expected: number,
): readonly string[] {
  const text = header.get(key) ?? refuseBroken(`no ${key}`);
  // one more than expected is enough to refuse
  const words = text.split(' ', expected + 1).filter((word) => word !== '');
  if (words.length !== expected) refuseBroken(`${key}: expected ${expected} words`);
  return words;
}

function readTrees(lines: TextLines, first: string, sizes: string | undefined): LightgbmTree[] {
  const trees: LightgbmTree[] = [];
  let start = first;
  while (start !== treesEnd) {
    const name = `${treeStart}${trees.length}`;
    if (start !== name) refuseBroken(`expected ${name} after ${trees.length} trees`);
    const { fields, next } = readFields(lines, treeKeys);
    trees.push(readTextTree(fields, name));
    start = next;
  }
  // throws when there are fewer or more
  if (sizes !== undefined) readNumbers(sizes, trees.length, 'tree_sizes');
  return trees;
}

interface TextEnd {
  /** The value of the parameter `categorical_feature`. */
  readonly categorical: string;
  readonly pandasCategories: JsonValue | null;
}

/** What stands after the trees: how often features were used, the parameters of the training, and words of categories. */
function readEnd(lines: TextLines): TextEnd {
  let isOpen = false;
  let categorical = '';
  let pandasCategories: JsonValue | null = null;
  for (let line = lines.nextFilled(); line !== null; line = lines.nextFilled()) {
    if (line === 'parameters:') isOpen = true;
    else if (line === 'end of parameters') isOpen = false;
    else if (line.startsWith('[categorical_feature: ')) categorical = line.slice(22, -1);
    else if (line.startsWith(pandasStart)) {
      const lists = parseJson(new TextEncoder().encode(line.slice(pandasStart.length)));
      pandasCategories = lists.is(null) ? null : lists;
    }
  }
  if (isOpen) refuseBroken('no "end of parameters": is the text cut off?');
  return { categorical, pandasCategories };
}

/**
 * The categorical features and the highest code of each. The info of one lists codes (`2:0:1`), that of any other a range
 * (`[0:2]`) or `none`; one that is constant is known by the parameter only, as one of `1,4`.
 */
function findCategorical(infos: readonly string[], parameter: string): Map<number, number> {
  const found = new Map<number, number>();
  if (/^\d+(,\d+)*$/.test(parameter)) {
    for (const feature of parameter.split(',', infos.length)) found.set(Number(feature), -1);
  }
  for (const [feature, info] of infos.entries()) {
    if (!/^-?\d+(:-?\d+)*$/.test(info)) continue;
    const codes = info.split(':').map(Number);
    found.set(
      feature,
      codes.reduce((most, code) => Math.max(most, code), -1),
    );
  }
  for (const feature of found.keys()) if (feature >= infos.length) found.delete(feature);
  return found;
}
