import type { LinearLeafInput } from '../../model/index.ts';
import { refuseBroken } from '../refusals.ts';
import { decisions, type LightgbmTree, stump } from './lightgbm-tree.ts';
import { readBitsets } from './read-bitsets.ts';
import { readNumbers } from './read-numbers.ts';

/** The keys of a tree's lines that are read. */
export const treeKeys: ReadonlySet<string> = new Set([
  'num_leaves',
  'num_cat',
  'split_feature',
  'threshold',
  'decision_type',
  'left_child',
  'right_child',
  'leaf_value',
  'leaf_count',
  'internal_count',
  'cat_boundaries',
  'cat_threshold',
  'is_linear',
  'leaf_const',
  'num_features',
  'leaf_features',
  'leaf_coeff',
]);

const mostLeaves = 2 ** 30;

/**
 * One tree out of its lines. LightGBM numbers inner nodes from 0 and leaves apart from them, and writes leaf n as ~n; here
 * leaves come after the inner nodes.
 */
export function readTextTree(fields: ReadonlyMap<string, string>, name: string): LightgbmTree {
  const list = (key: string, count: number): ArrayLike<number> =>
    readNumbers(fields.get(key) ?? refuseBroken(`${name}: no ${key}`), count, `${name}, ${key}`);
  const one = (key: string): number => list(key, 1)[0]!;
  const leaves = one('num_leaves');
  if (!(Number.isInteger(leaves) && leaves >= 1 && leaves <= mostLeaves)) {
    refuseBroken(`${name}: expected at least one leaf, got ${leaves}`);
  }
  const sets = one('num_cat');
  const inner = leaves - 1;
  const value = list('leaf_value', leaves);
  const linear =
    fields.has('is_linear') && one('is_linear') !== 0
      ? readLinearLeaves(list, leaves, name)
      : undefined;
  if (inner === 0) return { ...stump, value, linear };
  const decision = fields.has('decision_type')
    ? list('decision_type', inner)
    : new Uint8Array(inner);
  const threshold = list('threshold', inner);
  const counts = ['internal_count', 'leaf_count'];
  return {
    left: readChildren(list('left_child', inner), inner, name),
    right: readChildren(list('right_child', inner), inner, name),
    feature: pad(list('split_feature', inner), leaves),
    threshold: pad(threshold, leaves),
    decision: pad(decision, leaves),
    value: join(new Uint8Array(inner), value),
    count: counts.every((key) => fields.has(key))
      ? join(list('internal_count', inner), list('leaf_count', leaves))
      : null,
    categories: readCategories(list, sets, decision, threshold, name),
    linear: linear === undefined ? undefined : [...Array<null>(inner).fill(null), ...linear],
  };
}

type ReadList = (key: string, count: number) => ArrayLike<number>;

function readChildren(children: ArrayLike<number>, inner: number, name: string): number[] {
  return Array.from({ length: 2 * inner + 1 }, (_, node) => {
    const child = node < inner ? children[node]! : -1;
    if (node >= inner) return -1;
    if (!(Number.isInteger(child) && child < inner && child >= -inner - 1)) {
      refuseBroken(`${name}: child ${child} of ${inner} inner nodes and ${inner + 1} leaves`);
    }
    return child >= 0 ? child : inner + ~child;
  });
}

function readCategories(
  list: ReadList,
  setCount: number,
  decision: ArrayLike<number>,
  threshold: ArrayLike<number>,
  name: string,
): (ArrayLike<number> | null)[] | undefined {
  const isCategorical = Array.from(decision, (bits) => (bits & decisions.categorical) !== 0);
  if (!isCategorical.includes(true)) return undefined;
  const sets = readBitsets(list, setCount, name);
  const taken = new Set<number>();
  const leaves = Array<null>(decision.length + 1).fill(null);
  const categories = isCategorical.map((is, node) => {
    if (!is) return null;
    const place = threshold[node]!;
    // each set has one node, so that few bytes cannot become many categories
    if (taken.has(place)) refuseBroken(`${name}: two nodes look for categories ${place}`);
    taken.add(place);
    return sets[place] ?? refuseBroken(`${name}: node ${node} looks for categories ${place}`);
  });
  return [...categories, ...leaves];
}

function readLinearLeaves(list: ReadList, leaves: number, name: string): LinearLeafInput[] {
  const constants = list('leaf_const', leaves);
  const sizes = Array.from(list('num_features', leaves));
  if (!sizes.every((size) => Number.isInteger(size) && size >= 0)) {
    refuseBroken(`${name}, num_features: expected whole numbers`);
  }
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const features = total === 0 ? [] : Array.from(list('leaf_features', total));
  const coefficients = total === 0 ? [] : Array.from(list('leaf_coeff', total));
  let start = 0;
  return sizes.map((size, leaf) => {
    const end = start + size;
    const columns = features.slice(start, end);
    const read = {
      constant: constants[leaf]!,
      columns,
      coefficients: coefficients.slice(start, end),
    };
    start = end;
    return read;
  });
}

/** Values of the inner nodes, and 0 for each leaf. */
function pad(inner: ArrayLike<number>, leaves: number): ArrayLike<number> {
  return join(inner, new Uint8Array(leaves));
}

function join(inner: ArrayLike<number>, leaves: ArrayLike<number>): ArrayLike<number> {
  if (Array.isArray(inner) || Array.isArray(leaves))
    return [...Array.from(inner), ...Array.from(leaves)];
  const all = new Float64Array(inner.length + leaves.length);
  all.set(inner);
  all.set(leaves, inner.length);
  return all;
}
