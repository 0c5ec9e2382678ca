// The sums over rows that linear models are fitted by: scores X v, products X'r and the weighted Gram matrix X'WX.
//
// A block of rows stands row after row, `columns` numbers each, an even count; `count` is a multiple of four, and rows that
// only fill up are zeros with weight zero. What comes out is added in the order of src/training/linear/plain-sums.ts,
// number for number: two lanes over the columns of a score, groups of four rows in the others.

/**
 * Writes columns, of `count` numbers each, an even count, as rows: each number less the mean of its column, times the
 * unit. Columns begin `apart` bytes after each other.
 */
export function layRows(from: usize, apart: usize, count: u32, columns: u32, means: usize, units: usize, into: usize): void {
  const stride = <usize>columns << 3;
  for (let at: usize = 0; at < stride; at += 16, from += apart << 1) {
    const mean0 = v128.load64_splat(means + at), mean1 = v128.load64_splat(means + at, 8);
    const unit0 = v128.load64_splat(units + at), unit1 = v128.load64_splat(units + at, 8);
    let to = into + at;
    const end = from + (<usize>count << 3);
    for (let row = from; row < end; row += 16, to += stride << 1) {
      const left = f64x2.mul(f64x2.sub(v128.load(row), mean0), unit0);
      const right = f64x2.mul(f64x2.sub(v128.load(row + apart), mean1), unit1);
      v128.store(to, v128.shuffle<f64>(left, right, 0, 2));
      v128.store(to + stride, v128.shuffle<f64>(left, right, 1, 3));
    }
  }
}

/** Writes the sum of each row's numbers times those of `vector`. */
export function scoreRows(rows: usize, count: u32, columns: u32, vector: usize, into: usize): void {
  const stride = <usize>columns << 3;
  for (; count > 0; count -= 4, rows += stride << 2, into += 32) {
    const second = rows + stride, third = second + stride, fourth = third + stride;
    let s0 = f64x2.splat(0), s1 = f64x2.splat(0), s2 = f64x2.splat(0), s3 = f64x2.splat(0);
    for (let at: usize = 0; at < stride; at += 16) {
      const v = v128.load(vector + at);
      s0 = f64x2.add(s0, f64x2.mul(v128.load(rows + at), v));
      s1 = f64x2.add(s1, f64x2.mul(v128.load(second + at), v));
      s2 = f64x2.add(s2, f64x2.mul(v128.load(third + at), v));
      s3 = f64x2.add(s3, f64x2.mul(v128.load(fourth + at), v));
    }
    store<f64>(into, f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1));
    store<f64>(into, f64x2.extract_lane(s1, 0) + f64x2.extract_lane(s1, 1), 8);
    store<f64>(into, f64x2.extract_lane(s2, 0) + f64x2.extract_lane(s2, 1), 16);
    store<f64>(into, f64x2.extract_lane(s3, 0) + f64x2.extract_lane(s3, 1), 24);
  }
}

/** Writes for each column the sum of its numbers times those of `weights`, one per row. */
export function sumRows(rows: usize, count: u32, columns: u32, weights: usize, into: usize): void {
  const stride = <usize>columns << 3;
  memory.fill(into, 0, stride);
  for (; count > 0; count -= 4, rows += stride << 2, weights += 32) {
    const second = rows + stride, third = second + stride, fourth = third + stride;
    const w0 = v128.load64_splat(weights), w1 = v128.load64_splat(weights, 8);
    const w2 = v128.load64_splat(weights, 16), w3 = v128.load64_splat(weights, 24);
    for (let at: usize = 0; at < stride; at += 16) {
      const upper = f64x2.add(f64x2.mul(w0, v128.load(rows + at)), f64x2.mul(w1, v128.load(second + at)));
      const lower = f64x2.add(f64x2.mul(w2, v128.load(third + at)), f64x2.mul(w3, v128.load(fourth + at)));
      v128.store(into + at, f64x2.add(f64x2.add(v128.load(into + at), upper), lower));
    }
  }
}

/** Writes X'WX below and on the diagonal, and what else the pairs of columns bring with them. */
export function sumSquares(rows: usize, count: u32, columns: u32, weights: usize, into: usize): void {
  const stride = <usize>columns << 3;
  memory.fill(into, 0, stride * <usize>columns);
  for (; count > 0; count -= 4, rows += stride << 2, weights += 32) {
    const second = rows + stride, third = second + stride, fourth = third + stride;
    const w0 = load<f64>(weights), w1 = load<f64>(weights, 8), w2 = load<f64>(weights, 16), w3 = load<f64>(weights, 24);
    let line = into;
    for (let a: usize = 0; a < stride; a += 8, line += stride) {
      const c0 = f64x2.splat(w0 * load<f64>(rows + a)), c1 = f64x2.splat(w1 * load<f64>(second + a));
      const c2 = f64x2.splat(w2 * load<f64>(third + a)), c3 = f64x2.splat(w3 * load<f64>(fourth + a));
      for (let b: usize = 0; b <= a; b += 16) {
        const upper = f64x2.add(f64x2.mul(c0, v128.load(rows + b)), f64x2.mul(c1, v128.load(second + b)));
        const lower = f64x2.add(f64x2.mul(c2, v128.load(third + b)), f64x2.mul(c3, v128.load(fourth + b)));
        v128.store(line + b, f64x2.add(f64x2.add(v128.load(line + b), upper), lower));
      }
    }
  }
}

/** e^-size for numbers of 0 or more; beyond 708, where it is 3e-308, it stays. */
// @ts-ignore: decorator
@inline
function decay(size: v128): v128 {
  const within = f64x2.pmin(size, f64x2.splat(708));
  // the halves of a number this large are whole: its last bits are the rounded exponent
  const places = f64x2.add(f64x2.mul(within, f64x2.splat(1.4426950408889634)), f64x2.splat(6755399441055744));
  const exponent = f64x2.sub(places, f64x2.splat(6755399441055744));
  const high = f64x2.sub(f64x2.mul(exponent, f64x2.splat(6.93147180369123816490e-1)), within);
  const low = f64x2.mul(exponent, f64x2.splat(1.90821492927058770002e-10));
  const rest = f64x2.add(high, low);
  const square = f64x2.mul(rest, rest);
  let series = f64x2.splat(4.13813679705723846039e-8);
  series = f64x2.add(f64x2.mul(series, square), f64x2.splat(-1.65339022054652515390e-6));
  series = f64x2.add(f64x2.mul(series, square), f64x2.splat(6.61375632143793436117e-5));
  series = f64x2.add(f64x2.mul(series, square), f64x2.splat(-2.77777777770155933842e-3));
  series = f64x2.add(f64x2.mul(series, square), f64x2.splat(1.66666666666666019037e-1));
  const even = f64x2.sub(rest, f64x2.mul(series, square));
  const ratio = f64x2.div(f64x2.mul(rest, even), f64x2.sub(f64x2.splat(2), even));
  const fraction = f64x2.add(f64x2.splat(1), f64x2.add(f64x2.add(low, ratio), high));
  const scale = i64x2.shl(i64x2.sub(i64x2.splat(1023), places), 52);
  return f64x2.mul(fraction, scale);
}

/** ln(1 + small) for numbers of 0 to 1, with all digits of small ones. */
// @ts-ignore: decorator
@inline
function logOfOneAnd(small: v128): v128 {
  const isHalved = f64x2.gt(small, f64x2.splat(0.41421356237309503));
  const halved = f64x2.mul(f64x2.sub(small, f64x2.splat(1)), f64x2.splat(0.5));
  const rest = v128.bitselect(halved, small, isHalved);
  const ratio = f64x2.div(rest, f64x2.add(f64x2.splat(2), rest));
  const square = f64x2.mul(ratio, ratio);
  const fourth = f64x2.mul(square, square);
  let odd = f64x2.splat(1.479819860511658591e-1);
  odd = f64x2.add(f64x2.mul(odd, fourth), f64x2.splat(1.818357216161805012e-1));
  odd = f64x2.add(f64x2.mul(odd, fourth), f64x2.splat(2.857142874366239149e-1));
  odd = f64x2.add(f64x2.mul(odd, fourth), f64x2.splat(6.666666666666735130e-1));
  let even = f64x2.splat(1.531383769920937332e-1);
  even = f64x2.add(f64x2.mul(even, fourth), f64x2.splat(2.222219843214978396e-1));
  even = f64x2.add(f64x2.mul(even, fourth), f64x2.splat(3.999999999940941908e-1));
  const series = f64x2.add(f64x2.mul(odd, square), f64x2.mul(even, fourth));
  const half = f64x2.mul(f64x2.mul(f64x2.splat(0.5), rest), rest);
  const low = v128.and(f64x2.splat(1.90821492927058770002e-10), isHalved);
  const high = v128.and(f64x2.splat(6.93147180369123816490e-1), isHalved);
  const bend = f64x2.add(f64x2.mul(ratio, f64x2.add(half, series)), low);
  return f64x2.add(high, f64x2.sub(rest, f64x2.sub(half, bend)));
}

/**
 * The logistic loss of rows at their scores + step * change, which is returned as a sum; `signed` is the share of each row,
 * below 0 for the first class. Writes the derivatives by the score.
 */
export function logisticRows(
  count: u32, step: f64, scores: usize, change: usize, signed: usize, residuals: usize, curvatures: usize,
): f64 {
  const steps = f64x2.splat(step), one = f64x2.splat(1), zero = f64x2.splat(0), signs = f64x2.splat(-0.0);
  let total = zero;
  const end = <usize>count << 3;
  for (let at: usize = 0; at < end; at += 16) {
    const weight = v128.load(signed + at);
    const share = f64x2.abs(weight);
    const score = f64x2.add(v128.load(scores + at), f64x2.mul(steps, v128.load(change + at)));
    const margin = v128.xor(score, v128.and(weight, signs));
    const small = decay(f64x2.abs(margin));
    const larger = f64x2.div(one, f64x2.add(one, small));
    const right = f64x2.mul(small, larger);
    const wrong = v128.bitselect(right, larger, f64x2.ge(margin, zero));
    v128.store(residuals + at, f64x2.neg(f64x2.mul(weight, wrong)));
    v128.store(curvatures + at, f64x2.mul(share, f64x2.mul(right, larger)));
    const lost = f64x2.add(logOfOneAnd(small), f64x2.pmax(zero, f64x2.neg(margin)));
    total = f64x2.add(total, f64x2.mul(share, lost));
  }
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
}
