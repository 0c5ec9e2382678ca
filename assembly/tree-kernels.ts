// What: the raw scores of tree ensembles, for one row (eight trees in flight) and for blocks of rows (64 rows as lanes of
//   bytes, or eight rows in flight), in AssemblyScript. All memory is laid out by src/inference/kernels; addresses are bytes.
// Source: Ye et al., "RapidScorer" (KDD 2018) for rows as lanes of bytes; the folding of leaf numbers by `max` is our own.
// Complexity: lanes: nodes of all trees / 64 rows; walks: depth of the trees; quantising: columns * log2(thresholds).
// Invariant: which leaf a row reaches is decided on integers that stand in the order of the numbers, so nothing is rounded
//   but the sums, and these are added in tree order: value for value what `predictTreeEnsemble` gives.

// ---- numbers as integers in the same order: -0 as 0, NaN as the least of all; sixteen bytes at a time

@inline function orderedKeys32(bits: v128): v128 {
  const number = f32x4.add(bits, f32x4.splat(0));
  const key = v128.xor(number, v128.and(i32x4.shr_s(number, 31), i32x4.splat(i32.MAX_VALUE)));
  return v128.bitselect(key, i32x4.splat(i32.MIN_VALUE), f32x4.eq(number, number));
}

@inline function orderedKeys64(bits: v128): v128 {
  const number = f64x2.add(bits, f64x2.splat(0));
  const key = v128.xor(number, v128.and(i64x2.lt_s(number, i64x2.splat(0)), i64x2.splat(i64.MAX_VALUE)));
  return v128.bitselect(key, i64x2.splat(i64.MIN_VALUE), f64x2.eq(number, number));
}

@inline function toKeys<Key>(start: usize, bytes: usize): void {
  for (let at = start, end = start + bytes; at < end; at += 16) {
    if (sizeof<Key>() === 4) v128.store(at, orderedKeys32(v128.load(at)));
    else v128.store(at, orderedKeys64(v128.load(at)));
  }
}

// ---- codes: how many thresholds of a column are at or below a value

/** Byte codes are stored with the top bit turned, so that signed lanes compare them. */
@inline function storeCode<Code>(at: usize, code: u32): void {
  if (sizeof<Code>() === 1) store<u8>(at, <u8>(code ^ 128));
  else store<u16>(at, <u16>code);
}

/** Where a missing value goes right, its code is above every rank. */
@inline function storeOther<Code, Key>(at: usize, code: u32, key: Key): void {
  const missing = sizeof<Key>() === 4 ? key === <Key>i32.MIN_VALUE : key === <Key>i64.MIN_VALUE;
  storeCode<Code>(at, select<u32>(sizeof<Code>() === 1 ? 255 : 65535, code, missing));
}

/**
 * A search (24 bytes): u32 offset in the row | u32 thresholds | u32 first step in bytes | u32 code column |
 * u32 what is taken off each key (1 turns the least, missing, into the greatest) | u32 a second code column where missing
 * goes right, as its offset + 1, 0 for none. The thresholds are padded to 2^n - 1, so the search has no branch.
 */
@inline function quantise<Key, Code>(rows: usize, rowBytes: usize, searches: usize, end: usize, codes: usize, codeStride: usize, rowCount: u32): void {
  const size = sizeof<Key>(), shift = alignof<Key>();
  for (let search = searches; search < end; search += 24) {
    let source = rows + <usize>load<u32>(search);
    const thresholds = <usize>load<u32>(search, 4) - size;
    const firstStep = <usize>load<u32>(search, 8);
    let target = codes + <usize>load<u32>(search, 12);
    const less = <Key>load<u32>(search, 16);
    const other = <usize>load<u32>(search, 20);
    const apart = codes + other - 1 - target;
    for (let row: u32 = 0; row < rowCount; row += 4) {
      const x0 = load<Key>(source) - less;
      const x1 = load<Key>(source + rowBytes) - less;
      const x2 = load<Key>(source + 2 * rowBytes) - less;
      const x3 = load<Key>(source + 3 * rowBytes) - less;
      let p0: usize = 0, p1: usize = 0, p2: usize = 0, p3: usize = 0;
      for (let step = firstStep; step >= size; step >>= 1) {
        const middle = thresholds + step;
        p0 += select<usize>(step, 0, x0 >= load<Key>(middle + p0));
        p1 += select<usize>(step, 0, x1 >= load<Key>(middle + p1));
        p2 += select<usize>(step, 0, x2 >= load<Key>(middle + p2));
        p3 += select<usize>(step, 0, x3 >= load<Key>(middle + p3));
      }
      const c0 = <u32>(p0 >> shift), c1 = <u32>(p1 >> shift), c2 = <u32>(p2 >> shift), c3 = <u32>(p3 >> shift);
      storeCode<Code>(target, c0);
      storeCode<Code>(target + codeStride, c1);
      storeCode<Code>(target + 2 * codeStride, c2);
      storeCode<Code>(target + 3 * codeStride, c3);
      if (other !== 0) {
        const second = target + apart;
        storeOther<Code, Key>(second, c0, x0);
        storeOther<Code, Key>(second + codeStride, c1, x1);
        storeOther<Code, Key>(second + 2 * codeStride, c2, x2);
        storeOther<Code, Key>(second + 3 * codeStride, c3, x3);
      }
      source += rowBytes << 2;
      target += codeStride << 2;
    }
  }
}

/** The class of a category; a number that is no code of the table is of class 0. */
@inline function classOf<Float>(x: Float, column: usize): u32 {
  if (x !== x) return load<u32>(column, 12);
  const code = <i32>x; // towards 0; what is too large becomes the largest i32
  if (<u32>code >= load<u32>(column, 8)) return 0;
  return <u32>load<u16>(<usize>load<u32>(column, 4) + (<usize>code << 1));
}

/**
 * A class column (24 bytes): u32 offset in the row | u32 table of u16 | u32 its length | u32 class of missing |
 * u32 column of the class's byte in a bitmap (for one row: its slot) | u32 column of its bit.
 */
@inline function classify<Float>(rows: usize, rowBytes: usize, columns: usize, end: usize, codes: usize): void {
  for (let column = columns; column < end; column += 24) {
    let source = rows + <usize>load<u32>(column);
    const bytes = codes + <usize>load<u32>(column, 16);
    const bits = codes + <usize>load<u32>(column, 20);
    for (let row: usize = 0; row < 64; row++, source += rowBytes) {
      const found = classOf<Float>(load<Float>(source), column);
      store<u8>(bytes + row, <u8>(found >> 3));
      store<u8>(bits + row, <u8>((<u32>1) << (found & 7)));
    }
  }
}

@inline function byteCodes<Float, Key>(rows: usize, rowBytes: usize, searches: usize, searchesEnd: usize, classes: usize, classesEnd: usize, codes: usize, codeBytes: usize, blocks: u32): void {
  for (let block: u32 = 0; block < blocks; block++) {
    classify<Float>(rows, rowBytes, classes, classesEnd, codes);
    toKeys<Key>(rows, rowBytes << 6);
    quantise<Key, u8>(rows, rowBytes, searches, searchesEnd, codes, 1, 64);
    rows += rowBytes << 6;
    codes += codeBytes;
  }
}

/** Blocks of 64 rows of float32 to columns of 64 byte codes. */
export function byteCodes32(rows: usize, rowBytes: usize, searches: usize, searchesEnd: usize, classes: usize, classesEnd: usize, codes: usize, codeBytes: usize, blocks: u32): void {
  byteCodes<f32, i32>(rows, rowBytes, searches, searchesEnd, classes, classesEnd, codes, codeBytes, blocks);
}

/** Blocks of 64 rows of float64 to columns of 64 byte codes. */
export function byteCodes64(rows: usize, rowBytes: usize, searches: usize, searchesEnd: usize, classes: usize, classesEnd: usize, codes: usize, codeBytes: usize, blocks: u32): void {
  byteCodes<f64, i64>(rows, rowBytes, searches, searchesEnd, classes, classesEnd, codes, codeBytes, blocks);
}

/** Rows of float32, a multiple of 8, to rows of u16 codes. */
export function shortCodes32(rows: usize, rowBytes: usize, searches: usize, searchesEnd: usize, codes: usize, codeBytes: usize, rowCount: u32): void {
  toKeys<i32>(rows, rowBytes * <usize>rowCount);
  quantise<i32, u16>(rows, rowBytes, searches, searchesEnd, codes, codeBytes, rowCount);
}

/** Rows of float64, a multiple of 8, to rows of u16 codes. */
export function shortCodes64(rows: usize, rowBytes: usize, searches: usize, searchesEnd: usize, codes: usize, codeBytes: usize, rowCount: u32): void {
  toKeys<i64>(rows, rowBytes * <usize>rowCount);
  quantise<i64, u16>(rows, rowBytes, searches, searchesEnd, codes, codeBytes, rowCount);
}

// ---- sums: leaf values in tree order, of one output or of several

@inline function addOne<Sum>(sum: usize, value: usize): void {
  store<Sum>(sum, load<Sum>(sum) + load<Sum>(value));
}

@inline function addValues<Sum>(sum: usize, value: usize, leafSize: usize): void {
  for (let output: usize = 0; output < leafSize; output++) {
    addOne<Sum>(sum + output * sizeof<Sum>(), value + output * sizeof<Sum>());
  }
}

// ---- lanes: 64 rows at once, every node of a tree

/**
 * The number of the leaf each of 64 rows reaches, as bytes. Nodes stand children before parents; leaves are numbered from
 * left to right, so that what lies right of a node is greater than all that lies left of it, and `max` chooses.
 * A tree (32 bytes): u32 program | u32 categorical nodes | u32 pairs | u32 folds | u32 leaf values | u32 offset of the root's slot | u32 output.
 * A categorical node (40 bytes): u16 column of bytes | u16 of bits | u16 of the result, -1 left and 0 right | u16 0 | 32 bytes of classes that go right.
 * A pair, both children leaves (4 bytes): u16 column | i8 rank | u8 left leaf.
 * A fold (8 bytes): u16 column | i8 rank | u8 0 | u16 slot of the left child | u16 of the right.
 * Slots are 64 bytes; the first 256 hold results, the others the leaf numbers.
 */
@inline function findLeaves(tree: usize, codes: usize, slots: usize): void {
  let at = <usize>load<u32>(tree);
  const categoricalEnd = at + 40 * <usize>load<u32>(tree, 4);
  const pairsEnd = categoricalEnd + 4 * <usize>load<u32>(tree, 8);
  const foldsEnd = pairsEnd + 8 * <usize>load<u32>(tree, 12);
  const zero = i8x16.splat(0), sixteen = i8x16.splat(16);
  for (; at < categoricalEnd; at += 40) {
    const bytes = codes + (<usize>load<u16>(at) << 6);
    const bits = codes + (<usize>load<u16>(at, 2) << 6);
    const result = codes + (<usize>load<u16>(at, 4) << 6);
    const low = v128.load(at, 8), high = v128.load(at, 24);
    for (let k: usize = 0; k < 64; k += 16) {
      const index = v128.load(bytes + k);
      const map = v128.or(i8x16.swizzle(low, index), i8x16.swizzle(high, i8x16.sub(index, sixteen)));
      v128.store(result + k, i8x16.eq(v128.and(map, v128.load(bits + k)), zero));
    }
  }
  let slot = slots;
  for (; at < pairsEnd; at += 4) {
    const column = codes + (<usize>load<u16>(at) << 6);
    const rank = v128.load_splat<u8>(at, 2), left = v128.load_splat<u8>(at, 3);
    v128.store(slot, i8x16.sub(left, i8x16.gt_s(v128.load(column), rank)));
    v128.store(slot, i8x16.sub(left, i8x16.gt_s(v128.load(column, 16), rank)), 16);
    v128.store(slot, i8x16.sub(left, i8x16.gt_s(v128.load(column, 32), rank)), 32);
    v128.store(slot, i8x16.sub(left, i8x16.gt_s(v128.load(column, 48), rank)), 48);
    slot += 64;
  }
  for (; at < foldsEnd; at += 8) {
    const column = codes + (<usize>load<u16>(at) << 6);
    const rank = v128.load_splat<u8>(at, 2);
    const left = slots + (<usize>load<u16>(at, 4) << 6), right = slots + (<usize>load<u16>(at, 6) << 6);
    v128.store(slot, i8x16.max_u(v128.load(left), v128.and(v128.load(right), i8x16.gt_s(v128.load(column), rank))));
    v128.store(slot, i8x16.max_u(v128.load(left, 16), v128.and(v128.load(right, 16), i8x16.gt_s(v128.load(column, 16), rank))), 16);
    v128.store(slot, i8x16.max_u(v128.load(left, 32), v128.and(v128.load(right, 32), i8x16.gt_s(v128.load(column, 32), rank))), 32);
    v128.store(slot, i8x16.max_u(v128.load(left, 48), v128.and(v128.load(right, 48), i8x16.gt_s(v128.load(column, 48), rank))), 48);
    slot += 64;
  }
}

@inline function addLanes<Sum>(leaf: usize, values: usize, sums: usize): void {
  for (const end = leaf + 64; leaf < end; leaf += 4, sums += 4 * sizeof<Sum>()) {
    if (sizeof<Sum>() === 4) {
      let four = f32x4.splat(load<f32>(values + (<usize>load<u8>(leaf) << 2)));
      four = f32x4.replace_lane(four, 1, load<f32>(values + (<usize>load<u8>(leaf, 1) << 2)));
      four = f32x4.replace_lane(four, 2, load<f32>(values + (<usize>load<u8>(leaf, 2) << 2)));
      four = f32x4.replace_lane(four, 3, load<f32>(values + (<usize>load<u8>(leaf, 3) << 2)));
      v128.store(sums, f32x4.add(v128.load(sums), four));
    } else {
      addOne<Sum>(sums, values + (<usize>load<u8>(leaf) << 3));
      addOne<Sum>(sums + 8, values + (<usize>load<u8>(leaf, 1) << 3));
      addOne<Sum>(sums + 16, values + (<usize>load<u8>(leaf, 2) << 3));
      addOne<Sum>(sums + 24, values + (<usize>load<u8>(leaf, 3) << 3));
    }
  }
}

@inline function lanes<Sum>(trees: usize, treesEnd: usize, codes: usize, codeBytes: usize, blocks: u32, slots: usize, sums: usize, outputs: usize, leafSize: usize): void {
  const sumBytes = outputs * sizeof<Sum>(), leafBytes = leafSize * sizeof<Sum>();
  for (let tree = trees; tree < treesEnd; tree += 32) {
    const values = <usize>load<u32>(tree, 16), root = slots + <usize>load<u32>(tree, 20);
    let sum = sums + <usize>load<u32>(tree, 24) * sizeof<Sum>(), at = codes;
    for (let block: u32 = 0; block < blocks; block++, at += codeBytes) {
      findLeaves(tree, at, slots);
      if (outputs === 1) {
        addLanes<Sum>(root, values, sum);
        sum += 64 * sizeof<Sum>();
      } else {
        for (let row: usize = 0; row < 64; row++, sum += sumBytes) {
          addValues<Sum>(sum, values + <usize>load<u8>(root + row) * leafBytes, leafSize);
        }
      }
    }
  }
}

/** Adds the leaves of all trees to float32 sums. */
export function lanes32(trees: usize, treesEnd: usize, codes: usize, codeBytes: usize, blocks: u32, slots: usize, sums: usize, outputs: usize, leafSize: usize): void {
  lanes<f32>(trees, treesEnd, codes, codeBytes, blocks, slots, sums, outputs, leafSize);
}

/** Adds the leaves of all trees to float64 sums. */
export function lanes64(trees: usize, treesEnd: usize, codes: usize, codeBytes: usize, blocks: u32, slots: usize, sums: usize, outputs: usize, leafSize: usize): void {
  lanes<f64>(trees, treesEnd, codes, codeBytes, blocks, slots, sums, outputs, leafSize);
}

// ---- walks over codes: eight rows in flight down one tree

/** A node (8 bytes): u16 offset of its code | u16 rank | u32 offset of its left child, the right one 8 after; a leaf leads to itself. */
@inline function stepDown(nodes: usize, at: usize, codes: usize): usize {
  const node = load<u64>(nodes + at);
  const code = <u32>load<u16>(codes + <usize>(<u32>node & 0xffff));
  return <usize>(node >> 32) + (<usize>(code > (<u32>node >> 16)) << 3);
}

/** A tree (16 bytes): u32 nodes | u32 values, in the order of the nodes | u32 depth | u32 output. */
@inline function walks<Sum>(trees: usize, treesEnd: usize, codes: usize, codeBytes: usize, rowCount: u32, sums: usize, outputs: usize, leafSize: usize): void {
  const size = sizeof<Sum>(), shift: usize = sizeof<Sum>() === 4 ? 1 : 0;
  const sumBytes = outputs * size, leafBytes = leafSize * size;
  for (let tree = trees; tree < treesEnd; tree += 16) {
    const nodes = <usize>load<u32>(tree), values = <usize>load<u32>(tree, 4), depth = load<u32>(tree, 8);
    let sum = sums + <usize>load<u32>(tree, 12) * size, x0 = codes;
    for (let row: u32 = 0; row < rowCount; row += 8) {
      const x1 = x0 + codeBytes, x2 = x1 + codeBytes, x3 = x2 + codeBytes;
      const x4 = x3 + codeBytes, x5 = x4 + codeBytes, x6 = x5 + codeBytes, x7 = x6 + codeBytes;
      let n0: usize = 0, n1: usize = 0, n2: usize = 0, n3: usize = 0, n4: usize = 0, n5: usize = 0, n6: usize = 0, n7: usize = 0;
      for (let level: u32 = 0; level < depth; level++) {
        n0 = stepDown(nodes, n0, x0); n1 = stepDown(nodes, n1, x1);
        n2 = stepDown(nodes, n2, x2); n3 = stepDown(nodes, n3, x3);
        n4 = stepDown(nodes, n4, x4); n5 = stepDown(nodes, n5, x5);
        n6 = stepDown(nodes, n6, x6); n7 = stepDown(nodes, n7, x7);
      }
      if (outputs === 1) {
        addOne<Sum>(sum, values + (n0 >> shift)); addOne<Sum>(sum + size, values + (n1 >> shift));
        addOne<Sum>(sum + 2 * size, values + (n2 >> shift)); addOne<Sum>(sum + 3 * size, values + (n3 >> shift));
        addOne<Sum>(sum + 4 * size, values + (n4 >> shift)); addOne<Sum>(sum + 5 * size, values + (n5 >> shift));
        addOne<Sum>(sum + 6 * size, values + (n6 >> shift)); addOne<Sum>(sum + 7 * size, values + (n7 >> shift));
      } else {
        addValues<Sum>(sum, values + (n0 >> 3) * leafBytes, leafSize);
        addValues<Sum>(sum + sumBytes, values + (n1 >> 3) * leafBytes, leafSize);
        addValues<Sum>(sum + 2 * sumBytes, values + (n2 >> 3) * leafBytes, leafSize);
        addValues<Sum>(sum + 3 * sumBytes, values + (n3 >> 3) * leafBytes, leafSize);
        addValues<Sum>(sum + 4 * sumBytes, values + (n4 >> 3) * leafBytes, leafSize);
        addValues<Sum>(sum + 5 * sumBytes, values + (n5 >> 3) * leafBytes, leafSize);
        addValues<Sum>(sum + 6 * sumBytes, values + (n6 >> 3) * leafBytes, leafSize);
        addValues<Sum>(sum + 7 * sumBytes, values + (n7 >> 3) * leafBytes, leafSize);
      }
      sum += sumBytes << 3;
      x0 = x7 + codeBytes;
    }
  }
}

/** Adds the leaves of all trees to float32 sums. */
export function walks32(trees: usize, treesEnd: usize, codes: usize, codeBytes: usize, rowCount: u32, sums: usize, outputs: usize, leafSize: usize): void {
  walks<f32>(trees, treesEnd, codes, codeBytes, rowCount, sums, outputs, leafSize);
}

/** Adds the leaves of all trees to float64 sums. */
export function walks64(trees: usize, treesEnd: usize, codes: usize, codeBytes: usize, rowCount: u32, sums: usize, outputs: usize, leafSize: usize): void {
  walks<f64>(trees, treesEnd, codes, codeBytes, rowCount, sums, outputs, leafSize);
}

// ---- one row: eight trees in flight

/** The keys of a row in place, and after it a plane of them less 1: there a missing value is the greatest, not the least. */
@inline function toPlanes<Key>(row: usize, bytes: usize): void {
  for (let at = row, end = row + bytes; at < end; at += 16) {
    if (sizeof<Key>() === 4) {
      const keys = orderedKeys32(v128.load(at));
      v128.store(at, keys);
      v128.store(at + bytes, i32x4.sub(keys, i32x4.splat(1)));
    } else {
      const keys = orderedKeys64(v128.load(at));
      v128.store(at, keys);
      v128.store(at + bytes, i64x2.sub(keys, i64x2.splat(1)));
    }
  }
}

// The layout of a node is told by a type: u8 for keys of 32 bits, u16 for keys of 64 bits, u32 for those and categories.

@inline function next<Layout>(nodes: usize, at: usize, row: usize, classes: usize): usize {
  if (sizeof<Layout>() === 1) {
    // 8 bytes: i32 key | u32 slot in the row << 22 and left child; the right one is the next
    const node = nodes + (at << 3);
    const word = load<u32>(node, 4);
    return <usize>(word & 0x3fffff) + <usize>(load<i32>(row + <usize>((word >> 22) << 2)) >= load<i32>(node));
  } else if (sizeof<Layout>() === 2) {
    // 16 bytes: i64 key | u32 offset in the row | u32 offset of the left child
    const node = nodes + at;
    const key = load<i64>(row + <usize>load<u32>(node, 8));
    return <usize>load<u32>(node, 12) + (<usize>(key >= load<i64>(node)) << 4);
  } else {
    // 24 bytes: the same and u32 bitmap of the classes that go right | u32 0
    const node = nodes + at;
    const slot = <usize>load<u32>(node, 8);
    const found = load<u32>(classes + slot);
    const bit = (<u32>load<u8>(<usize>load<u32>(node, 16) + <usize>(found >> 3)) >> (found & 7)) & 1;
    return <usize>load<u32>(node, 12) + <usize>(<u32>(load<i64>(row + slot) >= load<i64>(node)) | bit) * 24;
  }
}

@inline function storeLeaf<Layout>(at: usize, leaves: usize, tree: u32): void {
  const index = sizeof<Layout>() === 1 ? at : sizeof<Layout>() === 2 ? at >> 4 : at / 24;
  store<u32>(leaves + (<usize>tree << 2), <u32>index);
}

/**
 * In which leaf each tree ends. A group (72 bytes): 8 u32 roots | u32 steps that are taken without a look | u32 steps at
 * most, the rest by threes until no tree moves | 8 u32 trees.
 */
@inline function findRowLeaves<Layout>(groups: usize, groupsEnd: usize, nodes: usize, row: usize, classes: usize, leaves: usize): void {
  for (let group = groups; group < groupsEnd; group += 72) {
    let n0 = <usize>load<u32>(group), n1 = <usize>load<u32>(group, 4), n2 = <usize>load<u32>(group, 8), n3 = <usize>load<u32>(group, 12);
    let n4 = <usize>load<u32>(group, 16), n5 = <usize>load<u32>(group, 20), n6 = <usize>load<u32>(group, 24), n7 = <usize>load<u32>(group, 28);
    const steps = load<u32>(group, 32), most = load<u32>(group, 36);
    for (let step: u32 = 0; step < steps; step++) {
      n0 = next<Layout>(nodes, n0, row, classes); n1 = next<Layout>(nodes, n1, row, classes);
      n2 = next<Layout>(nodes, n2, row, classes); n3 = next<Layout>(nodes, n3, row, classes);
      n4 = next<Layout>(nodes, n4, row, classes); n5 = next<Layout>(nodes, n5, row, classes);
      n6 = next<Layout>(nodes, n6, row, classes); n7 = next<Layout>(nodes, n7, row, classes);
    }
    for (let step = steps; step < most; step += 3) {
      let m0 = n0, m1 = n1, m2 = n2, m3 = n3, m4 = n4, m5 = n5, m6 = n6, m7 = n7;
      for (let third: u32 = 0; third < 3; third++) {
        n0 = m0; n1 = m1; n2 = m2; n3 = m3; n4 = m4; n5 = m5; n6 = m6; n7 = m7;
        m0 = next<Layout>(nodes, n0, row, classes); m1 = next<Layout>(nodes, n1, row, classes);
        m2 = next<Layout>(nodes, n2, row, classes); m3 = next<Layout>(nodes, n3, row, classes);
        m4 = next<Layout>(nodes, n4, row, classes); m5 = next<Layout>(nodes, n5, row, classes);
        m6 = next<Layout>(nodes, n6, row, classes); m7 = next<Layout>(nodes, n7, row, classes);
      }
      const moved = (n0 ^ m0) | (n1 ^ m1) | (n2 ^ m2) | (n3 ^ m3) | (n4 ^ m4) | (n5 ^ m5) | (n6 ^ m6) | (n7 ^ m7);
      n0 = m0; n1 = m1; n2 = m2; n3 = m3; n4 = m4; n5 = m5; n6 = m6; n7 = m7;
      if (moved === 0) break;
    }
    storeLeaf<Layout>(n0, leaves, load<u32>(group, 40)); storeLeaf<Layout>(n1, leaves, load<u32>(group, 44));
    storeLeaf<Layout>(n2, leaves, load<u32>(group, 48)); storeLeaf<Layout>(n3, leaves, load<u32>(group, 52));
    storeLeaf<Layout>(n4, leaves, load<u32>(group, 56)); storeLeaf<Layout>(n5, leaves, load<u32>(group, 60));
    storeLeaf<Layout>(n6, leaves, load<u32>(group, 64)); storeLeaf<Layout>(n7, leaves, load<u32>(group, 68));
  }
}

/** The leaves of a row of float32. */
export function rowLeaves32(groups: usize, groupsEnd: usize, nodes: usize, row: usize, planeBytes: usize, leaves: usize): void {
  toPlanes<i32>(row, planeBytes);
  findRowLeaves<u8>(groups, groupsEnd, nodes, row, 0, leaves);
}

/** The leaves of a row of float64. */
export function rowLeaves64(groups: usize, groupsEnd: usize, nodes: usize, row: usize, planeBytes: usize, leaves: usize): void {
  toPlanes<i64>(row, planeBytes);
  findRowLeaves<u16>(groups, groupsEnd, nodes, row, 0, leaves);
}

/**
 * The leaves of a row of float64 with categories. A class column has a slot of its own after the two planes, of which
 * the key never goes right, and its class lies `classesApart` bytes after it; the class of any other slot is 0.
 */
export function rowLeavesOfClasses(groups: usize, groupsEnd: usize, nodes: usize, row: usize, planeBytes: usize, leaves: usize, classesApart: usize, columns: usize, columnsEnd: usize): void {
  for (let column = columns; column < columnsEnd; column += 24) {
    const found = classOf<f64>(load<f64>(row + <usize>load<u32>(column)), column);
    store<u32>(row + classesApart + <usize>load<u32>(column, 16), found);
  }
  toPlanes<i64>(row, planeBytes);
  findRowLeaves<u32>(groups, groupsEnd, nodes, row, row + classesApart, leaves);
}

@inline function sumLeaves<Sum>(leaves: usize, treeCount: usize, values: usize, base: Sum): f64 {
  let sum = base;
  for (let at = leaves, end = leaves + (treeCount << 2); at < end; at += 4) {
    sum += load<Sum>(values + <usize>load<u32>(at) * sizeof<Sum>());
  }
  return <f64>sum;
}

/** The sum of one output in float32. */
export function sumLeaves32(leaves: usize, treeCount: usize, values: usize, base: f32): f64 {
  return sumLeaves<f32>(leaves, treeCount, values, base);
}

/** The sum of one output in float64. */
export function sumLeaves64(leaves: usize, treeCount: usize, values: usize, base: f64): f64 {
  return sumLeaves<f64>(leaves, treeCount, values, base);
}

@inline function sumOutputs<Sum>(leaves: usize, treeCount: usize, values: usize, treeOutputs: usize, sums: usize, leafSize: usize): void {
  for (let tree: usize = 0; tree < treeCount; tree++) {
    const leaf = <usize>load<u32>(leaves + (tree << 2)) * leafSize;
    addValues<Sum>(sums + <usize>load<u32>(treeOutputs + (tree << 2)) * sizeof<Sum>(), values + leaf * sizeof<Sum>(), leafSize);
  }
}

/** The sums of several outputs in float32. */
export function sumOutputs32(leaves: usize, treeCount: usize, values: usize, treeOutputs: usize, sums: usize, leafSize: usize): void {
  sumOutputs<f32>(leaves, treeCount, values, treeOutputs, sums, leafSize);
}

/** The sums of several outputs in float64. */
export function sumOutputs64(leaves: usize, treeCount: usize, values: usize, treeOutputs: usize, sums: usize, leafSize: usize): void {
  sumOutputs<f64>(leaves, treeCount, values, treeOutputs, sums, leafSize);
}
