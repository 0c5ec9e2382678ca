// What: the raw scores of blocks of rows, eight rows in flight down one tree after the other, in WebAssembly.
// Source: assembly/tree-kernels.ts, where the layouts are described; Lucchese et al., "QuickScorer" (SIGIR 2015) for
// blocks of rows that use a tree again while it is in the cache.
// Complexity: per row the depth of every tree; memory: 8 bytes per node and a number per leaf value.
// Invariant: value for value what `predictTreeEnsemble` gives; a leaf leads to itself, so all rows take as many steps.
import type { TreeEnsemble } from '../../model/index.ts';
import { type BatchKernel, chooseBlockRows, createBlockLoop } from './batch-kernel.ts';
import type { KernelMemory } from './kernel-memory.ts';
import { copyLeaf, sumArray } from './leaf-values.ts';
import { orderSiblings } from './sibling-order.ts';
import { codeThresholds, placeSearches } from './threshold-codes.ts';
import type { TreeShapes } from './tree-shapes.ts';

/** The offset of a code in its row has 16 bits. */
const mostColumns = 32_768;
const leafRank = 65_535;

/** @returns `null` when the ensemble has categories or too many columns, or the layout does not fit into the memory. */
export function createWalkKernel(
  ensemble: TreeEnsemble,
  shapes: TreeShapes,
  memory: KernelMemory,
): BatchKernel | null {
  const { columns, leafSize, left, outputs, roots } = ensemble;
  if (ensemble.categorical !== null) return null;
  const float32 = ensemble.inputs === 'float32';
  const rowBytes = columns.length * (float32 ? 4 : 8);
  const sumBytes = ensemble.arithmetic === 'float32' ? 4 : 8;
  const blockRows = chooseBlockRows(rowBytes + outputs * sumBytes, 2048);
  const bytes = left.length * (40 + leafSize * sumBytes) + roots.length * 64;
  const blockBytes = blockRows * (rowBytes + outputs * sumBytes) + 2 ** 20;
  if (blockRows === 0 || !memory.hasRoomFor(bytes + blockBytes)) return null;

  const codes = codeThresholds(ensemble, leafRank - 1);
  const codeBytes = Math.max(2, codes.columnCount * 2);
  if (codes.columnCount > mostColumns) return null;
  if (!memory.hasRoomFor(bytes + blockBytes + blockRows * codeBytes)) return null;

  const searches = placeSearches(memory, codes, ensemble, 2);
  const position = new Int32Array(left.length);
  const records = new Uint32Array(roots.length * 4);
  for (let tree = 0; tree < roots.length; tree++) {
    const root = roots[tree]!;
    const end = shapes.end[tree]!;
    orderSiblings(ensemble, root, end, 0, position);
    const nodes = new Uint32Array((end - root) * 2);
    const values = sumArray(ensemble, (end - root) * leafSize);
    for (let node = root; node < end; node++) {
      const at = position[node]!;
      const isLeaf = left[node] === -1;
      if (isLeaf) copyLeaf(ensemble, node, values, at);
      nodes[2 * at] = isLeaf
        ? leafRank * 65_536
        : codes.column[node]! * 2 + codes.rank[node]! * 65_536;
      nodes[2 * at + 1] = (isLeaf ? at : position[left[node]!]!) * 8;
    }
    const output = leafSize === 1 ? ensemble.treeOutput[tree]! : 0;
    records.set([memory.place(nodes), memory.place(values), shapes.depth[tree]!, output], tree * 4);
  }
  const trees = memory.place(records);
  const codesAt = memory.reserve(blockRows * codeBytes);
  const rows = memory.reserve(blockRows * rowBytes);
  const sums = memory.reserve(blockRows * outputs * sumBytes);
  if (!memory.commit()) return null;

  const { kernels } = memory;
  const toCodes = float32 ? kernels.shortCodes32 : kernels.shortCodes64;
  const addTrees = ensemble.arithmetic === 'float32' ? kernels.walks32 : kernels.walks64;
  const treesEnd = trees + records.byteLength;
  return createBlockLoop(ensemble, memory, { blockRows, rows, sums }, (rowCount) => {
    const eights = Math.ceil(rowCount / 8) * 8;
    toCodes(rows, rowBytes, searches.start, searches.end, codesAt, codeBytes, eights);
    addTrees(trees, treesEnd, codesAt, codeBytes, eights, sums, outputs, leafSize);
  });
}
