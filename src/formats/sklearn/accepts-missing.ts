import type { PickleValue } from '../pickle/pickle-value.ts';
import { shortName } from './short-name.ts';

/**
 * Whether `predict` of a single tree takes missing values: `_support_missing_values` of sklearn/tree/_classes.py, which
 * each version has changed.
 */
export function acceptsMissing(tree: PickleValue, minor: number): boolean {
  const splitter = tree.at('splitter').string();
  const isExtra = shortName(tree).startsWith('ExtraTree');
  if (minor >= 9) return !isExtra || splitter === 'random';
  const constraints = tree.find('monotonic_cst');
  if (constraints !== undefined && !constraints.isNone()) return false;
  if (tree.at('criterion').string() === 'absolute_error') return false;
  if (minor >= 6) return splitter === 'best' || splitter === 'random';
  return minor >= 3 && splitter === 'best';
}
