// What: grows trees by assembly/train-forest.ts: lays out its memory, hands over each sample, takes each tree out.
// Source: the layouts at the head of that module.
// Complexity: that of the module; memory is the bins twice, 40 bytes a row, and 48 bytes a node with 8 for each class.
// Invariant: the tree of grow-tree.ts, number for number.
import { createKernelMemory, type KernelMemory } from '../../inference/index.ts';
import type { ForestTree } from './forest-tree.ts';
import type { GrowingPlan, TreeSample } from './growing-plan.ts';
import { trainForestWasm } from './train-forest-wasm.ts';

interface Exports {
  readonly growTree: (plan: number) => number;
}

/** Addresses of what is written or read for each tree. */
interface Layout {
  readonly plan: number;
  readonly rows: number;
  readonly records: number;
  readonly nodes: number;
  readonly draws: number;
}

/** Most that the memory of a module can have. */
const mostBytes = 2 ** 32 - 2 ** 16;
const nodeBytes = 48;
/** Bytes of the codes of a row that stand together at most: what a processor fetches at once. */
const blockBytes = 64;
/** Room for sets of categories at first; doubled when a tree needs more. */
const firstSetBytes = 2 ** 20;
// places of numbers of 32 bits in the plan
const rowCountAt = 9;
const setsAt = 22;
const isPackedAt = 28;

/** Prepares to grow trees by WebAssembly. @returns `null` where it, or memory for it, is not to be had. */
export function createKernelGrower(plan: GrowingPlan): ((sample: TreeSample) => ForestTree) | null {
  const memory = createKernelMemory<Exports>(trainForestWasm, mostBytes);
  if (memory === null) return null;
  const layout = layOut(plan, memory);
  if (!memory.commit()) return null;
  const categorySets = createCategorySets(plan, memory, layout);
  if (!categorySets.grow()) return null;

  return (sample) => {
    writeSample(plan, sample, memory, layout);
    for (;;) {
      // a tree that had no room moved its rows and used up its draws
      const count = memory.kernels.growTree(layout.plan);
      if (count !== -1) return readTree(plan, memory, layout, count);
      if (!categorySets.grow()) throw new RangeError('no memory for the categories of a tree');
      writeSample(plan, sample, memory, layout);
    }
  };
}

function layOut(plan: GrowingPlan, memory: KernelMemory<Exports>): Layout {
  const { table, classes } = plan;
  const codes = table.columns.reduce((most, { bins }) => Math.max(most, bins + 1), 1);
  const sums = Math.max(1, classes);
  const leaves = Math.max(
    1,
    Math.min(Math.floor(table.rows / plan.minRowsInLeaf), plan.maxLeaves ?? Infinity),
  );
  const mostNodes = 2 * leaves - 1;
  const rows = memory.reserve(4 * table.rows);
  const records = memory.reserve(16 * table.rows);
  const nodes = memory.reserve(mostNodes * (nodeBytes + 8 * sums));
  const draws = memory.reserve(16);
  const block = new ArrayBuffer(136);
  new Uint32Array(block).set([
    placeColumns(plan, memory),
    table.columns.length,
    classes,
    Number(plan.criterion === 'entropy'),
    plan.columnsPerSplit,
    Math.min(plan.maxDepth, 2 ** 32 - 1),
    plan.minRowsToSplit,
    plan.minRowsInLeaf,
    plan.maxLeaves ?? 0,
    table.rows,
    rows,
    memory.reserve(4 * table.rows), // rows aside
    records,
    memory.reserve(16 * table.rows + 16), // records aside, of which one more is written
    memory.place(plan.values),
    memory.reserve(codes * (classes === 0 ? 32 : 16 * classes)), // cells
    memory.reserve(Math.max(256, 8 * Math.ceil(codes / 64))), // bins that were met
    memory.reserve(4 * codes), // their order
    memory.reserve(4 * codes), // the same aside
    memory.reserve(8 * codes), // its keys
    memory.reserve(16 * sums), // left and right sums
    memory.reserve(4 * Math.ceil(codes / 32)), // best set
    0,
    0,
    memory.reserve(4 * table.columns.length), // permutation
    memory.reserve(4 * mostNodes), // frontier
    nodes,
    draws,
  ]);
  new Float64Array(block, 120).set([plan.minWeightInLeaf, plan.minDecrease]);
  return { plan: memory.place(new Uint8Array(block)), rows, records, nodes, draws };
}

function placeColumns({ table }: GrowingPlan, memory: KernelMemory<Exports>): number {
  const words = new Uint32Array(7 * table.columns.length);
  for (const bytes of [1, 2]) {
    const same = [...table.columns.keys()].filter(
      (at) => table.columns[at]!.codes.BYTES_PER_ELEMENT === bytes,
    );
    const most = blockBytes / bytes;
    for (let start = 0; start < same.length; start += most) {
      const block = same.slice(start, start + most);
      const codes = interleave(
        block.map((at) => table.columns[at]!.codes),
        bytes === 1
          ? new Uint8Array(table.rows * block.length)
          : new Uint16Array(table.rows * block.length),
      );
      const address = memory.place(codes);
      for (const [place, at] of block.entries()) {
        const { bins, codes: alone, isCategory, hasMissing } = table.columns[at]!;
        const rowBytes = bytes * block.length;
        const flags = [bytes === 2, isCategory, hasMissing].map(Number);
        const own = [address + bytes * place, rowBytes, memory.place(alone), bins];
        words.set([...own, ...flags], 7 * at);
      }
    }
  }
  return memory.place(words);
}

/** The codes of the first row, those of the second, and so on. */
function interleave<Codes extends Uint8Array | Uint16Array>(
  columns: readonly ArrayLike<number>[],
  into: Codes,
): Codes {
  for (const [place, codes] of columns.entries()) {
    for (let row = 0, at = place; row < codes.length; row++, at += columns.length) {
      into[at] = codes[row]!;
    }
  }
  return into;
}

/** The room for sets of categories: none until it is asked for, then ever twice as much. */
function createCategorySets(
  { table }: GrowingPlan,
  memory: KernelMemory<Exports>,
  layout: Layout,
): { readonly grow: () => boolean } {
  let bytes = table.columns.some(({ isCategory }) => isCategory) ? firstSetBytes : 0;
  return {
    grow() {
      const address = memory.reserve(bytes);
      if (!memory.commit()) return false;
      new Uint32Array(memory.buffer, layout.plan + 4 * setsAt, 2).set([address, address + bytes]);
      bytes *= 2;
      return true;
    },
  };
}

function writeSample(
  plan: GrowingPlan,
  { rows, weights, targets, draws }: TreeSample,
  memory: KernelMemory<Exports>,
  layout: Layout,
): void {
  const { buffer } = memory;
  const { classes } = plan;
  const block = new Uint32Array(buffer, layout.plan, 29);
  block[rowCountAt] = rows.length;
  block[isPackedAt] = Number(isPacked(plan, weights));
  new Uint32Array(buffer, layout.rows, rows.length).set(rows);
  new Int32Array(buffer, layout.draws, 4).set(draws);
  const numbers = new Float64Array(buffer, layout.records, 2 * rows.length);
  const words = new Uint32Array(buffer, layout.records, 4 * rows.length);
  if (block[isPackedAt] === 1) {
    for (let place = 0; place < rows.length; place++) {
      // 21 bits each: rows, weight, weight of the second class
      const weight = weights[place]!;
      const second = weight * targets[place]!;
      words[2 * place] = 1 | (weight << 21);
      words[2 * place + 1] = (weight >>> 11) | (second << 10);
    }
    return;
  }
  for (let place = 0; place < rows.length; place++) {
    if (classes === 0) {
      numbers[2 * place] = targets[place]!;
      numbers[2 * place + 1] = weights[place]!;
    } else {
      numbers[2 * place] = weights[place]!;
      words[4 * place + 2] = 16 * targets[place]!;
      words[4 * place + 3] = 0;
    }
  }
}

/** Whether weights are whole numbers whose sum fits into 21 bits, of two classes that are judged by Gini. */
function isPacked({ classes, criterion }: GrowingPlan, weights: Float64Array): boolean {
  if (classes !== 2 || criterion !== 'gini') return false;
  let sum = 0;
  for (let place = 0; place < weights.length; place++) {
    const weight = weights[place]!;
    if (!Number.isInteger(weight)) return false;
    sum += weight;
  }
  return sum < 2 ** 21;
}

function readTree(
  { table, classes }: GrowingPlan,
  { buffer }: KernelMemory<Exports>,
  { nodes }: Layout,
  count: number,
): ForestTree {
  const sums = Math.max(1, classes);
  const stride = nodeBytes + 8 * sums;
  const words = new Int32Array(buffer, nodes, (count * stride) / 4);
  const numbers = new Float64Array(buffer, nodes, (count * stride) / 8);
  const left = new Int32Array(count);
  const column = new Int32Array(count).fill(-1);
  const lastLeft = new Int32Array(count);
  const missingLeft = new Uint8Array(count);
  const categories: (Int32Array | null)[] = [];
  const decrease = new Float64Array(count);
  const weight = new Float64Array(count);
  const rows = new Uint32Array(count);
  const ownSums = new Float64Array(count * sums);
  for (let node = 0, word = 0; node < count; node++, word += stride / 4) {
    const number = word / 2;
    const child = words[word + 6]!;
    left[node] = child;
    weight[node] = numbers[number + 1]!;
    rows[node] = words[word + 5]! - words[word + 4]!;
    for (let at = 0; at < sums; at++) ownSums[node * sums + at] = numbers[number + 6 + at]!;
    categories.push(null);
    // a split that was found may not have been made
    if (child === -1) continue;
    column[node] = words[word + 7]!;
    lastLeft[node] = words[word + 8]!;
    missingLeft[node] = words[word + 9]!;
    decrease[node] = numbers[number]!;
    const set = words[word + 11]! >>> 0;
    if (set === 0) continue;
    const { bins } = table.columns[column[node]!]!;
    categories[node] = readSet(new Uint32Array(buffer, set, Math.ceil(bins / 32)), bins);
  }
  return { left, column, lastLeft, missingLeft, categories, decrease, weight, rows, sums: ownSums };
}

/** The numbers below `bins` whose bits are set, ascending. */
function readSet(words: Uint32Array, bins: number): Int32Array {
  const codes: number[] = [];
  for (let code = 0; code < bins; code++) {
    if (((words[code >> 5]! >>> (code & 31)) & 1) === 1) codes.push(code);
  }
  return Int32Array.from(codes);
}
