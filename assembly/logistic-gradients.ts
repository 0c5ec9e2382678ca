// Derivatives of the logistic loss at margins, four rows at a time; the bits are those of
// src/training/boosting/objectives/logistic-gradients.ts, and its e^x is that of src/inference/expf.ts.

/** e^x of two float64 that are float32, below 89, as float32 in the lower lanes; `roots` is where 2^(i/32) stand. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function expf(x: v128, roots: usize): v128 {
  const shift: f64 = 6755399441055744.0; // 1.5 * 2^52
  const scaled = f64x2.mul(x, f64x2.splat(46.16624130844683));
  const shifted = f64x2.add(scaled, f64x2.splat(shift));
  const r = f64x2.sub(scaled, f64x2.sub(shifted, f64x2.splat(shift)));
  // the low bits of what was shifted are k: its lowest five choose the root, the others are added to the exponent
  const k0 = <i32>i64x2.extract_lane(shifted, 0), k1 = <i32>i64x2.extract_lane(shifted, 1);
  const root0 = load<i64>(roots + (<usize>(k0 & 31) << 3)) + (<i64>(k0 >> 5) << 52);
  const root1 = load<i64>(roots + (<usize>(k1 & 31) << 3)) + (<i64>(k1 >> 5) << 52);
  const scale = i64x2.replace_lane(i64x2.splat(root0), 1, root1);
  const upper = f64x2.add(f64x2.mul(r, f64x2.splat(1.6938359250920212e-6)), f64x2.splat(0.00023459809789509004));
  const lower = f64x2.add(f64x2.mul(r, f64x2.splat(0.021660849396613134)), f64x2.splat(1));
  const power = f64x2.mul(f64x2.add(f64x2.mul(upper, f64x2.mul(r, r)), lower), scale);
  return f32x4.demote_f64x2_zero(v128.andnot(power, f64x2.le(x, f64x2.splat(-104))));
}

/** Writes the derivatives of `count` rows, a multiple of four. */
export function differentiate(margins: usize, labels: usize, count: u32, roots: usize, gradients: usize, hessians: usize): void {
  const one = f32x4.splat(1);
  for (const end = margins + (<usize>count << 2); margins < end; margins += 16, labels += 16, gradients += 16, hessians += 16) {
    const x = f32x4.min(f32x4.neg(v128.load(margins)), f32x4.splat(88.7));
    const first = expf(f64x2.promote_low_f32x4(x), roots);
    const second = expf(f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3)), roots);
    const power = v128.shuffle<f32>(first, second, 0, 1, 4, 5);
    const probability = f32x4.div(one, f32x4.add(power, one));
    v128.store(gradients, f32x4.sub(probability, v128.load(labels)));
    const hessian = f32x4.mul(probability, f32x4.sub(one, probability));
    v128.store(hessians, f32x4.max(hessian, f32x4.splat(1e-16)));
  }
}
