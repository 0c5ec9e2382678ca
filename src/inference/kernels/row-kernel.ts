// What: the raw scores of one row at a time, eight trees in flight, in WebAssembly.
// Source: assembly/tree-kernels.ts, where the layouts are described; groups of trees as in Asadi et al., "Runtime
// Optimizations for Tree-based Machine Learning Models" (2014).
// Complexity: per row the depth of the deepest tree of each group of eight, and one pass over the columns.
// Invariant: value for value what `predictTreeEnsemble` gives; a leaf leads to itself, so further steps change nothing.
import type { TreeEnsemble } from '../../model/index.ts';
import { type CategoryClasses, writeRightClasses } from './category-classes.ts';
import type { KernelMemory } from './kernel-memory.ts';
import { copyLeaf, createFinisher, sumArray, sumView } from './leaf-values.ts';
import { orderSiblings } from './sibling-order.ts';
import { createThresholdKey32, createThresholdKey64, greatestKey32 } from './threshold-keys.ts';
import type { TreeShapes } from './tree-shapes.ts';

/** Scores one row into `scores` from `at` on. */
export type RowKernel = (
  row: Float32Array | Float64Array,
  scores: Float64Array,
  at: number,
) => void;

type NodeLayout = 'float32' | 'float64' | 'categories';

const nodeBytes = { float32: 8, float64: 16, categories: 24 } as const;

/** @returns `null` when the layout does not fit into the memory. */
export function createRowKernel(
  ensemble: TreeEnsemble,
  shapes: TreeShapes,
  classes: ReadonlyMap<number, CategoryClasses>,
  memory: KernelMemory,
): RowKernel | null {
  const { columns, leafSize, left, outputs, roots, treeOutput } = ensemble;
  const layout = chooseNodeLayout(ensemble);
  const sumBytes = ensemble.arithmetic === 'float32' ? 4 : 8;
  const bitmapsBytes = layout === 'categories' ? bytesOfBitmaps(ensemble, classes) : 0;
  const tables = [...classes.values()].reduce((sum, { table }) => sum + table.byteLength + 64, 0);
  const size = left.length * (nodeBytes[layout] + leafSize * sumBytes) + columns.length * 64;
  if (!memory.hasRoomFor(size + bitmapsBytes + tables + roots.length * 32 + 65_536)) return null;

  const keyBytes = layout === 'float32' ? 4 : 8;
  const planeBytes = Math.max(16, Math.ceil((columns.length * keyBytes) / 16) * 16);
  const slotOfClasses = new Map([...classes.keys()].map((column, at) => [column, at]));
  const apart = 2 * planeBytes + Math.ceil(classes.size / 2) * 16;
  const row = memory.reserve(layout === 'categories' ? 2 * apart : 2 * planeBytes);
  const classColumns = placeClassColumns(memory, classes, (column) => [
    column * keyBytes,
    2 * planeBytes + slotOfClasses.get(column)! * 8,
    0,
  ]);
  const order = orderByDepth(shapes);
  const position = new Int32Array(left.length);
  for (let at = 0, first = 0; at < order.length; at++) {
    const tree = order[at]!;
    orderSiblings(ensemble, roots[tree]!, shapes.end[tree]!, first, position);
    first += shapes.end[tree]! - roots[tree]!;
  }
  const bitmaps = new Uint8Array(bitmapsBytes);
  const bitmapsAt = memory.place(bitmaps); // written to until `commit`
  let bitmapsEnd = 0;
  const nodes = placeNodes(layout, ensemble, position, memory, planeBytes, (node) => {
    const found = classes.get(ensemble.column[node]!)!;
    const start = bitmapsEnd;
    bitmapsEnd += bitmapBytes(found);
    writeRightClasses(ensemble, node, found, { into: bitmaps, start, bytes: bitmapsEnd - start });
    return [2 * planeBytes + slotOfClasses.get(found.column)! * 8, bitmapsAt + start];
  });
  const valueArray = sumArray(ensemble, left.length * leafSize);
  for (let node = 0; node < left.length; node++) {
    if (left[node] === -1) copyLeaf(ensemble, node, valueArray, position[node]!);
  }
  const values = memory.place(valueArray);
  const unit = layout === 'float32' ? 1 : nodeBytes[layout];
  const groups = placeGroups(memory, order, shapes, (tree) => position[roots[tree]!]! * unit);
  const leaves = memory.reserve((roots.length + 8) * 4);
  const treeOutputs = memory.place(leafSize === 1 ? treeOutput : new Int32Array(roots.length));
  const sums = memory.reserve(outputs * sumBytes);
  if (!memory.commit()) return null;

  const { kernels } = memory;
  const find = {
    float32: kernels.rowLeaves32,
    float64: kernels.rowLeaves64,
    categories: kernels.rowLeavesOfClasses,
  }[layout];
  const float32 = ensemble.arithmetic === 'float32';
  const sumLeaves = float32 ? kernels.sumLeaves32 : kernels.sumLeaves64;
  const sumOutputs = float32 ? kernels.sumOutputs32 : kernels.sumOutputs64;
  const finish = createFinisher(ensemble);
  const { base } = ensemble;
  const [firstBase = 0] = base;
  // float32 numbers in float64 layouts are rounded on their way
  const rounded =
    layout !== 'float32' && ensemble.inputs === 'float32' ? new Float32Array(columns.length) : null;
  let buffer = memory.buffer;
  let rowView = viewOfRow();
  let sumsView = sumView(ensemble, buffer, sums, outputs);

  function viewOfRow(): Float32Array | Float64Array {
    return layout === 'float32'
      ? new Float32Array(buffer, row, columns.length)
      : new Float64Array(buffer, row, columns.length);
  }

  return (from, scores, at) => {
    if (buffer !== memory.buffer) {
      buffer = memory.buffer;
      rowView = viewOfRow();
      sumsView = sumView(ensemble, buffer, sums, outputs);
    }
    if (rounded === null) rowView.set(from);
    else {
      rounded.set(from);
      rowView.set(rounded);
    }
    find(
      groups.start,
      groups.end,
      nodes,
      row,
      planeBytes,
      leaves,
      apart,
      classColumns.start,
      classColumns.end,
    );
    if (outputs === 1) scores[at] = sumLeaves(leaves, roots.length, values, firstBase);
    else {
      sumsView.set(base);
      sumOutputs(leaves, roots.length, values, treeOutputs, sums, leafSize);
      scores.set(sumsView, at);
    }
    finish(scores, at, 1);
  };
}

/** A float32 node holds 10 bits of slot and 22 bits of node number. */
function chooseNodeLayout({ categorical, columns, inputs, left }: TreeEnsemble): NodeLayout {
  if (categorical !== null) return 'categories';
  const fits = columns.length <= 512 && left.length < 2 ** 22;
  return inputs === 'float32' && fits ? 'float32' : 'float64';
}

function bytesOfBitmaps(
  { categorical, column }: TreeEnsemble,
  classes: ReadonlyMap<number, CategoryClasses>,
): number {
  let bytes = 0;
  for (const [node, count] of categorical!.count.entries()) {
    if (count !== -1) bytes += bitmapBytes(classes.get(column[node]!)!);
  }
  return bytes;
}

/** One bit for each class and for missing values. */
function bitmapBytes({ count }: CategoryClasses): number {
  return (count >> 3) + 1;
}

/** Places tables and class columns: offset in the row, then the last two numbers of a column. */
export function placeClassColumns(
  memory: KernelMemory,
  classes: ReadonlyMap<number, CategoryClasses>,
  offsets: (column: number) => readonly [number, number, number],
): { readonly start: number; readonly end: number } {
  const records = new Uint32Array(classes.size * 6);
  let at = 0;
  for (const { column, count, table } of classes.values()) {
    const [source, first, second] = offsets(column);
    records.set([source, memory.place(table), table.length, count, first, second], at);
    at += 6;
  }
  const start = memory.place(records);
  return { start, end: start + records.byteLength };
}

/** Trees of like depth share a group, so that none waits for another. */
function orderByDepth({ depth }: TreeShapes): Int32Array {
  return Int32Array.from(depth.keys()).toSorted((a, b) => depth[a]! - depth[b]! || a - b);
}

function placeNodes(
  layout: NodeLayout,
  { column, categorical, comparison, left, missingLeft, threshold }: TreeEnsemble,
  position: Int32Array,
  memory: KernelMemory,
  planeBytes: number,
  placeBitmap: (node: number) => readonly [slot: number, bitmap: number],
): number {
  const keyBytes = layout === 'float32' ? 4 : 8;
  const unit = nodeBytes[layout];
  const words = unit / 4;
  const array = new Int32Array(left.length * words);
  const key32 = createThresholdKey32(comparison);
  const writeKey64 = createThresholdKey64(comparison);
  const noClass = layout === 'categories' ? memory.reserve(16) : 0;
  for (let node = 0; node < left.length; node++) {
    const at = position[node]! * words;
    const inner = left[node] !== -1;
    const numeric = inner && (categorical?.count[node] ?? -1) === -1;
    // a leaf, and a node that looks for categories, compares with a key that the left plane never reaches
    let slot = 0;
    let bitmap = noClass;
    const child = inner ? position[left[node]!]! : position[node]!;
    if (numeric) {
      const plane = missingLeft[node] === 1 ? 0 : planeBytes;
      slot = plane + column[node]! * keyBytes;
    } else if (inner) [slot, bitmap] = placeBitmap(node);
    const less = numeric && missingLeft[node] !== 1 ? 1 : 0;
    if (layout === 'float32') {
      array[at] = numeric ? key32(threshold[node]!) - less : greatestKey32;
      array[at + 1] = ((slot / 4) << 22) | child;
      continue;
    }
    if (numeric) writeKey64(threshold[node]!, -less, array, at);
    else array.set([-1, greatestKey32], at);
    array[at + 2] = slot;
    array[at + 3] = child * unit;
    if (layout === 'categories') array[at + 4] = bitmap;
  }
  return memory.place(array);
}

function placeGroups(
  memory: KernelMemory,
  order: Int32Array,
  { depth, meanDepth }: TreeShapes,
  addressOf: (tree: number) => number,
): { readonly start: number; readonly end: number } {
  const records = new Uint32Array(Math.ceil(order.length / 8) * 18);
  for (let first = 0, at = 0; first < order.length; first += 8, at += 18) {
    const trees = order.subarray(first, first + 8);
    const most = trees.reduce((deepest, tree) => Math.max(deepest, depth[tree]!), 0);
    const mean = trees.reduce((sum, tree) => sum + meanDepth[tree]!, 0) / trees.length;
    for (let member = 0; member < 8; member++) {
      const tree = trees[member];
      records[at + member] = addressOf(tree ?? trees[0]!);
      records[at + 10 + member] = tree ?? order.length + member;
    }
    // a look whether all have arrived pays only where most rows arrive well before the deepest leaf
    records[at + 8] = most <= 1.5 * mean ? most : Math.min(Math.ceil(mean), 32);
    records[at + 9] = most;
  }
  const start = memory.place(records);
  return { start, end: start + records.byteLength };
}
