// What: growing trees on bins: sums of gradients by bin, the best split of a node, rows parted by a split, leaves added to
//   margins, values to bins; in AssemblyScript. All memory is laid out by src/training/trees; addresses are bytes.
// Source: XGBoost 3.4.1, `hist` on the CPU (src/tree/hist/evaluate_splits.h, src/tree/split_evaluator.h), rounding included.
// Complexity: sums: rows * columns; splits: bins; parting: rows.
// Invariant: where gradients are on a grid every sum is exact, so no order of additions can be told from another; the
//   gains are rounded as XGBoost rounds them. Memory is byte for byte that of src/training/trees/plain-kernels.ts.

// ---- gradients on a grid

/** The largest magnitude of float32 numbers, a multiple of four of them; NaN when one is NaN. */
export function largest(values: usize, count: u32): f32 {
  let most = f32x4.splat(0);
  for (let at = values, end = values + (<usize>count << 2); at < end; at += 16) {
    most = f32x4.max(most, f32x4.abs(v128.load(at)));
  }
  return max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
}

/** Sum of magnitudes times `scale`, each rounded up to a whole number, of a multiple of four float32 numbers. */
export function sumUnits(values: usize, count: u32, scale: f64): f64 {
  const factor = f64x2.splat(scale);
  let sum = f64x2.splat(0);
  for (let at = values, end = values + (<usize>count << 2); at < end; at += 8) {
    const two = f64x2.promote_low_f32x4(v128.load64_zero(at));
    sum = f64x2.add(sum, f64x2.ceil(f64x2.mul(f64x2.abs(two), factor)));
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/**
 * Rounds gradients and hessians to multiples of 1 / gradientScale and 1 / hessianScale, powers of two, and writes them as
 * pairs of float64. `count` is a multiple of two. Their sum goes to `sums`.
 */
export function pairGradients(gradients: usize, hessians: usize, count: u32, gradientScale: f64, hessianScale: f64, pairs: usize, sums: usize): void {
  const forGradient = f64x2.splat(gradientScale), forHessian = f64x2.splat(hessianScale);
  const backGradient = f64x2.splat(1 / gradientScale), backHessian = f64x2.splat(1 / hessianScale);
  const zero = f64x2.splat(0); // -0 becomes 0
  let sum = zero;
  for (let end = gradients + (<usize>count << 2); gradients < end; gradients += 8, hessians += 8, pairs += 32) {
    const gradient = f64x2.promote_low_f32x4(v128.load64_zero(gradients));
    const hessian = f64x2.promote_low_f32x4(v128.load64_zero(hessians));
    const g = f64x2.add(f64x2.mul(f64x2.nearest(f64x2.mul(gradient, forGradient)), backGradient), zero);
    const h = f64x2.add(f64x2.mul(f64x2.nearest(f64x2.mul(hessian, forHessian)), backHessian), zero);
    const first = v128.shuffle<f64>(g, h, 0, 2), second = v128.shuffle<f64>(g, h, 1, 3);
    v128.store(pairs, first);
    v128.store(pairs, second, 16);
    sum = f64x2.add(sum, f64x2.add(first, second));
  }
  v128.store(sums, sum);
}

/** The sum of the pairs of some rows. */
export function sumPairs(rows: usize, count: u32, pairs: usize, sums: usize): void {
  let sum = f64x2.splat(0);
  for (let end = rows + (<usize>count << 2); rows < end; rows += 4) {
    sum = f64x2.add(sum, v128.load(pairs + (<usize>load<u32>(rows) << 4)));
  }
  v128.store(sums, sum);
}

// ---- histograms: a pair of sums for each bin

@inline function addPair(at: usize, pair: v128): void {
  v128.store(at, f64x2.add(v128.load(at), pair));
}

/**
 * Adds the pairs of rows to their bins: `narrow` groups of four columns of at most 16 codes (256 bytes of histogram a
 * column), then `wide` groups of four of at most 256 (4 KiB a column). A row is `rowBytes` of codes; the histogram is emptied
 * first.
 */
export function addRows(rows: usize, count: u32, codes: usize, rowBytes: usize, pairs: usize, narrow: u32, narrowHistogram: usize, wideCodes: usize, wide: u32, wideHistogram: usize): void {
  const narrowEnd = narrowHistogram + (<usize>narrow << 10), wideEnd = wideHistogram + (<usize>wide << 14);
  memory.fill(narrowHistogram, 0, narrowEnd - narrowHistogram);
  memory.fill(wideHistogram, 0, wideEnd - wideHistogram);
  for (let end = rows + (<usize>count << 2); rows < end; rows += 4) {
    const row = <usize>load<u32>(rows);
    const pair = v128.load(pairs + (row << 4));
    let code = codes + row * rowBytes;
    for (let at = narrowHistogram; at < narrowEnd; at += 1024, code += 4) {
      const four = load<u32>(code);
      addPair(at + (<usize>(four & 15) << 4), pair);
      addPair(at + 256 + (<usize>((four >> 8) & 15) << 4), pair);
      addPair(at + 512 + (<usize>((four >> 16) & 15) << 4), pair);
      addPair(at + 768 + (<usize>((four >> 24) & 15) << 4), pair);
    }
    code = wideCodes + row * rowBytes;
    for (let at = wideHistogram; at < wideEnd; at += 16384, code += 4) {
      const four = load<u32>(code);
      const first = at + (<usize>(four & 255) << 4), second = at + (<usize>((four >> 8) & 255) << 4);
      const third = at + (<usize>((four >> 16) & 255) << 4), fourth = at + (<usize>(four >> 24) << 4);
      v128.store(first, f64x2.add(v128.load(first), pair));
      v128.store(second, f64x2.add(v128.load(second, 4096), pair), 4096);
      v128.store(third, f64x2.add(v128.load(third, 8192), pair), 8192);
      v128.store(fourth, f64x2.add(v128.load(fourth, 12288), pair), 12288);
    }
  }
}

/** The same for `broad` groups of four columns of u16 codes below 272 (4,352 bytes of histogram a column). */
export function addBroad(rows: usize, count: u32, codes: usize, rowBytes: usize, pairs: usize, broad: u32, histogram: usize): void {
  const histogramEnd = histogram + <usize>broad * 17408;
  memory.fill(histogram, 0, histogramEnd - histogram);
  for (let end = rows + (<usize>count << 2); rows < end; rows += 4) {
    const row = <usize>load<u32>(rows);
    const pair = v128.load(pairs + (row << 4));
    let code = codes + row * rowBytes;
    for (let at = histogram; at < histogramEnd; at += 17408, code += 8) {
      const four = load<u64>(code);
      const first = at + (<usize>(four & 0xffff) << 4), second = at + (<usize>((four >> 16) & 0xffff) << 4);
      const third = at + (<usize>((four >> 32) & 0xffff) << 4), fourth = at + (<usize>(four >> 48) << 4);
      v128.store(first, f64x2.add(v128.load(first), pair));
      v128.store(second, f64x2.add(v128.load(second, 4352), pair), 4352);
      v128.store(third, f64x2.add(v128.load(third, 8704), pair), 8704);
      v128.store(fourth, f64x2.add(v128.load(fourth, 13056), pair), 13056);
    }
  }
}

/** Adds the pairs of rows to the bins of one column of u16 codes; its histogram of `bytes` is emptied first. */
export function addColumn(rows: usize, count: u32, codes: usize, pairs: usize, histogram: usize, bytes: usize): void {
  memory.fill(histogram, 0, bytes);
  for (let end = rows + (<usize>count << 2); rows < end; rows += 4) {
    const row = <usize>load<u32>(rows);
    addPair(histogram + (<usize>load<u16>(codes + (row << 1)) << 4), v128.load(pairs + (row << 4)));
  }
}

/** Takes a part of a histogram, a multiple of 32 bytes, off the whole: what stays is the other part. */
export function subtract(whole: usize, part: usize, bytes: usize): void {
  for (let end = whole + bytes; whole < end; whole += 32, part += 32) {
    v128.store(whole, f64x2.sub(v128.load(whole), v128.load(part)));
    v128.store(whole, f64x2.sub(v128.load(whole, 16), v128.load(part, 16)), 16);
  }
}

// ---- the best split of a node

/**
 * Rules (40 bytes): f64 lambda | f64 alpha | f64 max_delta_step | f64 least hessian of a child | u32 1 when alpha,
 * max_delta_step or a constraint is there. Node (32 bytes): f64 gradient | f64 hessian | f32 gain before a split | f32 lower
 * bound of weights | f32 upper bound.
 */
@inline function sideGains(gradients: v128, damped: v128, rules: usize, node: usize, constraint: i32, isPlain: bool): f32 {
  let step: v128;
  if (isPlain) step = f64x2.neg(f64x2.div(gradients, damped));
  else {
    const alpha = f64x2.splat(load<f64>(rules, 8));
    const zero = f64x2.splat(0);
    const most = load<f64>(rules, 16);
    const beyond = f64x2.sub(f64x2.abs(gradients), alpha);
    const shrunk = v128.bitselect(
      v128.or(beyond, v128.and(gradients, f64x2.splat(-0.0))),
      zero,
      f64x2.gt(beyond, zero),
    );
    step = f64x2.neg(f64x2.div(shrunk, damped));
    if (most !== 0) step = f64x2.max(f64x2.splat(-most), f64x2.min(f64x2.splat(most), step));
  }
  let weights = f32x4.demote_f64x2_zero(step);
  if (!isPlain) {
    weights = f32x4.max(f32x4.splat(load<f32>(node, 20)), f32x4.min(f32x4.splat(load<f32>(node, 24)), weights));
    if (constraint !== 0) {
      const left = f32x4.extract_lane(weights, 0), right = f32x4.extract_lane(weights, 1);
      if (constraint > 0 ? left > right : left < right) return -Infinity;
    }
  }
  const wide = f64x2.promote_low_f32x4(weights);
  const squares = f64x2.promote_low_f32x4(f32x4.mul(weights, weights));
  let loss = f64x2.add(f64x2.mul(f64x2.add(gradients, gradients), wide), f64x2.mul(damped, squares));
  if (!isPlain) loss = f64x2.add(loss, f64x2.mul(f64x2.splat(2 * load<f64>(rules, 8)), f64x2.abs(wide)));
  const gains = f32x4.demote_f64x2_zero(f64x2.neg(loss));
  return f32x4.extract_lane(gains, 0) + f32x4.extract_lane(gains, 1);
}

/** What the gain of a split is at least, to be looked at closely: the rounding to float32 is far smaller than the margin. */
@inline function closeTo(gain: f32): f64 {
  return <f64>gain * (1 - 1e-5) - 1e-6;
}

/**
 * The scan of one column, forward with missing values right or backward with them left.
 * @returns whether a split was better than `best`, which then has it.
 */
@inline function scan(columns: usize, column: u32, histogram: usize, rules: usize, node: usize, best: usize, isForward: bool, isPlain: bool): bool {
  const record = columns + (<usize>column << 4);
  const bins = histogram + <usize>load<u32>(record);
  const binCount = load<u32>(record, 4);
  const constraint = isPlain ? 0 : load<i32>(record, 8);
  const all = v128.load(node);
  const lambda = f64x2.splat(load<f64>(rules));
  const least = load<f64>(rules, 24);
  const before = load<f32>(node, 16);
  let bestLoss = load<f32>(best);
  let limit = closeTo(before + bestLoss);
  let scanned = f64x2.splat(0);
  for (let step: u32 = 0; step < binCount; step++) {
    const bin = isForward ? step : binCount - 1 - step;
    scanned = f64x2.add(scanned, v128.load(bins + (<usize>bin << 4)));
    const rest = f64x2.sub(all, scanned);
    const hessians = v128.shuffle<f64>(scanned, rest, 1, 3);
    if (f64x2.extract_lane(hessians, 0) < least || f64x2.extract_lane(hessians, 1) < least) continue;
    const gradients = v128.shuffle<f64>(scanned, rest, 0, 2);
    const damped = f64x2.add(hessians, lambda);
    if (isPlain) {
      // g*g/h of both sides against the limit, without a division
      const cross = f64x2.mul(f64x2.mul(gradients, gradients), v128.shuffle<f64>(damped, damped, 1, 0));
      const both = f64x2.extract_lane(damped, 0) * f64x2.extract_lane(damped, 1);
      if (f64x2.extract_lane(cross, 0) + f64x2.extract_lane(cross, 1) < limit * both) continue;
    }
    let gain: f32;
    if (isForward) gain = sideGains(gradients, damped, rules, node, constraint, isPlain);
    else {
      gain = sideGains(
        v128.shuffle<f64>(gradients, gradients, 1, 0),
        v128.shuffle<f64>(damped, damped, 1, 0),
        rules,
        node,
        constraint,
        isPlain,
      );
    }
    const loss = gain - before;
    if (!(loss > bestLoss && loss < Infinity)) continue;
    bestLoss = loss;
    limit = closeTo(gain);
    store<f32>(best, loss);
    store<u32>(best, column, 4);
    store<i32>(best, <i32>bin - (isForward ? 0 : 1), 8);
    store<u32>(best, isForward ? 0 : 1, 12);
    v128.store(best, isForward ? scanned : rest, 16);
  }
  const isWhole = f64x2.eq(scanned, all);
  return !v128.all_true<i64>(isWhole);
}

/**
 * The best split of a node by the numeric columns of a list of u32; the first of equals. Column (16 bytes): u32 where its
 * bins are in the histogram | u32 bins without that of missing values | i32 constraint. Best (32 bytes): f32 loss that the
 * split must exceed, then that of the split | u32 column | i32 last bin that goes left, -1 for none | u32 1 when missing
 * values go left | f64 gradient | f64 hessian of the left side.
 */
export function searchSplits(list: usize, listEnd: usize, columns: usize, histogram: usize, rules: usize, node: usize, best: usize): void {
  if (load<u32>(rules, 32) === 0) {
    for (; list < listEnd; list += 4) {
      const column = load<u32>(list);
      if (scan(columns, column, histogram, rules, node, best, true, true)) {
        scan(columns, column, histogram, rules, node, best, false, true);
      }
    }
  } else {
    for (; list < listEnd; list += 4) {
      const column = load<u32>(list);
      if (scan(columns, column, histogram, rules, node, best, true, false)) {
        scan(columns, column, histogram, rules, node, best, false, false);
      }
    }
  }
}

// ---- rows

/** Writes 0, 1, ... */
export function countUp(rows: usize, count: u32): void {
  for (let row: u32 = 0; row < count; row++) store<u32>(rows + (<usize>row << 2), row);
}

/** Both targets get each row, and one of them moves on: no branch to be predicted. */
@inline function partition<Code>(rows: usize, count: u32, codes: usize, sides: usize, scratch: usize): u32 {
  let left = rows, right = scratch;
  for (let at = rows, end = rows + (<usize>count << 2); at < end; at += 4) {
    const row = load<u32>(at);
    const isLeft = <usize>load<u8>(sides + <usize>load<Code>(codes + (<usize>row << alignof<Code>())));
    store<u32>(left, row);
    store<u32>(right, row);
    left += isLeft << 2;
    right += (1 - isLeft) << 2;
  }
  memory.copy(left, scratch, right - scratch);
  return <u32>((left - rows) >> 2);
}

/** Parts rows by the byte that `sides` has for their code, 1 for left; both parts keep their order. @returns rows on the left. */
export function partitionBytes(rows: usize, count: u32, codes: usize, sides: usize, scratch: usize): u32 {
  return partition<u8>(rows, count, codes, sides, scratch);
}

/** The same with codes of u16. */
export function partitionShorts(rows: usize, count: u32, codes: usize, sides: usize, scratch: usize): u32 {
  return partition<u16>(rows, count, codes, sides, scratch);
}

/** Adds the answer of a leaf to the margins of its rows. */
export function addLeaf(rows: usize, count: u32, margins: usize, answer: f32): void {
  for (let end = rows + (<usize>count << 2); rows < end; rows += 4) {
    const at = margins + (<usize>load<u32>(rows) << 2);
    store<f32>(at, load<f32>(at) + answer);
  }
}

// ---- codes

/** Writes the byte codes of four columns side by side into rows. */
export function spreadBytes(first: usize, second: usize, third: usize, fourth: usize, count: u32, target: usize, rowBytes: usize): void {
  for (let end = first + <usize>count; first < end; first++, second++, third++, fourth++, target += rowBytes) {
    store<u32>(target, load<u8>(first) | (<u32>load<u8>(second) << 8) | (<u32>load<u8>(third) << 16) | (<u32>load<u8>(fourth) << 24));
  }
}

/** The same for u16 codes. */
export function spreadShorts(first: usize, second: usize, third: usize, fourth: usize, count: u32, target: usize, rowBytes: usize): void {
  for (let end = first + (<usize>count << 1); first < end; first += 2, second += 2, third += 2, fourth += 2, target += rowBytes) {
    store<u64>(target, <u64>load<u16>(first) | (<u64>load<u16>(second) << 16) | (<u64>load<u16>(third) << 32) | (<u64>load<u16>(fourth) << 48));
  }
}

/** What is among float32 values, a multiple of four of them: 1 for NaN plus 2 for infinities. */
export function inspect(values: usize, count: u32): u32 {
  let missing = i32x4.splat(0), infinite = i32x4.splat(0);
  for (let end = values + (<usize>count << 2); values < end; values += 16) {
    const four = v128.load(values);
    missing = v128.or(missing, f32x4.ne(four, four));
    infinite = v128.or(infinite, f32x4.eq(f32x4.abs(four), f32x4.splat(Infinity)));
  }
  return <u32>v128.any_true(missing) | (<u32>v128.any_true(infinite) << 1);
}

@inline function findBins<Code>(values: usize, count: u32, cuts: usize, firstStep: u32, last: u32, missing: u32, codes: usize): void {
  const below = cuts - 4;
  const start = <usize>firstStep << 2;
  for (let end = values + (<usize>count << 2); values < end; values += 16, codes += 4 << alignof<Code>()) {
    const x0 = load<f32>(values), x1 = load<f32>(values, 4), x2 = load<f32>(values, 8), x3 = load<f32>(values, 12);
    let p0: usize = 0, p1: usize = 0, p2: usize = 0, p3: usize = 0;
    for (let step = start; step >= 4; step >>= 1) {
      const middle = below + step;
      p0 += select<usize>(step, 0, load<f32>(middle + p0) <= x0);
      p1 += select<usize>(step, 0, load<f32>(middle + p1) <= x1);
      p2 += select<usize>(step, 0, load<f32>(middle + p2) <= x2);
      p3 += select<usize>(step, 0, load<f32>(middle + p3) <= x3);
    }
    store<Code>(codes, <Code>select<u32>(min<u32>(<u32>(p0 >> 2), last), missing, x0 === x0));
    store<Code>(codes + sizeof<Code>(), <Code>select<u32>(min<u32>(<u32>(p1 >> 2), last), missing, x1 === x1));
    store<Code>(codes + 2 * sizeof<Code>(), <Code>select<u32>(min<u32>(<u32>(p2 >> 2), last), missing, x2 === x2));
    store<Code>(codes + 3 * sizeof<Code>(), <Code>select<u32>(min<u32>(<u32>(p3 >> 2), last), missing, x3 === x3));
  }
}

/**
 * The bins of float32 values, a multiple of four: how many cuts are not above a value, at most `last`; `missing` for NaN. The
 * cuts are padded with infinities to 2 * firstStep - 1, firstStep being a power of two.
 */
export function byteBins(values: usize, count: u32, cuts: usize, firstStep: u32, last: u32, missing: u32, codes: usize): void {
  findBins<u8>(values, count, cuts, firstStep, last, missing, codes);
}

/** The same with codes of u16. */
export function shortBins(values: usize, count: u32, cuts: usize, firstStep: u32, last: u32, missing: u32, codes: usize): void {
  findBins<u16>(values, count, cuts, firstStep, last, missing, codes);
}

// ---- quantiles: what src/training/trees/quantile-summary.ts does, in place. A summary is a u32 for its size, padded to 16
// bytes, and entries (16 bytes): f32 lowest rank | f32 highest rank | f32 weight | f32 value

@inline function entry(summary: usize, index: u32): usize {
  return summary + 16 + (<usize>index << 4);
}

@inline function lowestOfNext(at: usize): f32 {
  return load<f32>(at) + load<f32>(at, 8);
}

@inline function highestOfPrevious(at: usize): f32 {
  return load<f32>(at, 4) - load<f32>(at, 8);
}

@inline function storeEntry(at: usize, lowest: f32, highest: f32, weight: f32, value: f32): void {
  store<f32>(at, lowest);
  store<f32>(at, highest, 4);
  store<f32>(at, weight, 8);
  store<f32>(at, value, 12);
}

/** Moves queue entries (8 bytes: f32 weight | u32 key) by one digit of their keys; their order stays within a digit. */
@inline function sortDigit(from: usize, to: usize, count: u32, starts: usize, shift: u32): void {
  for (let end = from + (<usize>count << 3); from < end; from += 8) {
    const start = starts + (<usize>((load<u32>(from, 4) >> shift) & 2047) << 2);
    const place = load<u32>(start);
    store<u32>(start, place + 1);
    store<u64>(to + (<usize>place << 3), load<u64>(from));
  }
}

/** Sorts a queue, whose values become keys that ascend, and writes its summary. `other` has room for the queue. */
function summarizeQueue(queue: usize, count: u32, other: usize, counts: usize, summary: usize): void {
  memory.fill(counts, 0, 24576);
  for (let at = queue, end = queue + (<usize>count << 3); at < end; at += 8) {
    const bits = load<u32>(at, 4);
    const key = bits ^ (<u32>(<i32>bits >> 31) | 0x80000000);
    store<u32>(at, key, 4);
    for (let digit: u32 = 0; digit < 3; digit++) {
      const counted = counts + (<usize>digit << 13) + (<usize>((key >> (11 * digit)) & 2047) << 2);
      store<u32>(counted, load<u32>(counted) + 1);
    }
  }
  for (let digit: usize = 0; digit < 3; digit++) {
    let start: u32 = 0;
    for (let at = counts + (digit << 13), end = at + 8192; at < end; at += 4) {
      const counted = load<u32>(at);
      store<u32>(at, start);
      start += counted;
    }
  }
  sortDigit(queue, other, count, counts, 0);
  sortDigit(other, queue, count, counts + 8192, 11);
  sortDigit(queue, other, count, counts + 16384, 22);
  let to = entry(summary, 0);
  let below: f32 = 0;
  for (let at = other, end = other + (<usize>count << 3); at < end; to += 16) {
    const key = load<u32>(at, 4);
    let weight: f32 = 0;
    for (; at < end && load<u32>(at, 4) === key; at += 8) weight += load<f32>(at);
    const value = reinterpret<f32>(key ^ (<u32>(<i32>~key >> 31) | 0x80000000));
    storeEntry(to, below, below + weight, weight, value);
    below += weight;
  }
  store<u32>(summary, <u32>((to - entry(summary, 0)) >> 4));
}

/** Thins out a summary into another one. @returns the one that has the entries. */
function prune(summary: usize, limit: u32, pruned: usize): usize {
  const size = load<u32>(summary);
  if (size <= limit) return summary;
  let to = entry(pruned, 0);
  v128.store(to, v128.load(entry(summary, 0)));
  to += 16;
  if (limit > 1) {
    const last = size - 1;
    const begin = load<f32>(entry(summary, 0), 4);
    const range = load<f32>(entry(summary, last)) - begin;
    const steps = limit - 1;
    let index: u32 = 1, taken: u32 = 0;
    for (let step: u32 = 1; step < steps; step++) {
      const twiceRank: f32 = 2 * (<f32>(<f64>step * <f64>range) / <f32>steps + begin);
      while (index < last && twiceRank >= load<f32>(entry(summary, index + 1), 4) + load<f32>(entry(summary, index + 1))) index++;
      if (index === last) break;
      const isNearer = twiceRank < lowestOfNext(entry(summary, index)) + highestOfPrevious(entry(summary, index + 1));
      const nearest = isNearer ? index : index + 1;
      if (nearest !== taken) {
        v128.store(to, v128.load(entry(summary, nearest)));
        to += 16;
      }
      taken = nearest;
    }
    if (taken !== last) {
      v128.store(to, v128.load(entry(summary, last)));
      to += 16;
    }
  }
  store<u32>(pruned, <u32>((to - entry(pruned, 0)) >> 4));
  return pruned;
}

/** The weight of a summary that may be at or below a value that comes before an entry. */
@inline function upToIn(at: usize, end: usize): f32 {
  return at < end ? highestOfPrevious(at) : load<f32>(end - 16, 4);
}

/** The summary of the values of both. @returns the one that has the entries. */
function combine(a: usize, b: usize, both: usize): usize {
  const sizeA = load<u32>(a), sizeB = load<u32>(b);
  if (sizeB === 0) return a;
  if (sizeA === 0) return b;
  let ofA = entry(a, 0), ofB = entry(b, 0), to = entry(both, 0);
  const endA = entry(a, sizeA), endB = entry(b, sizeB);
  let belowA: f32 = 0, belowB: f32 = 0;
  let before: f32 = 0, upToBefore: f32 = 0;
  for (; ofA < endA || ofB < endB; to += 16) {
    const valueA = ofA < endA ? load<f32>(ofA, 12) : f32.POSITIVE_INFINITY;
    const valueB = ofB < endB ? load<f32>(ofB, 12) : f32.POSITIVE_INFINITY;
    let lowest: f32, highest: f32, weight: f32;
    if (valueA === valueB) {
      lowest = load<f32>(ofA) + load<f32>(ofB);
      highest = load<f32>(ofA, 4) + load<f32>(ofB, 4);
      weight = load<f32>(ofA, 8) + load<f32>(ofB, 8);
      belowA = lowestOfNext(ofA);
      belowB = lowestOfNext(ofB);
      ofA += 16;
      ofB += 16;
    } else if (valueA < valueB) {
      lowest = load<f32>(ofA) + belowB;
      highest = load<f32>(ofA, 4) + upToIn(ofB, endB);
      weight = load<f32>(ofA, 8);
      belowA = lowestOfNext(ofA);
      ofA += 16;
    } else {
      lowest = load<f32>(ofB) + belowA;
      highest = load<f32>(ofB, 4) + upToIn(ofA, endA);
      weight = load<f32>(ofB, 8);
      belowB = lowestOfNext(ofB);
      ofB += 16;
    }
    // rounding may have undone the order of the ranks
    lowest = max<f32>(lowest, before);
    highest = max<f32>(highest, upToBefore);
    highest = max<f32>(highest, lowest + weight);
    before = lowest;
    upToBefore = highest;
    storeEntry(to, lowest, highest, weight, min<f32>(valueA, valueB));
  }
  store<u32>(both, <u32>((to - entry(both, 0)) >> 4));
  return both;
}

@inline function copySummary(from: usize, to: usize): void {
  if (from !== to) memory.copy(to, from, 16 + (<usize>load<u32>(from) << 4));
}

/**
 * The summary of a column of float32 values in the order of the rows, of `limit` entries and one more at most. NaN and
 * weights of 0 are left out; `weights` is 0 for none. At `work`: two queues (16 bytes times limit each), 24,576 bytes of
 * counts, three summaries of 2 * limit + 2 entries, then as many of limit + 2 as there are levels, all empty.
 * @returns its address.
 */
export function sketch(values: usize, count: u32, weights: usize, limit: u32, work: usize, levels: u32): usize {
  const queue = work, other = queue + (<usize>limit << 4), counts = other + (<usize>limit << 4);
  const summaryBytes = 16 + (<usize>(2 * limit + 2) << 4), levelBytes = 16 + (<usize>(limit + 2) << 4);
  const first = counts + 24576, second = first + summaryBytes, third = second + summaryBytes;
  const level0 = third + summaryBytes;
  const queueEnd = queue + (<usize>limit << 4);
  for (let level: u32 = 0; level < levels; level++) store<u32>(level0 + <usize>level * levelBytes, 0);
  let at = queue;
  for (let row: usize = 0; row <= <usize>count; row++) {
    const isEnd = row === <usize>count;
    let value: f32 = 0, weight: f32 = 1;
    if (!isEnd) {
      value = load<f32>(values + (row << 2)) + 0;
      if (weights !== 0) weight = load<f32>(weights + (row << 2));
      if (value !== value || weight === 0) continue;
      if (at > queue && load<f32>(at - 4) === value) {
        store<f32>(at - 8, load<f32>(at - 8) + weight);
        continue;
      }
    }
    if (isEnd || at === queueEnd) {
      summarizeQueue(queue, <u32>((at - queue) >> 3), other, counts, first);
      at = queue;
      for (let level = level0; ; level += levelBytes) {
        const carried = combine(prune(first, limit, second), level, third);
        if (load<u32>(carried) <= limit) {
          copySummary(carried, level);
          break;
        }
        copySummary(carried, first);
        store<u32>(level, 0);
      }
    }
    store<f32>(at, weight);
    store<f32>(at, value, 4);
    at += 8;
  }
  store<u32>(first, 0);
  for (let level: u32 = 0; level < levels; level++) {
    copySummary(prune(combine(first, level0 + <usize>level * levelBytes, third), limit, second), first);
  }
  return first;
}
