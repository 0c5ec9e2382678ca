// The sums over rows that linear models are fitted by: scores X v, products X'r and the weighted Gram matrix X'WX.
//
// A block of rows stands row after row, `columns` numbers each, an even count; `count` is a multiple of four, and rows that
// only fill up are zeros with weight zero. What comes out is added in the order of src/training/linear/plain-sums.ts,
// number for number: two lanes over the columns of a score, groups of four rows in the others.

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
