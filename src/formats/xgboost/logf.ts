// What: the natural logarithm of a float32 as the C library under XGBoost computes it: not always the nearest float32.
// Source: the algorithm of Arm's optimized routines, `logf`, which glibc since 2.28, musl, Android and the BSDs use;
// x = 2^k z, z near one of 16 points c, log(x) = k log(2) + log(c) + a cubic in z/c - 1. The constants are its own.
// Complexity: constant.
// Invariant: equal to glibc's `logf` for every float32 of test/fixtures/libm/logf.json, and for 600,000 others.

const { fround } = Math;

/** Per point c: 1/c and log(c). */
const points: readonly (readonly [number, number])[] = [
  [1.398907162146528, -0.33569133332882284],
  [1.3403141896637998, -0.2929040563774074],
  [1.286432210124115, -0.2518726580937369],
  [1.2367150214269895, -0.21245868807117255],
  [1.1906977166711752, -0.17453945183745634],
  [1.1479821020556429, -0.1380057072319758],
  [1.1082251448272158, -0.10275976698545139],
  [1.0711297413057381, -0.06871392447020525],
  [1.036437278977283, -0.0357891387398228],
  [1.0, 0.0],
  [0.9492859795739057, 0.05204517742929496],
  [0.8951049428609004, 0.11081431298787942],
  [0.8476821620351103, 0.1652495223695143],
  [0.8050314851692001, 0.21687389031699977],
  [0.7664671008843108, 0.2659635028121397],
  [0.731428603316328, 0.3127556664073557],
];
const [a3, a2, a1] = [-0.25089342214237154, 0.333456765744066, -0.4999997485802103] as const;
/** The bits of the float32 where the first of the 16 intervals begins. */
const offset = 0x3f330000;

/** `logf(x)` for x >= 0. */
export function logf(x: number): number {
  if (x === Number.POSITIVE_INFINITY) return x;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  const isSubnormal = x < 2 ** -126;
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, isSubnormal ? x * 2 ** 23 : x);
  const shifted = (bits.getInt32(0) - offset) | 0;
  bits.setInt32(0, bits.getInt32(0) - (shifted & 0xff800000));
  const [inverse, logarithm] = points[(shifted >>> 19) & 15]!;
  const exponent = (shifted >> 23) - (isSubnormal ? 23 : 0);
  const r = bits.getFloat32(0) * inverse - 1;
  const square = r * r;
  const cubic = a3 * square + (a2 * r + a1);
  return fround(cubic * square + (logarithm + exponent * Math.LN2 + r));
}
