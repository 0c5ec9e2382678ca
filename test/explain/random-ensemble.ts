import fc from 'fast-check';
import { createTreeEnsemble, type TreeEnsemble, type TreeInput } from '../../src/model/index.ts';

/** A tree as one writes it down: a leaf's values, or a split of two trees. `share` is the part of the parent's cover. */
export type TreeSketch =
  | { readonly share: number; readonly leaf: readonly number[] }
  | {
      readonly share: number;
      readonly column: number;
      readonly threshold: number;
      readonly missingLeft: boolean;
      /** The codes that go left, in place of the threshold; `null` for a node that compares. */
      readonly categories?: readonly number[] | null;
      readonly left: TreeSketch;
      readonly right: TreeSketch;
    };

/** Lays a sketch out as a reader would. */
export function treeInput(sketch: TreeSketch, output = 0): TreeInput {
  const nodes: TreeSketch[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const cover: number[] = [];
  const add = (node: TreeSketch, above: number): number => {
    const at = nodes.push(node) - 1;
    cover.push(above * node.share);
    left.push(-1);
    right.push(-1);
    if ('left' in node) {
      left[at] = add(node.left, cover[at]!);
      right[at] = add(node.right, cover[at]!);
    }
    return at;
  };
  add(sketch, 100);
  const leafSize = nodes.reduce((size, node) => ('leaf' in node ? node.leaf.length : size), 1);
  return {
    output,
    left,
    right,
    column: nodes.map((node) => ('left' in node ? node.column : 0)),
    threshold: nodes.map((node) => ('left' in node ? node.threshold : 0)),
    missingLeft: nodes.map((node) => 'left' in node && node.missingLeft),
    categories: nodes.map((node) => ('left' in node ? (node.categories ?? null) : null)),
    value: nodes.flatMap((node) => ('leaf' in node ? node.leaf : Array<number>(leafSize).fill(0))),
    cover,
  };
}

const categories = fc
  .uniqueArray(fc.nat(4), { maxLength: 3 })
  .map((codes) => codes.toSorted((one, other) => one - other));

const noCategories: fc.Arbitrary<readonly number[] | null> = fc.constant(null);
const someCategories: fc.Arbitrary<readonly number[] | null> = fc.option(categories, { freq: 2 });

const thresholds = [-1, -0.1, 0, 0.1, 1];

/** Everything that an ensemble can say of how a value is looked at, beside the plain comparison. */
export interface Variety {
  /** Depth of the deepest tree that is drawn. @default 6 */
  readonly depth?: number;
  /** Categories, both comparisons, infinite thresholds and float32 inputs apart from the arithmetic. @default false */
  readonly varied?: boolean;
}

/** Ensembles of a few small trees whose covers are sometimes zero and do not add up, with the repeats that few columns force. */
export function randomEnsemble(
  columns: number,
  { depth = 6, varied = false }: Variety = {},
): fc.Arbitrary<TreeEnsemble> {
  return fc
    .record({ outputs: fc.integer({ min: 1, max: 3 }), vectorLeaves: fc.boolean() })
    .chain(({ outputs, vectorLeaves }) => {
      const leafSize = vectorLeaves ? outputs : 1;
      const share = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
      const { tree } = fc.letrec<{ tree: TreeSketch; leaf: TreeSketch; split: TreeSketch }>(
        (tie) => ({
          tree: fc.oneof(
            { depthSize: 'medium', maxDepth: depth },
            tie('leaf'),
            tie('split'),
            tie('split'),
          ),
          leaf: fc.record({
            share,
            leaf: fc.array(fc.double({ min: -5, max: 5, noNaN: true }), {
              minLength: leafSize,
              maxLength: leafSize,
            }),
          }),
          split: fc.record({
            share,
            column: fc.nat(columns - 1),
            threshold: fc.constantFrom(...thresholds, ...(varied ? [-Infinity, Infinity, -0] : [])),
            missingLeft: fc.boolean(),
            categories: varied ? someCategories : noCategories,
            left: tie('tree'),
            right: tie('tree'),
          }),
        }),
      );
      return fc
        .record({
          trees: fc.array(fc.tuple(tree, fc.nat(outputs - 1)), { maxLength: 4 }),
          base: fc.array(fc.double({ min: -2, max: 2, noNaN: true }), {
            minLength: outputs,
            maxLength: outputs,
          }),
          divisor: fc.constantFrom(1, 3),
          arithmetic: fc.constantFrom('float32' as const, 'float64' as const),
          inputs: fc.constantFrom('float32' as const, 'float64' as const),
          comparison: fc.constantFrom('<' as const, '<=' as const),
        })
        .map(({ trees, inputs, comparison, ...rest }) =>
          createTreeEnsemble({
            ...rest,
            ...(varied && { inputs, comparison }),
            columns: Array.from({ length: columns }, (_, c) => `c${c}`),
            outputs,
            leafSize,
            link: 'identity',
            trees: trees.map(([sketch, output]) => treeInput(sketch, output)),
          }),
        );
    });
}

/** Rows whose values hit thresholds exactly, miss them only before rounding to float32, or are missing. */
export function randomRow(columns: number): fc.Arbitrary<Float64Array> {
  const value = fc.oneof(
    fc.constantFrom(Number.NaN, 0.1 - 1e-12, 0.1 + 1e-12, -2, 2, ...thresholds),
    fc.constantFrom(-0, 3, 4.5, -Infinity, Infinity),
    fc.double({ min: -2, max: 2, noNaN: true }),
  );
  return fc
    .array(value, { minLength: columns, maxLength: columns })
    .map((values) => Float64Array.from(values));
}
