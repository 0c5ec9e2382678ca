// What: the tree of a scikit-learn estimator as parallel arrays, and what its nodes answer.
// Source: scikit-learn sklearn/tree/_tree.pyx (`Tree.__reduce__`, `NODE_DTYPE`).
// Complexity: linear in the nodes times outputs times classes.
// Invariant: x rounded to float32 goes left when it is at most the threshold, in float64; a missing one by its flag.
import type { TreeInput } from '../../model/index.ts';
import { limits } from '../limits.ts';
import type { PickleValue } from '../pickle/pickle-value.ts';
import { refuseUnsupported } from '../refusals.ts';

/** A tree without what its leaves answer. */
export type TreeShape = Omit<TreeInput, 'value' | 'output'>;

/** A tree as it stands in the file. */
export interface SklearnTree {
  readonly shape: TreeShape;
  /** Per node, target and class a number: a count up to 1.3, a fraction since; for regressions a mean per node and target. */
  readonly values: Float64Array;
  readonly nodes: number;
  readonly targets: number;
  /** The most classes of a target, 1 for a regression. */
  readonly classes: number;
}

/** Reads `tree_` of an estimator that was fitted on so many columns. */
export function readTree(tree: PickleValue, columns: number): SklearnTree {
  if (!tree.is('sklearn.tree._tree.Tree')) return tree.refuse('a tree');
  const [width] = tree.arguments();
  width?.count(columns, columns);
  const nodes = tree.at('nodes');
  const left = nodes.field('left_child');
  const count = left.length;
  const values = tree.at('values');
  const [rows, targets = 0, classes = 0] = values.shape();
  if (rows !== count || values.shape().length !== 3) {
    return values.refuse(`an array with ${count} rows, of targets and of classes`);
  }
  if (count * targets * classes > limits.leafValues) {
    refuseUnsupported(`${count} nodes of ${targets * classes} values`, 'fewer can be read');
  }
  const hasFlags = nodes.fields().includes('missing_go_to_left');
  return {
    shape: {
      left,
      right: nodes.field('right_child'),
      column: nodes.field('feature'),
      threshold: nodes.field('threshold'),
      missingLeft: hasFlags ? nodes.field('missing_go_to_left') : new Uint8Array(count),
      cover: nodes.field('weighted_n_node_samples'),
    },
    values: values.numbers(),
    nodes: count,
    targets,
    classes,
  };
}
