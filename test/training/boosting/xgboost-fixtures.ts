import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { BoosterTree } from '../../../src/formats/index.ts';
import type { BoostingParameters } from '../../../src/training/index.ts';

/** A training by the real XGBoost 3.4.1; what each field holds is in scripts/fixtures/xgboost_training.py. */
export interface XgboostTraining {
  readonly name: string;
  readonly target: string;
  readonly weighted: boolean;
  readonly parameters: BoostingParameters;
  readonly rounds: number;
  readonly baseScores: readonly number[];
  readonly trees: readonly XgboostTree[];
}

interface XgboostTree {
  readonly left: readonly number[];
  readonly column: readonly number[];
  readonly missing: readonly number[];
  readonly conditions: string;
  readonly categories: Readonly<Record<string, readonly number[]>>;
  readonly gains?: string;
  readonly covers?: string;
  readonly weights?: string;
}

/** What XGBoost's metrics said of rows that were not trained on. */
export interface XgboostMetrics extends Omit<XgboostTraining, 'rounds' | 'baseScores' | 'trees'> {
  readonly history: Readonly<Record<string, readonly number[]>>;
  readonly best: number;
}

/** Areas under the curve of other rows, one per seed. */
export interface XgboostSamples {
  readonly parameters: BoostingParameters;
  readonly areas: readonly number[];
}

/** The cut points of the columns of numbers of a set, in base64. */
export interface XgboostCuts {
  readonly set: 'gaps' | 'wide';
  readonly maxBin: number;
  readonly weighted: boolean;
  readonly columns: readonly string[];
}

interface Fixtures {
  gaps: XgboostTraining;
  wide: XgboostTraining;
  'telco-one-hot': XgboostTraining;
  'telco-categories': XgboostTraining;
  metrics: XgboostMetrics;
  sampled: XgboostSamples;
  cuts: XgboostCuts;
}

export function readFixture<Name extends keyof Fixtures>(name: Name): readonly Fixtures[Name][] {
  const file = `test/fixtures/training/xgboost/${name}.json.gz`;
  const { settings } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
    settings: readonly Fixtures[Name][];
  };
  return settings;
}

export function floatsOf(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}

/** Leaves, weights and base scores may be off by that much; gains and covers relative to their size by ten times it. */
export const tolerance = 1e-6;

/** The first difference between a tree and that of XGBoost in words; `null` when they are the same. */
export function compareTrees(tree: BoosterTree, expected: XgboostTree): string | null {
  const conditions = floatsOf(expected.conditions);
  const missing = new Set(expected.missing);
  if (tree.left.length !== expected.left.length) {
    return `${tree.left.length} nodes instead of ${expected.left.length}`;
  }
  for (const [node, left] of expected.left.entries()) {
    const at = (what: string, got: unknown, wanted: unknown) =>
      `node ${node}: ${what} ${String(got)} instead of ${String(wanted)}`;
    if (tree.left[node] !== left) return at('left child', tree.left[node], left);
    const condition = tree.condition[node]!;
    if (left === -1) {
      if (!(Math.abs(condition - conditions[node]!) <= tolerance)) {
        return at('answer', condition, conditions[node]);
      }
      continue;
    }
    if (tree.column[node] !== expected.column[node]) {
      return at('column', tree.column[node], expected.column[node]);
    }
    if ((tree.missingLeft[node] === 1) !== missing.has(node)) {
      return at('missing left', tree.missingLeft[node], missing.has(node));
    }
    const categories = expected.categories[node]?.join();
    if (tree.categories[node]?.join() !== categories) {
      return at('categories', tree.categories[node]?.join(), categories);
    }
    if (categories === undefined && condition !== conditions[node]) {
      return at('threshold', condition, conditions[node]);
    }
  }
  return compareStatistics(tree, expected);
}

function compareStatistics(tree: BoosterTree, expected: XgboostTree): string | null {
  const pairs = [
    ['gain', tree.gain, expected.gains, 'relative'],
    ['cover', tree.cover, expected.covers, 'relative'],
    ['weight', tree.weight, expected.weights, 'absolute'],
  ] as const;
  for (const [name, got, base64, kind] of pairs) {
    if (base64 === undefined) continue;
    for (const [node, wanted] of floatsOf(base64).entries()) {
      const size = kind === 'relative' ? 10 * Math.max(Math.abs(wanted), 1) : 1;
      if (!(Math.abs(got[node]! - wanted) <= tolerance * size)) {
        return `node ${node}: ${name} ${got[node]} instead of ${wanted}`;
      }
    }
  }
  return null;
}
