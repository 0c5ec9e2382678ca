import { createTreeEnsemble, type TreeInput } from '../../model/index.ts';
import { chooseColumns } from '../choose-columns.ts';
import type { JsonValue } from '../json/json-value.ts';
import { limits } from '../limits.ts';
import type { ModelReader, ReadArtifact, ReadOptions } from '../model-reader.ts';
import { plainPipeline } from '../plain-pipeline.ts';
import { refuseUnsupported } from '../refusals.ts';
import { type FlatTree, flattenTree } from './flatten-tree.ts';
import { readCovers } from './read-covers.ts';
import { readFractions } from './read-fractions.ts';

const classifierName = 'RFClassifier';
const regressionName = 'RFRegression';

/**
 * Reads the `toJSON` of ml-random-forest 2. A classifier answers the mean of the class fractions in the leaves (the
 * library's own `predictProbability` counts votes, and forgets that of the first tree); a regression answers the mean
 * of the leaves. `x < splitValue` goes left, and a missing x right.
 */
export const mlRandomForestReader: ModelReader = {
  format: 'ml-random-forest',
  detects: ({ json }) =>
    [classifierName, regressionName].some((name) => json?.find('name')?.is(name)) &&
    json?.find('baseModel') !== undefined,
  read: ({ json }, options) => readForest(json!, options),
};

function readForest(file: JsonValue, options: ReadOptions): ReadArtifact {
  const classifier = file.at('name').is(classifierName);
  if (!classifier && !file.at('selectionMethod').is('mean')) {
    refuseUnsupported('a selection method other than "mean"', 'train with selectionMethod: "mean"');
  }
  const base = file.at('baseModel');
  const trees = base
    .at('estimators')
    .items()
    .map((tree) => flattenTree(tree.at('root')));
  if (trees.length === 0) base.at('estimators').refuse('at least one tree');
  const columnsOf = base.at('indexes').items().map(readColumns);
  if (columnsOf.length !== trees.length) base.at('indexes').refuse(`${trees.length} arrays`);
  const leaves = trees.map(({ leaf }) =>
    leaf.map((value) => value && (classifier ? readFractions(value) : [value.number()])),
  );
  const classes = classifier ? Math.max(2, longest(leaves.flat())) : 0;
  // of two classes the second is the output
  const leafSize = classes > 2 ? classes : 1;
  const first = classes === 2 ? 1 : 0;
  refuseHuge(trees, leafSize);
  const covers = readCovers(options.covers, trees);
  const model = createTreeEnsemble({
    columns: nameColumns(columnsOf, options.columns),
    outputs: leafSize,
    leafSize,
    arithmetic: 'float64',
    base: new Float64Array(leafSize),
    divisor: trees.length,
    link: classifier ? 'probability' : 'identity',
    trees: trees.map(
      (tree, index): TreeInput => ({
        output: 0,
        left: tree.left,
        right: tree.right,
        column: tree.localColumn.map((local) => columnsOf[index]![local] ?? Number.NaN),
        threshold: tree.threshold,
        missingLeft: new Uint8Array(tree.left.length),
        value: layOut(leaves[index]!, leafSize, first),
        cover: covers?.[index] ?? null,
      }),
    ),
  });
  return {
    format: 'ml-random-forest',
    libraryVersion: null,
    objective: classifier ? classifierName : regressionName,
    pipeline: plainPipeline({
      model,
      task: classes > 2 ? 'multiclass' : classifier ? 'binary' : 'regression',
      labels: [...Array(classes).keys()],
    }),
    warnings: [],
  };
}

/** The columns that a tree was trained on: it numbers them from 0 on. */
function readColumns(indexes: JsonValue): Float64Array {
  const columns = indexes.numbers();
  const sound = columns.every((column) => Number.isInteger(column) && column >= 0);
  return sound ? columns : indexes.refuse('whole numbers');
}

function nameColumns(
  columnsOf: readonly Float64Array[],
  given: readonly string[] | undefined,
): readonly string[] {
  let count = given?.length ?? 0;
  for (const columns of columnsOf)
    for (const column of columns) count = Math.max(count, column + 1);
  return chooseColumns(count, undefined, given);
}

function longest(rows: readonly (readonly number[] | null)[]): number {
  return rows.reduce((length, row) => Math.max(length, row?.length ?? 0), 0);
}

function refuseHuge(trees: readonly FlatTree[], leafSize: number): void {
  const nodes = trees.reduce((sum, tree) => sum + tree.left.length, 0);
  if (leafSize > limits.outputs || nodes * leafSize > limits.leafValues) {
    refuseUnsupported(`${nodes} nodes of ${leafSize} values`, 'fewer values can be read');
  }
}

/** `leafSize` numbers per node, from the `first` of its leaf on. A leaf stops at the last class that reached it. */
function layOut(
  leaves: readonly (readonly number[] | null)[],
  leafSize: number,
  first: number,
): Float64Array {
  const values = new Float64Array(leaves.length * leafSize);
  for (const [node, leaf] of leaves.entries()) {
    if (leaf !== null) values.set(leaf.slice(first), node * leafSize);
  }
  return values;
}
