// What: one tree of a random forest, number for number that of src/training/forest/grow-tree.ts, in AssemblyScript. All
//   memory is laid out by src/training/forest/create-kernel-grower.ts; addresses are bytes.
// Source: the same rules; a histogram per node and tried column, of which only bins that were met are looked at.
// Complexity: per node and tried column O(rows of the node + bins that were met), with categories also O(bins log bins) a class.
// Invariant: every sum is exact (see GrowingPlan), so that only scores are rounded, in the order of the plain version.

// A cell is what the rows of one bin add up to. Classification: for each class f64 weight | f64 rows. Regression:
// f64 sum | f64 weight | f64 rows | f64 0. A record is what one row adds (16 bytes). Classification: f64 weight | u32 16 *
// class | u32 0. Regression: f64 sum | f64 weight. Records and rows are moved so that those of a node stand together.
// Packed, for two classes with whole weights of which few are drawn: cells and records are one u64, 21 bits each of rows, weight
// and weight of the second class, from the lowest on.

/** How trees grow, and where everything is. */
@unmanaged
class Plan {
  columns: usize; columnCount: u32; classes: u32; isEntropy: u32;
  columnsPerSplit: u32; maxDepth: u32; minRowsToSplit: u32; minRowsInLeaf: u32;
  /** 0: no limit, depth first. */
  maxLeaves: u32;
  rowCount: u32;
  rows: usize; rowsAside: usize; records: usize; recordsAside: usize;
  /** Regression: the target of each row of the table. */
  values: usize;
  cells: usize;
  /** A byte (of columns of two-byte codes: a bit) for each bin that was met, none set between columns. */
  met: usize;
  /** Bins in the order in which they are tried; as many for merging. */
  order: usize; orderAside: usize; keys: usize;
  /** Sums of the left side, one per class. */
  left: usize;
  /** Sets of categories: the best of the node, and those of the nodes. */
  bestSet: usize; sets: usize; setsEnd: usize;
  permutation: usize; frontier: usize; nodes: usize;
  draws: usize;
  isPacked: u32;
  minWeight: f64; minDecrease: f64;
}

@unmanaged
class Column {
  /** The codes of a row stand together, for nodes of few rows: address of the first one of this column, and bytes to the next. */
  codes: usize; rowBytes: u32;
  /** The codes of the column alone, for nodes of many rows. */
  alone: usize;
  bins: u32; isWide: u32; isCategory: u32; hasMissing: u32;
}

/** Followed by one f64 sum per class, or one. */
@unmanaged
class Node {
  decrease: f64; weight: f64;
  first: u32; end: u32;
  /** -1 until the node is split; the right child is the next node. */
  left: i32;
  column: i32;
  lastLeft: i32; missingLeft: u32; depth: u32;
  /** Address of the bits of the categories that go left, 0 where bins are compared. */
  set: usize;
}
const nodeBytes: usize = 48;

let plan: Plan = changetype<Plan>(0);
let cellBytes: usize = 0;
let recordShift: usize = 4;
let stride: usize = 0;
let minWeight: f64 = 0;
let frontierLength: u32 = 0;
let sets: usize = 0;

// the best split of the node so far
let bestScore: f64 = 0;
let bestColumn: i32 = -1;
let bestLast: i32 = 0;
let bestMissingLeft: bool = false;
let bestIsSet: bool = false;

// the best division of the bins in `order`
let foundCount: u32 = 0;
let foundRowsLeft: u32 = 0;

/** @returns how many nodes the tree has, -1 when there was no room for a set of categories. */
export function growTree(address: usize): i32 {
  plan = changetype<Plan>(address);
  const classes = plan.classes, width = classes === 0 ? 1 : classes;
  cellBytes = classes === 0 ? 32 : plan.isPacked ? 8 : <usize>classes << 4;
  recordShift = plan.isPacked ? 3 : 4;
  stride = nodeBytes + (<usize>width << 3);
  frontierLength = 0;
  sets = plan.sets;
  for (let column: u32 = 0; column < plan.columnCount; column++) store<u32>(plan.permutation + (<usize>column << 2), column);
  const root = nodeAt(0);
  root.first = 0;
  root.end = plan.rowCount;
  root.depth = 0;
  sumNode(root);
  minWeight = plan.minWeight * root.weight;
  let count: i32 = 1;
  consider(root);
  for (let leaves: u32 = 1; frontierLength > 0 && (plan.maxLeaves === 0 || leaves < plan.maxLeaves); leaves++) {
    const node = takeNext();
    const left = nodeAt(count), right = nodeAt(count + 1);
    divide(node, left, right);
    node.left = count;
    count += 2;
    // the left one last: it is split next, while its rows are at hand
    if (!consider(right) || !consider(left)) return -1;
  }
  return count;
}

@inline function nodeAt(index: u32): Node {
  return changetype<Node>(plan.nodes + <usize>index * stride);
}

@inline function sumsOf(node: Node): usize {
  return changetype<usize>(node) + nodeBytes;
}

@inline function weightOf(packed: u64): f64 {
  return <f64><i64>((packed >> 21) & 0x1fffff);
}

@inline function secondOf(packed: u64): f64 {
  return <f64><i64>(packed >> 42);
}

/** The weight and the sums of a node from its records. */
function sumNode(node: Node): void {
  const sums = sumsOf(node), end = plan.records + (<usize>node.end << recordShift);
  let record = plan.records + (<usize>node.first << recordShift), weight: f64 = 0;
  if (plan.isPacked) {
    let sum: u64 = 0;
    for (; record < end; record += 8) sum += load<u64>(record);
    const second = secondOf(sum);
    node.weight = weightOf(sum);
    store<f64>(sums, node.weight - second);
    store<f64>(sums, second, 8);
    return;
  }
  if (plan.classes === 0) {
    let pair = f64x2.splat(0);
    for (; record < end; record += 16) pair = f64x2.add(pair, v128.load(record));
    store<f64>(sums, f64x2.extract_lane(pair, 0));
    node.weight = f64x2.extract_lane(pair, 1);
    return;
  }
  memory.fill(sums, 0, <usize>plan.classes << 3);
  for (; record < end; record += 16) {
    const sum = sums + <usize>(load<u32>(record, 8) >> 1), own = load<f64>(record);
    store<f64>(sum, load<f64>(sum) + own);
    weight += own;
  }
  node.weight = weight;
}

/** Depth first: the node that was found last. Best first: that with the largest decrease, of equal ones the first. */
function takeNext(): Node {
  let at = frontierLength - 1;
  if (plan.maxLeaves !== 0) {
    let best = load<u32>(plan.frontier + (<usize>at << 2));
    for (let other: u32 = 0; other < frontierLength; other++) {
      const index = load<u32>(plan.frontier + (<usize>other << 2));
      const difference = nodeAt(index).decrease - nodeAt(best).decrease;
      if (difference > 0 || (difference === 0 && index < best)) { best = index; at = other; }
    }
  }
  const slot = plan.frontier + (<usize>at << 2), index = load<u32>(slot);
  frontierLength--;
  store<u32>(slot, load<u32>(plan.frontier + (<usize>frontierLength << 2)));
  return nodeAt(index);
}

/** Looks for the split of a new node. @returns false when there was no room for its set of categories. */
function consider(node: Node): bool {
  node.left = -1;
  node.column = -1;
  node.decrease = 0;
  node.set = 0;
  node.lastLeft = 0;
  node.missingLeft = 0;
  if (!mayBeSplit(node)) return true;
  bestScore = -Infinity;
  bestColumn = -1;
  findSplit(node);
  if (bestColumn < 0) return true;
  const decrease = (bestScore - scoreOf(sumsOf(node), node.weight)) / nodeAt(0).weight;
  if (decrease + f64.EPSILON < plan.minDecrease) return true;
  node.decrease = decrease;
  node.column = bestColumn;
  node.lastLeft = bestLast;
  node.missingLeft = u32(bestMissingLeft);
  if (bestIsSet) {
    const bytes = setBytes(columnAt(bestColumn));
    if (sets + bytes > plan.setsEnd) return false;
    memory.copy(sets, plan.bestSet, bytes);
    node.set = sets;
    sets += bytes;
  }
  const index = <u32>((changetype<usize>(node) - plan.nodes) / stride);
  store<u32>(plan.frontier + (<usize>frontierLength << 2), index);
  frontierLength++;
  return true;
}

@inline function setBytes(column: Column): usize {
  return <usize>((column.bins + 31) >> 5) << 2;
}

@inline function columnAt(column: u32): Column {
  return changetype<Column>(plan.columns + <usize>column * offsetof<Column>());
}

function mayBeSplit(node: Node): bool {
  const rows = node.end - node.first;
  if (node.depth >= plan.maxDepth || rows < plan.minRowsToSplit || rows < 2 * plan.minRowsInLeaf) return false;
  if (node.weight < 2 * minWeight) return false;
  const classes = plan.classes;
  if (classes > 0) {
    const sums = sumsOf(node), end = sums + (<usize>classes << 3);
    for (let sum = sums; sum < end; sum += 8) if (load<f64>(sum) === node.weight) return false;
    return true;
  }
  const end = plan.rows + (<usize>node.end << 2);
  let row = plan.rows + (<usize>node.first << 2);
  const value = valueOf(row);
  for (; row < end; row += 4) if (valueOf(row) !== value) return true;
  return false;
}

@inline function valueOf(row: usize): f64 {
  return load<f64>(plan.values + (<usize>load<u32>(row) << 3));
}

/** The next number of the stream from 0 to `bound - 1`. */
function drawBelow(bound: u32): u32 {
  const draws = plan.draws;
  const a = load<u32>(draws), b = load<u32>(draws, 4), c = load<u32>(draws, 8), counter = load<u32>(draws, 12);
  const sum = a + b + counter;
  store<u32>(draws, b ^ (b >> 9));
  store<u32>(draws, c + (c << 3), 4);
  store<u32>(draws, rotl<u32>(c, 21) + sum, 8);
  store<u32>(draws, counter + 1, 12);
  return <u32>((<u64>sum * <u64>bound) >> 32);
}

function findSplit(node: Node): void {
  let tried: u32 = 0, varied: bool = false;
  for (let remaining = plan.columnCount; remaining > 0 && (tried < plan.columnsPerSplit || !varied); ) {
    remaining--;
    const drawn = plan.permutation + (<usize>drawBelow(remaining + 1) << 2), last = plan.permutation + (<usize>remaining << 2);
    const column = load<u32>(drawn);
    store<u32>(drawn, load<u32>(last));
    store<u32>(last, column);
    if (searchColumn(node, column)) varied = true;
    tried++;
  }
}

/** Above so many rows for each bin all bins are looked at, instead of noting which were met. */
const manyRows: u32 = 2;

/** Whether so many of all rows are in a node that what is fetched of one column holds several of them. */
@inline function areDense(node: Node): bool {
  return (node.end - node.first) << 4 > plan.rowCount;
}

/** Adds the rows of a node to the cells of their bins. */
@inline function collect<Code>(column: Column, node: Node, notes: bool): void {
  const isDense = areDense(node), codes = isDense ? column.alone : column.codes;
  const rowBytes = isDense ? sizeof<Code>() : <usize>column.rowBytes;
  const end = plan.rows + (<usize>node.end << 2), cells = plan.cells, met = plan.met, bytes = cellBytes;
  let row = plan.rows + (<usize>node.first << 2), record = plan.records + (<usize>node.first << recordShift);
  const one = f64x2.splat(1);
  if (bytes === 8) {
    for (; row < end; row += 4, record += 8) {
      const code = <usize>load<Code>(codes + <usize>load<u32>(row) * rowBytes);
      const cell = cells + (code << 3);
      store<u64>(cell, load<u64>(cell) + load<u64>(record));
      if (notes) note<Code>(met, code);
    }
    return;
  }
  if (plan.classes === 0) {
    for (; row < end; row += 4, record += 16) {
      const code = <usize>load<Code>(codes + <usize>load<u32>(row) * rowBytes);
      const cell = cells + (code << 5);
      v128.store(cell, f64x2.add(v128.load(cell), v128.load(record)));
      store<f64>(cell, load<f64>(cell, 16) + 1, 16);
      if (notes) note<Code>(met, code);
    }
    return;
  }
  if (bytes === 32) {
    for (; row < end; row += 4, record += 16) {
      const code = <usize>load<Code>(codes + <usize>load<u32>(row) * rowBytes);
      const cell = cells + (code << 5) + <usize>load<u32>(record, 8);
      v128.store(cell, f64x2.add(v128.load(cell), v128.load64_lane(record, one, 0)));
      if (notes) note<Code>(met, code);
    }
    return;
  }
  for (; row < end; row += 4, record += 16) {
    const code = <usize>load<Code>(codes + <usize>load<u32>(row) * rowBytes);
    const cell = cells + code * bytes + <usize>load<u32>(record, 8);
    v128.store(cell, f64x2.add(v128.load(cell), v128.load64_lane(record, one, 0)));
    if (notes) note<Code>(met, code);
  }
}

@inline function note<Code>(met: usize, code: usize): void {
  // a byte is stored without looking at it first; bits of 65,536 bins are looked through faster
  if (sizeof<Code>() === 1) { store<u8>(met + code, 0x80); return; }
  const word = met + ((code >> 6) << 3);
  store<u64>(word, load<u64>(word) | (<u64>1 << (code & 63)));
}

/** Lists the bins that were met, ascending. @returns how many. */
@inline function listNoted<Code>(codes: u32): u32 {
  let length = plan.order;
  for (let first: u32 = 0; first < codes; first += 64) {
    const bits = takeNotes<Code>(plan.met, first);
    for (let rest = bits; rest !== 0; rest &= rest - 1, length += 4) store<u32>(length, first + <u32>ctz(rest));
  }
  return <u32>((length - plan.order) >> 2);
}

/** The bits of 64 bins from `first` on, which are cleared. */
@inline function takeNotes<Code>(met: usize, first: u32): u64 {
  if (sizeof<Code>() === 2) {
    const word = met + <usize>(first >> 3), bits = load<u64>(word);
    if (bits !== 0) store<u64>(word, 0);
    return bits;
  }
  const at = met + <usize>first, none = i8x16.splat(0);
  const bits = <u64><u32>i8x16.bitmask(v128.load(at)) | (<u64><u32>i8x16.bitmask(v128.load(at, 16)) << 16)
    | (<u64><u32>i8x16.bitmask(v128.load(at, 32)) << 32) | (<u64><u32>i8x16.bitmask(v128.load(at, 48)) << 48);
  v128.store(at, none);
  v128.store(at, none, 16);
  v128.store(at, none, 32);
  v128.store(at, none, 48);
  return bits;
}

function listAll(codes: u32): u32 {
  let length = plan.order, cell = plan.cells;
  for (let code: u32 = 0; code < codes; code++, cell += cellBytes) {
    store<u32>(length, code);
    length += <usize>(rowsOf(cell) > 0) << 2;
  }
  return <u32>((length - plan.order) >> 2);
}

@inline function rowsOf(cell: usize): f64 {
  if (cellBytes === 8) return <f64><i64>(load<u64>(cell) & 0x1fffff);
  if (plan.classes === 0) return load<f64>(cell, 16);
  let rows: f64 = 0;
  for (let end = cell + cellBytes; cell < end; cell += 16) rows += load<f64>(cell, 8);
  return rows;
}

/** Fills the cells and lists the bins that were met, ascending. @returns how many. */
@inline function listBins<Code>(column: Column, codes: u32, node: Node, notes: bool): u32 {
  if (notes) { collect<Code>(column, node, true); return listNoted<Code>(codes); }
  collect<Code>(column, node, false);
  return listAll(codes);
}

/**
 * The same as `searchColumn` for few rows of a column that is never missing, packed and in byte codes, which most nodes are:
 * bins are tried, and their cells cleared, as they are found.
 */
function searchFew(node: Node, index: u32, column: Column): bool {
  collect<u8>(column, node, true);
  const cells = plan.cells, met = plan.met, codes = column.bins, sums = sumsOf(node), rows = node.end - node.first;
  const sum0 = load<f64>(sums), sum1 = load<f64>(sums, 8), weight = node.weight;
  const least = plan.minRowsInLeaf, mostRows = rows - least, lightest = minWeight;
  let left: u64 = 0, last: u32 = 0, count: u32 = 0, best = bestScore, found: i32 = -1, rowsLeft: u32 = 0;
  for (let first: u32 = 0; first < codes; first += 64) {
    for (let bits = takeNotes<u8>(met, first); bits !== 0; bits &= bits - 1) {
      const code = first + <u32>ctz(bits), cell = cells + (<usize>code << 3), before = left;
      left += load<u64>(cell);
      store<u64>(cell, 0);
      const border = (last + code - 1) >> 1;
      last = code;
      count = <u32>before & 0x1fffff;
      // below the least is far above the most
      if (count - least > mostRows - least) continue;
      const weightLeft = weightOf(before), weightRight = weight - weightLeft;
      if (lightest > 0 && (weightLeft < lightest || weightRight < lightest)) continue;
      const left1 = secondOf(before), left0 = weightLeft - left1;
      const zero = f64x2(left0, sum0 - left0), one = f64x2(left1, sum1 - left1);
      const squares = f64x2.add(f64x2.mul(zero, zero), f64x2.mul(one, one));
      const sides = f64x2.div(squares, f64x2(weightLeft, weightRight));
      const score = f64x2.extract_lane(sides, 0) + f64x2.extract_lane(sides, 1);
      if (score > best) { best = score; found = border; rowsLeft = count; }
    }
  }
  if (found >= 0) {
    bestScore = best;
    bestColumn = index;
    bestLast = found;
    bestMissingLeft = rowsLeft > rows - rowsLeft;
    bestIsSet = false;
  }
  // what was met before the last bin
  return count > 0;
}

/** Tries a column, whose splits count when they are better than the best. @returns whether it varies in the node. */
function searchColumn(node: Node, index: u32): bool {
  const column = columnAt(index), rows = node.end - node.first;
  const codes = column.bins + column.hasMissing, notes = rows < manyRows * codes;
  if (notes && plan.isPacked && !(column.isWide | column.isCategory | column.hasMissing)) return searchFew(node, index, column);
  const met = column.isWide ? listBins<u16>(column, codes, node, notes) : listBins<u8>(column, codes, node, notes);
  if (met > 1) {
    const hasMissing = load<u32>(plan.order + (<usize>(met - 1) << 2)) === column.bins;
    const count = met - u32(hasMissing);
    if (column.isCategory) searchCategories(node, index, column, count, hasMissing);
    else searchOrder(node, index, column, count, hasMissing);
  }
  const cells = plan.cells;
  for (let at = plan.order, end = plan.order + (<usize>met << 2); at < end; at += 4) {
    const cell = cells + <usize>load<u32>(at) * cellBytes;
    if (cellBytes === 8) store<u64>(cell, 0);
    else if (cellBytes === 32) { v128.store(cell, i64x2.splat(0)); v128.store(cell, i64x2.splat(0), 16); }
    else memory.fill(cell, 0, cellBytes);
  }
  return met > 1;
}

/** By mean target; of two classes by the share of the second; of more by the share of each class in turn. */
function searchCategories(node: Node, index: u32, column: Column, count: u32, hasMissing: bool): void {
  const classes = plan.classes;
  const first: u32 = classes === 2 ? 1 : 0, end: u32 = classes === 0 ? 1 : classes;
  for (let target = first; target < end; target++) {
    for (let at: u32 = 0; at < count; at++) {
      const code = load<u32>(plan.order + (<usize>at << 2)), cell = plan.cells + <usize>code * cellBytes;
      store<f64>(plan.keys + (<usize>code << 3), shareOf(cell, target));
    }
    // equal shares stay in the order of their codes, to which the order of another class is brought back first
    if (target > first) sortOrder(count, false);
    sortOrder(count, true);
    searchOrder(node, index, column, count, hasMissing);
  }
}

@inline function shareOf(cell: usize, target: u32): f64 {
  if (plan.classes === 0) return load<f64>(cell) / load<f64>(cell, 8);
  if (cellBytes === 8) return secondOf(load<u64>(cell)) / weightOf(load<u64>(cell));
  const own = load<f64>(cell + (<usize>target << 4));
  let weight: f64 = 0;
  for (let end = cell + cellBytes; cell < end; cell += 16) weight += load<f64>(cell);
  return own / weight;
}

/** Merges ever longer runs of `order`, by the keys of the bins or by the bins themselves; stable. */
function sortOrder(count: u32, byKeys: bool): void {
  const keys = plan.keys;
  let from = plan.order, to = plan.orderAside;
  for (let run: u32 = 1; run < count; run <<= 1) {
    for (let start: u32 = 0; start < count; start += 2 * run) {
      let a = start, b = min(start + run, count), into = start;
      const middle = b, end = min(middle + run, count);
      for (; into < end; into++) {
        let takesB = a >= middle;
        if (!takesB && b < end) {
          const codeA = load<u32>(from + (<usize>a << 2)), codeB = load<u32>(from + (<usize>b << 2));
          takesB = byKeys
            ? load<f64>(keys + (<usize>codeB << 3)) < load<f64>(keys + (<usize>codeA << 3))
            : codeB < codeA;
        }
        const taken = takesB ? b++ : a++;
        store<u32>(to + (<usize>into << 2), load<u32>(from + (<usize>taken << 2)));
      }
    }
    const swapped = from;
    from = to;
    to = swapped;
  }
  if (from !== plan.order) memory.copy(plan.order, from, <usize>count << 2);
}

/** Tries the divisions of `order`, with the missing values on the right, then on the left. */
function searchOrder(node: Node, index: u32, column: Column, count: u32, hasMissing: bool): void {
  const missing = hasMissing ? plan.cells + <usize>column.bins * cellBytes : 0;
  // all that is present may stand against what is missing
  const most = hasMissing ? count : count - 1;
  if (scan(node, most, 0)) keep(node, index, column, count, hasMissing, false);
  if (hasMissing && scan(node, count - 1, missing)) keep(node, index, column, count, true, true);
}

@inline function scan(node: Node, most: u32, missing: usize): bool {
  if (plan.classes === 0) return scanTargets(node, most, missing);
  if (plan.isPacked) return scanPacked(node, most, missing);
  if (plan.classes === 2 && !plan.isEntropy) return scanTwo(node, most, missing);
  return scanMany(node, most, missing);
}

@inline function isAllowed(rowsLeft: f64, rowsRight: f64, weightLeft: f64, weightRight: f64): bool {
  const least = <f64>plan.minRowsInLeaf;
  return rowsLeft >= least && rowsRight >= least && weightLeft >= minWeight && weightRight >= minWeight;
}

/** How good two sides are by Gini, of which each has so much of either class and in all. */
@inline function scoreTwo(left0: f64, right0: f64, left1: f64, right1: f64, weightLeft: f64, weightRight: f64): f64 {
  const zero = f64x2(left0, right0), one = f64x2(left1, right1);
  const squares = f64x2.add(f64x2.mul(zero, zero), f64x2.mul(one, one));
  const sides = f64x2.div(squares, f64x2(weightLeft, weightRight));
  return f64x2.extract_lane(sides, 0) + f64x2.extract_lane(sides, 1);
}

/** Keeps a division that ends at a place of `order`. @returns false when none was found. */
@inline function remember(score: f64, place: usize, rowsLeft: u32): bool {
  if (place === 0) return false;
  bestScore = score;
  foundCount = <u32>((place - plan.order) >> 2) + 1;
  foundRowsLeft = rowsLeft;
  return true;
}

/** Gini of two classes. The lanes of a pair are weight and rows. @returns whether a division is better than the best. */
function scanTwo(node: Node, most: u32, missing: usize): bool {
  const cells = plan.cells, order = plan.order, sums = sumsOf(node), rows = <f64>(node.end - node.first);
  const sum0 = load<f64>(sums), sum1 = load<f64>(sums, 8), weight = node.weight;
  const least = <f64>plan.minRowsInLeaf, mostRows = rows - least, lightest = minWeight;
  let first = f64x2.splat(0), second = first, best = bestScore, found: usize = 0, rowsLeft: f64 = 0;
  if (missing) { first = v128.load(missing); second = v128.load(missing, 16); }
  for (let at = order, end = order + (<usize>most << 2); at < end; at += 4) {
    const cell = cells + (<usize>load<u32>(at) << 5);
    first = f64x2.add(first, v128.load(cell));
    second = f64x2.add(second, v128.load(cell, 16));
    const both = f64x2.add(first, second);
    const count = f64x2.extract_lane(both, 1), weightLeft = f64x2.extract_lane(both, 0);
    if (count < least) continue;
    // from here on there is less and less on the right
    if (count > mostRows) break;
    const weightRight = weight - weightLeft;
    if (weightLeft < lightest || weightRight < lightest) continue;
    const left0 = f64x2.extract_lane(first, 0), left1 = f64x2.extract_lane(second, 0);
    const score = scoreTwo(left0, sum0 - left0, left1, sum1 - left1, weightLeft, weightRight);
    if (score > best) { best = score; found = at; rowsLeft = count; }
  }
  return remember(best, found, <u32>rowsLeft);
}

/** The same from packed cells. */
function scanPacked(node: Node, most: u32, missing: usize): bool {
  const cells = plan.cells, order = plan.order, sums = sumsOf(node), rows = node.end - node.first;
  const sum0 = load<f64>(sums), sum1 = load<f64>(sums, 8), weight = node.weight;
  const least = plan.minRowsInLeaf, mostRows = rows - least, lightest = minWeight;
  let left: u64 = missing ? load<u64>(missing) : 0, best = bestScore, found: usize = 0, rowsLeft: u32 = 0;
  for (let at = order, end = order + (<usize>most << 2); at < end; at += 4) {
    left += load<u64>(cells + (<usize>load<u32>(at) << 3));
    const count = <u32>left & 0x1fffff;
    if (count < least) continue;
    // from here on there is less and less on the right
    if (count > mostRows) break;
    const weightLeft = weightOf(left), weightRight = weight - weightLeft;
    if (weightLeft < lightest || weightRight < lightest) continue;
    const left1 = secondOf(left), left0 = weightLeft - left1;
    const score = scoreTwo(left0, sum0 - left0, left1, sum1 - left1, weightLeft, weightRight);
    if (score > best) { best = score; found = at; rowsLeft = count; }
  }
  return remember(best, found, rowsLeft);
}

function scanTargets(node: Node, most: u32, missing: usize): bool {
  const cells = plan.cells, order = plan.order, rows = <f64>(node.end - node.first);
  const total = f64x2(load<f64>(sumsOf(node)), node.weight);
  let left = f64x2.splat(0), count: f64 = 0, best = bestScore, found: usize = 0, rowsLeft: f64 = 0;
  if (missing) { left = v128.load(missing); count = load<f64>(missing, 16); }
  for (let at = order, end = order + (<usize>most << 2); at < end; at += 4) {
    const cell = cells + (<usize>load<u32>(at) << 5);
    left = f64x2.add(left, v128.load(cell));
    count += load<f64>(cell, 16);
    const right = f64x2.sub(total, left);
    const weightLeft = f64x2.extract_lane(left, 1), weightRight = f64x2.extract_lane(right, 1);
    if (!isAllowed(count, rows - count, weightLeft, weightRight)) continue;
    const sums = v128.shuffle<f64>(left, right, 0, 2), weights = v128.shuffle<f64>(left, right, 1, 3);
    const sides = f64x2.div(f64x2.mul(sums, sums), weights);
    const score = f64x2.extract_lane(sides, 0) + f64x2.extract_lane(sides, 1);
    if (score > best) { best = score; found = at; rowsLeft = count; }
  }
  return remember(best, found, <u32>rowsLeft);
}

/** Any number of classes and either criterion. */
function scanMany(node: Node, most: u32, missing: usize): bool {
  const cells = plan.cells, order = plan.order, sums = sumsOf(node), rows = <f64>(node.end - node.first);
  const left = plan.left, bytes = <usize>plan.classes << 3, right = left + bytes;
  let found: usize = 0, rowsLeft: f64 = 0, count: f64 = 0, weightLeft: f64 = 0;
  memory.fill(left, 0, bytes);
  if (missing) {
    for (let sum: usize = 0, from = missing; sum < bytes; sum += 8, from += 16) {
      store<f64>(left + sum, load<f64>(from));
      weightLeft += load<f64>(from);
      count += load<f64>(from, 8);
    }
  }
  for (let at = order, end = order + (<usize>most << 2); at < end; at += 4) {
    let from = cells + <usize>load<u32>(at) * cellBytes;
    for (let sum: usize = 0; sum < bytes; sum += 8, from += 16) {
      const own = load<f64>(from);
      store<f64>(left + sum, load<f64>(left + sum) + own);
      weightLeft += own;
      count += load<f64>(from, 8);
    }
    const weightRight = node.weight - weightLeft;
    if (!isAllowed(count, rows - count, weightLeft, weightRight)) continue;
    for (let sum: usize = 0; sum < bytes; sum += 8) store<f64>(right + sum, load<f64>(sums + sum) - load<f64>(left + sum));
    const score = scoreOf(left, weightLeft) + scoreOf(right, weightRight);
    if (score > bestScore) { bestScore = score; found = at; rowsLeft = count; }
  }
  if (found === 0) return false;
  foundCount = <u32>((found - order) >> 2) + 1;
  foundRowsLeft = <u32>rowsLeft;
  return true;
}

/** How good it is to have rows of these sums in one node. */
function scoreOf(sums: usize, weight: f64): f64 {
  const end = sums + (<usize>max<u32>(plan.classes, 1) << 3);
  let total: f64 = 0;
  if (plan.isEntropy) {
    for (; sums < end; sums += 8) {
      const sum = load<f64>(sums);
      if (sum > 0) total += sum * log2(sum);
    }
    return total - weight * log2(weight);
  }
  for (; sums < end; sums += 8) total += load<f64>(sums) * load<f64>(sums);
  return total / weight;
}

/** The binary logarithm of createLogarithm in impurity.ts. */
function log2(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  const shift = (<i32>(bits >> 32) - 0x3fe6a09e) >> 20;
  const part = reinterpret<f64>(bits - (<i64>shift << 52));
  const ratio = (part - 1) / (part + 1), square = ratio * ratio;
  let series: f64 = 1.0 / 23.0;
  for (let odd: f64 = 21; odd > 0; odd -= 2) series = series * square + 1.0 / odd;
  return <f64>shift + 2.0 * ratio * series * 1.4426950408889634;
}

/** The division that was found becomes the best split of the node. */
function keep(node: Node, index: u32, column: Column, count: u32, hasMissing: bool, missingLeft: bool): void {
  const unseenLeft: bool = foundRowsLeft > node.end - node.first - foundRowsLeft;
  const order = plan.order, last = order + (<usize>foundCount << 2);
  bestColumn = index;
  bestMissingLeft = hasMissing ? missingLeft : unseenLeft;
  bestIsSet = column.isCategory !== 0;
  bestLast = 0;
  if (!bestIsSet) {
    bestLast = foundCount === count ? column.bins - 1 : (load<u32>(last - 4) + load<u32>(last) - 1) >> 1;
    return;
  }
  // categories that no row of the node has go with the larger part of its rows
  const set = plan.bestSet;
  memory.fill(set, unseenLeft ? 0xff : 0, setBytes(column));
  for (let at = order, end = order + (<usize>count << 2); at < end; at += 4) {
    const code = load<u32>(at), word = set + ((<usize>code >> 5) << 2), bit: u32 = 1 << (code & 31);
    store<u32>(word, at < last ? load<u32>(word) | bit : load<u32>(word) & ~bit);
  }
}

/** Moves the rows that go right behind those that go left, each in their order, and describes the children. */
function divide(node: Node, left: Node, right: Node): void {
  const column = columnAt(node.column);
  const middle = plan.isPacked
    ? column.isWide ? move<u16, u64>(node, column) : move<u8, u64>(node, column)
    : column.isWide ? move<u16, v128>(node, column) : move<u8, v128>(node, column);
  left.first = node.first;
  left.end = middle;
  right.first = middle;
  right.end = node.end;
  left.depth = node.depth + 1;
  right.depth = node.depth + 1;
  sumNode(left);
  right.weight = node.weight - left.weight;
  for (let at: usize = nodeBytes; at < stride; at += 8) {
    store<f64>(changetype<usize>(right) + at, load<f64>(changetype<usize>(node) + at) - load<f64>(changetype<usize>(left) + at));
  }
}

@inline function move<Code, Record>(node: Node, column: Column): u32 {
  const isDense = areDense(node), codes = isDense ? column.alone : column.codes;
  const rowBytes = isDense ? sizeof<Code>() : <usize>column.rowBytes, bins = column.bins, missingLeft = node.missingLeft;
  const set = node.set, lastLeft = <u32>node.lastLeft, end = plan.rows + (<usize>node.end << 2);
  let from = plan.rows + (<usize>node.first << 2), record = plan.records + <usize>node.first * sizeof<Record>();
  let row = from, own = record, aside = plan.rowsAside, ownAside = plan.recordsAside;
  for (; from < end; from += 4, record += sizeof<Record>()) {
    const index = load<u32>(from), code = <u32>load<Code>(codes + <usize>index * rowBytes), what = load<Record>(record);
    const isLeft = code === bins ? missingLeft : set === 0 ? u32(code <= lastLeft) : (load<u32>(set + ((<usize>code >> 5) << 2)) >> (code & 31)) & 1;
    // to both, of which one stays
    store<u32>(row, index);
    store<u32>(aside, index);
    store<Record>(own, what);
    store<Record>(ownAside, what);
    const goes = <usize>isLeft, stays = <usize>(isLeft ^ 1);
    row += goes << 2;
    own += goes * sizeof<Record>();
    aside += stays << 2;
    ownAside += stays * sizeof<Record>();
  }
  memory.copy(row, plan.rowsAside, aside - plan.rowsAside);
  memory.copy(own, plan.recordsAside, ownAside - plan.recordsAside);
  return <u32>((row - plan.rows) >> 2);
}
