// What: the raw scores of blocks of rows, 64 rows as lanes of bytes at every node of every tree, in WebAssembly.
// Source: assembly/tree-kernels.ts, where the layouts are described; Ye et al., "RapidScorer" (KDD 2018).
// Complexity: per 64 rows the nodes of all trees, however deep; memory: 2 to 3 words per node.
// Invariant: value for value what `predictTreeEnsemble` gives; leaves are numbered from left to right, at most 256.
import type { TreeEnsemble } from '../../model/index.ts';
import { type BatchKernel, chooseBlockRows, createBlockLoop } from './batch-kernel.ts';
import { type CategoryClasses, writeRightClasses } from './category-classes.ts';
import type { KernelMemory } from './kernel-memory.ts';
import { copyLeaf, sumArray } from './leaf-values.ts';
import { placeClassColumns } from './row-kernel.ts';
import { codeThresholds, placeSearches, type ThresholdCodes } from './threshold-codes.ts';
import type { TreeShapes } from './tree-shapes.ts';

/** Slots of 64 bytes: nodes' results, then every leaf number. */
const firstLeafSlot = 256;
/** Columns of codes, each 64 bytes for every 64 rows: so many stay near the processor. */
const mostColumns = 8192;
const mostClasses = 256;

/** @returns `null` when the ensemble has too many leaves, columns or classes, or the layout does not fit into the memory. */
export function createLaneKernel(
  ensemble: TreeEnsemble,
  shapes: TreeShapes,
  classes: ReadonlyMap<number, CategoryClasses>,
  memory: KernelMemory,
): BatchKernel | null {
  const { columns, leafSize, outputs, roots } = ensemble;
  const float32 = ensemble.inputs === 'float32';
  const rowBytes = columns.length * (float32 ? 4 : 8);
  const sumBytes = ensemble.arithmetic === 'float32' ? 4 : 8;
  const blockRows = chooseBlockRows(rowBytes + outputs * sumBytes, 512);
  if (blockRows === 0 || shapes.mostLeaves > 256) return null;
  for (const { count } of classes.values()) if (count + 1 > mostClasses) return null;
  // nodes with their thresholds, those that look for categories with a bitmap
  const bytes = ensemble.left.length * (48 + leafSize * sumBytes) + roots.length * 128;
  if (!memory.hasRoomFor(bytes + blockRows * (rowBytes + outputs * sumBytes) + 2 ** 20))
    return null;

  const codes = codeThresholds(ensemble, 255);
  const classColumn = new Map(
    [...classes.keys()].map((column, at) => [column, codes.columnCount + 2 * at]),
  );
  const firstResult = codes.columnCount + 2 * classes.size;
  const width = firstResult + mostCategoricalNodes(ensemble, shapes);
  const codeBytes = width * 64;
  const codesBytes = (blockRows / 64) * codeBytes;
  if (width > mostColumns || !memory.hasRoomFor(bytes + codesBytes)) return null;

  const searches = placeSearches(memory, codes, ensemble, 64);
  const classColumns = placeClassColumns(memory, classes, (column) => {
    const first = classColumn.get(column)!;
    return [column * (float32 ? 4 : 8), first * 64, (first + 1) * 64];
  });
  const writer: ProgramWriter = { ensemble, codes, classes, classColumn, firstResult };
  const records = new Uint32Array(roots.length * 8);
  for (let tree = 0; tree < roots.length; tree++) {
    const { program, counts, root } = writeProgram(writer, roots[tree]!, shapes.end[tree]!);
    const values = sumArray(ensemble, shapes.leaves[tree]! * leafSize);
    let leaf = 0;
    for (let node = roots[tree]!; node < shapes.end[tree]!; node++) {
      if (ensemble.left[node] === -1) copyLeaf(ensemble, node, values, leaf++);
    }
    const output = leafSize === 1 ? ensemble.treeOutput[tree]! : 0;
    records.set(
      [memory.place(program), ...counts, memory.place(values), root * 64, output],
      tree * 8,
    );
  }
  const trees = memory.place(records);
  const slots = memory.place(slotsWithLeafNumbers());
  const codesAt = memory.reserve(codesBytes);
  const rows = memory.reserve(blockRows * rowBytes);
  const sums = memory.reserve(blockRows * outputs * sumBytes);
  if (!memory.commit()) return null;

  const { kernels } = memory;
  const toCodes = float32 ? kernels.byteCodes32 : kernels.byteCodes64;
  const addTrees = ensemble.arithmetic === 'float32' ? kernels.lanes32 : kernels.lanes64;
  const treesEnd = trees + records.byteLength;
  return createBlockLoop(ensemble, memory, { blockRows, rows, sums }, (rowCount) => {
    const blocks = Math.ceil(rowCount / 64);
    toCodes(
      rows,
      rowBytes,
      searches.start,
      searches.end,
      classColumns.start,
      classColumns.end,
      codesAt,
      codeBytes,
      blocks,
    );
    addTrees(trees, treesEnd, codesAt, codeBytes, blocks, slots, sums, outputs, leafSize);
  });
}

function mostCategoricalNodes({ categorical, roots }: TreeEnsemble, { end }: TreeShapes): number {
  let most = 0;
  if (categorical === null) return most;
  for (let tree = 0; tree < roots.length; tree++) {
    let count = 0;
    for (let node = roots[tree]!; node < end[tree]!; node++) {
      if (categorical.count[node] !== -1) count++;
    }
    most = Math.max(most, count);
  }
  return most;
}

function slotsWithLeafNumbers(): Uint8Array {
  const slots = new Uint8Array(2 * firstLeafSlot * 64);
  for (let leaf = 0; leaf < 256; leaf++) {
    const start = (firstLeafSlot + leaf) * 64;
    slots.fill(leaf, start, start + 64);
  }
  return slots;
}

interface ProgramWriter {
  readonly ensemble: TreeEnsemble;
  readonly codes: ThresholdCodes;
  readonly classes: ReadonlyMap<number, CategoryClasses>;
  readonly classColumn: ReadonlyMap<number, number>;
  readonly firstResult: number;
}

/** The nodes of a tree as categorical nodes, pairs and folds, children before parents. */
function writeProgram(
  { ensemble, codes, classes, classColumn, firstResult }: ProgramWriter,
  root: number,
  end: number,
): { program: Uint8Array; counts: readonly [number, number, number]; root: number } {
  const { left, right } = ensemble;
  const slot = new Uint16Array(end - root);
  const categorical: number[] = [];
  const pairs: number[] = [];
  const folds: number[] = [];
  let leaf = 0;
  for (let node = root; node < end; node++) {
    if (left[node] === -1) slot[node - root] = firstLeafSlot + leaf++;
    else if ((ensemble.categorical?.count[node] ?? -1) !== -1) categorical.push(node);
  }
  // nodes are in preorder: backwards, children come before parents
  for (let node = end - 1; node >= root; node--) {
    if (left[node] === -1) continue;
    if (left[left[node]!] === -1 && left[right[node]!] === -1) {
      slot[node - root] = pairs.length;
      pairs.push(node);
    } else folds.push(node);
  }
  for (const [at, node] of folds.entries()) slot[node - root] = pairs.length + at;

  const result = new Map(categorical.map((node, at) => [node, firstResult + at]));
  const columnOf = (node: number) => result.get(node) ?? codes.column[node]!;
  const rankOf = (node: number) => (result.has(node) ? -1 : codes.rank[node]! - 128);
  const program = new Uint8Array(40 * categorical.length + 4 * pairs.length + 8 * folds.length);
  const view = new DataView(program.buffer);
  let at = 0;
  for (const node of categorical) {
    const found = classes.get(ensemble.column[node]!)!;
    const bytes = classColumn.get(found.column)!;
    view.setUint16(at, bytes, true);
    view.setUint16(at + 2, bytes + 1, true);
    view.setUint16(at + 4, result.get(node)!, true);
    writeRightClasses(ensemble, node, found, { into: program, start: at + 8, bytes: 32 });
    at += 40;
  }
  for (const node of pairs) {
    view.setUint16(at, columnOf(node), true);
    view.setInt8(at + 2, rankOf(node));
    view.setUint8(at + 3, slot[left[node]! - root]! - firstLeafSlot);
    at += 4;
  }
  for (const node of folds) {
    view.setUint16(at, columnOf(node), true);
    view.setInt8(at + 2, rankOf(node));
    view.setUint16(at + 4, slot[left[node]! - root]!, true);
    view.setUint16(at + 6, slot[right[node]! - root]!, true);
    at += 8;
  }
  return {
    program,
    counts: [categorical.length, pairs.length, folds.length],
    root: slot[0]!,
  };
}
