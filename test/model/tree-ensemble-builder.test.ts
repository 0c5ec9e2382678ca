import { describe, expect, test } from 'vitest';
import { SpillwayError } from '../../src/core/index.ts';
import {
  createTreeEnsemble,
  type TreeEnsembleInput,
  type TreeInput,
} from '../../src/model/index.ts';

/** `x0 < 0.5 ? (x1 < 2 ? 10 : 20) : 30`, with a pruned node 5 that nothing leads to. */
const tree: TreeInput = {
  output: 0,
  left: [2, -1, 3, -1, -1, 4],
  right: [1, -1, 4, -1, -1, 3],
  column: [0, 0, 1, 0, 0, 2147483647],
  threshold: [0.5, 0, 2, 0, 0, Number.NaN],
  missingLeft: [true, 0, 1, 0, 0, 0],
  value: [0, 30, 0, 10, 20, Number.POSITIVE_INFINITY],
  cover: [9, 4, 5, 2, 3, -1],
};

const input: TreeEnsembleInput = {
  columns: ['a', 'b'],
  outputs: 1,
  leafSize: 1,
  arithmetic: 'float32',
  base: [0.5],
  divisor: 1,
  link: 'identity',
  trees: [tree, tree],
};

/** What comes of two trees of which the second is changed. */
function build(change: Partial<TreeInput>, whole: Partial<TreeEnsembleInput> = {}) {
  return createTreeEnsemble({ ...input, ...whole, trees: [tree, { ...tree, ...change }] });
}

function expectRefusal(action: () => unknown, message: RegExp): void {
  expect(action).toThrow(SpillwayError);
  expect(action).toThrow(message);
  expect(action).toThrow(expect.objectContaining({ code: 'INVALID_MODEL' }));
}

function changed(list: ArrayLike<number | boolean>, index: number, value: number): number[] {
  return Array.from(list, Number).with(index, value);
}

describe('createTreeEnsemble', () => {
  test('lays nodes out in preorder, left before right, and leaves pruned ones out', () => {
    const ensemble = createTreeEnsemble(input);
    expect(ensemble.roots).toEqual(Int32Array.of(0, 5));
    expect(ensemble.left).toEqual(Int32Array.of(1, 2, -1, -1, -1, 6, 7, -1, -1, -1));
    expect(ensemble.right).toEqual(Int32Array.of(4, 3, -1, -1, -1, 9, 8, -1, -1, -1));
    expect(ensemble.column.subarray(0, 5)).toEqual(Int32Array.of(0, 1, 0, 0, 0));
    expect(ensemble.threshold.subarray(0, 5)).toEqual(Float64Array.of(0.5, 2, 0, 0, 0));
    expect(ensemble.missingLeft.subarray(0, 5)).toEqual(Uint8Array.of(1, 1, 0, 0, 0));
    expect(ensemble.value.subarray(0, 5)).toEqual(Float64Array.of(0, 0, 10, 20, 30));
    expect(ensemble.cover?.subarray(0, 5)).toEqual(Float64Array.of(9, 5, 2, 3, 4));
    expect(Object.isFrozen(ensemble)).toBe(true);
  });

  test('has no covers when one tree has none', () => {
    const ensemble = createTreeEnsemble({ ...input, trees: [tree, { ...tree, cover: null }] });
    expect(ensemble.cover).toBeNull();
  });

  test('keeps all values of a leaf that answers every output', () => {
    const leaf = { ...tree, left: [-1], right: [-1], column: [0], threshold: [0] };
    const ensemble = createTreeEnsemble({
      ...input,
      outputs: 3,
      leafSize: 3,
      base: [0, 0, 0],
      trees: [{ ...leaf, missingLeft: [0], value: [1, 2, 3], cover: null }],
    });
    expect(ensemble.value).toEqual(Float64Array.of(1, 2, 3));
  });

  test('is an ensemble of no trees when there are none', () => {
    expect(createTreeEnsemble({ ...input, trees: [] }).roots).toHaveLength(0);
  });

  test.each<[string, Partial<TreeInput>, RegExp]>([
    ['a child beyond the nodes', { left: changed(tree.left, 0, 6) }, /^tree 1: child 6 of 6 nodes/],
    ['a child below the nodes', { right: changed(tree.right, 0, -1) }, /child -1 of 6/],
    ['a child between two nodes', { left: changed(tree.left, 0, 1.5) }, /child 1.5 of 6/],
    ['a child that is NaN', { left: changed(tree.left, 2, Number.NaN) }, /child NaN of 6/],
    ['a node that is its own child', { left: changed(tree.left, 2, 2) }, /node 2: .*own ancestor/],
    ['a cycle through the root', { right: changed(tree.right, 2, 0) }, /node 0: .*own ancestor/],
    ['a node with two parents', { right: changed(tree.right, 2, 3) }, /node 3: has two parents/],
    ['a threshold that is NaN', { threshold: changed(tree.threshold, 2, Number.NaN) }, /node 2/],
    ['a leaf value that is NaN', { value: changed(tree.value, 3, Number.NaN) }, /node 3: leaf/],
    ['an infinite leaf value', { value: changed(tree.value, 1, -Infinity) }, /node 1: leaf/],
    ['a column that does not exist', { column: changed(tree.column, 2, 2) }, /column 2 of 2/],
    ['a negative column', { column: changed(tree.column, 0, -1) }, /column -1 of 2/],
    ['a negative cover', { cover: changed(tree.cover!, 4, -1) }, /node 4: cover -1/],
    ['a cover that is NaN', { cover: changed(tree.cover!, 0, Number.NaN) }, /cover NaN/],
    ['an output that does not exist', { output: 1 }, /adds to output 1 of 1/],
    ['no nodes', { left: [] }, /no nodes/],
    ['too few right children', { right: [1] }, /1 entries of right, expected 6/],
    ['too few thresholds', { threshold: [1] }, /1 entries of threshold, expected 6/],
    ['too few columns', { column: [] }, /0 entries of column, expected 6/],
    ['too few missing directions', { missingLeft: [1] }, /1 entries of missingLeft, expected 6/],
    ['too many values', { value: new Float64Array(7) }, /7 entries of value, expected 6/],
    ['too few covers', { cover: [1] }, /1 entries of cover, expected 6/],
  ])('refuses %s', (_name, change, message) => {
    expectRefusal(() => build(change), message);
  });

  test.each<[string, Partial<TreeEnsembleInput>, RegExp]>([
    [
      'leaves of another size than the outputs',
      { leafSize: 2 },
      /leaves of 2 values for 1 outputs/,
    ],
    ['a base score too many', { base: [0, 0] }, /2 base scores for 1 outputs/],
    ['a base score that is not finite', { base: [Number.NaN] }, /base score is not finite/],
  ])('refuses %s', (_name, whole, message) => {
    expectRefusal(() => build({}, whole), message);
  });

  test('walks a chain of a hundred thousand nodes without recursion', () => {
    const depth = 100_000;
    const count = 2 * depth + 1;
    const inner = (node: number) => node < depth;
    const nodes = Array.from({ length: count }, (_, node) => node);
    const ensemble = createTreeEnsemble({
      ...input,
      trees: [
        {
          ...tree,
          left: nodes.map((node) => (inner(node) ? node + 1 : -1)),
          right: nodes.map((node) => (inner(node) ? count - 1 - node : -1)),
          column: new Uint8Array(count),
          threshold: new Uint8Array(count),
          missingLeft: new Uint8Array(count),
          value: new Uint8Array(count),
          cover: null,
        },
      ],
    });
    expect(ensemble.left).toHaveLength(count);
  });
});
