// What: growing trees on bins: sums of gradients by bin, the best split of a node, rows parted by a split, leaves added to
//   margins, values to bins; in AssemblyScript. All memory is laid out by src/training/trees; addresses are bytes.
// Source: XGBoost 3.4.1, `hist` on the CPU (src/tree/hist/evaluate_splits.h, src/tree/split_evaluator.h), rounding included.
// Complexity: sums: rows * columns; splits: bins; parting: rows.
// Invariant: gradients stand on a grid on which every sum is exact, so no order of additions can be told from another; the
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
export function spreadColumns(first: usize, second: usize, third: usize, fourth: usize, count: u32, target: usize, rowBytes: usize): void {
  for (let end = first + <usize>count; first < end; first++, second++, third++, fourth++, target += rowBytes) {
    store<u32>(target, load<u8>(first) | (<u32>load<u8>(second) << 8) | (<u32>load<u8>(third) << 16) | (<u32>load<u8>(fourth) << 24));
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
