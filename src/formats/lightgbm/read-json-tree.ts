import type { LinearLeafInput } from '../../model/index.ts';
import type { JsonValue } from '../json/json-value.ts';
import { refuseBroken } from '../refusals.ts';
import { decisions, type LightgbmTree, stump } from './lightgbm-tree.ts';

const missingTypes: ReadonlyMap<string, number> = new Map([
  ['None', decisions.missing.none],
  ['Zero', decisions.missing.zero],
  ['NaN', decisions.missing.nan],
]);

/** What `dump_model` writes for an infinite threshold. */
const standsForInfinity = 1e300;

/** One tree out of what `dump_model` makes of it: nodes inside each other. */
export function readJsonTree(tree: JsonValue): LightgbmTree {
  const only = readOnlyLeaf(tree.at('tree_structure'));
  if (only !== null) return only;
  const left: number[] = [];
  const right: number[] = [];
  const feature: number[] = [];
  const threshold: number[] = [];
  const decision: number[] = [];
  const value: number[] = [];
  const counts: number[] = [];
  const categories: (number[] | null)[] = [];
  const linear: (LinearLeafInput | null)[] = [];
  const open: { node: JsonValue; place?: (index: number) => void }[] = [
    { node: tree.at('tree_structure') },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, place } = next;
    const index = left.length;
    place?.(index);
    const answer = node.find('leaf_value');
    left.push(-1);
    right.push(-1);
    const count = node.find(answer === undefined ? 'internal_count' : 'leaf_count')?.number();
    if (count !== undefined) counts.push(count);
    value.push(answer?.number() ?? 0);
    linear.push(answer === undefined ? null : readLinearLeaf(node));
    feature.push(answer === undefined ? node.at('split_feature').number() : 0);
    const codes = answer === undefined ? readCategories(node) : null;
    categories.push(codes);
    threshold.push(answer === undefined && codes === null ? readThreshold(node) : 0);
    decision.push(answer === undefined ? readDecision(node) : 0);
    if (answer !== undefined) continue;
    open.push(
      { node: node.at('right_child'), place: (child) => void (right[index] = child) },
      { node: node.at('left_child'), place: (child) => void (left[index] = child) },
    );
  }
  const count = left.length === 1 ? [0] : counts.length === left.length ? counts : null;
  return {
    left,
    right,
    feature,
    threshold,
    decision,
    value,
    count,
    categories: categories.some((codes) => codes !== null) ? categories : undefined,
    linear: linear.some((leaf) => leaf !== null) ? linear : undefined,
  };
}

/** A tree that is one leaf, of which a file may hold a great many; up to 3.3 its count is not there, and no answer hangs on it. */
function readOnlyLeaf(root: JsonValue): LightgbmTree | null {
  const value = root.find('leaf_value');
  if (value === undefined || root.find('leaf_const') !== undefined) return null;
  return { ...stump, value: [value.number()] };
}

function readDecision(node: JsonValue): number {
  const { categorical, defaultLeft, missing } = decisions;
  const type = node.at('missing_type');
  const flag = node.at('default_left');
  const isLeft = flag.scalar();
  if (typeof isLeft !== 'boolean') flag.refuse('true or false');
  const bits = missingTypes.get(type.string()) ?? type.refuse('None, Zero or NaN');
  return (
    (bits << missing.shift) |
    (isLeft === true ? defaultLeft : 0) |
    (node.at('decision_type').is('==') ? categorical : 0)
  );
}

function readThreshold(node: JsonValue): number {
  const threshold = node.at('threshold').number();
  if (!node.at('decision_type').is('<=')) node.at('decision_type').refuse('"<=" or "=="');
  return Math.abs(threshold) === standsForInfinity
    ? Math.sign(threshold) * Number.POSITIVE_INFINITY
    : threshold;
}

/** The categories of `"1||2||7"`, `null` for a node with a threshold. */
function readCategories(node: JsonValue): number[] | null {
  if (!node.at('decision_type').is('==')) return null;
  const text = node.at('threshold').string();
  if (text === '') return [];
  return text.split('||').map((code) => {
    if (!/^\d{1,10}$/.test(code)) refuseBroken(`${node.path}/threshold: expected categories`);
    return Number(code);
  });
}

function readLinearLeaf(leaf: JsonValue): LinearLeafInput | null {
  const constant = leaf.find('leaf_const');
  if (constant === undefined) return null;
  return {
    constant: constant.number(),
    columns: leaf.at('leaf_features').numbers(),
    coefficients: leaf.at('leaf_coeff').numbers(),
  };
}
