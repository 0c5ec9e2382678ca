// What: e^x of a float32 as the C library under XGBoost computes it: not always the nearest float32.
// Source: the algorithm of Arm's optimized routines, `expf`, which glibc since 2.27, musl, Android and the BSDs use;
// x / log(2) = (k + r) / 32 with r from -1/2 to 1/2, e^x = 2^(k/32) times a cubic in r. The constants are its own.
// Complexity: constant.
// Invariant: equal to glibc's `expf` for every float32 of test/fixtures/libm/expf.json, and for 600,000 others.

const { fround } = Math;

/** 2^(i/32), to the nearest float64. */
export const expfRoots: readonly number[] = [
  1.0,
  1.0218971486541166,
  1.0442737824274138,
  1.0671404006768237,
  1.0905077326652577,
  1.1143867425958924,
  1.1387886347566916,
  1.1637248587775775,
  1.189207115002721,
  1.215247359980469,
  1.241857812073484,
  1.2690509571917332,
  1.2968395546510096,
  1.3252366431597413,
  1.3542555469368927,
  1.383909881963832,
  Math.SQRT2,
  1.4451808069770467,
  1.4768261459394993,
  1.5091644275934228,
  1.5422108254079407,
  1.5759808451078865,
  1.6104903319492543,
  1.645755478153965,
  1.681792830507429,
  1.718619298122478,
  1.7562521603732995,
  1.7947090750031072,
  1.8340080864093424,
  1.8741676341103,
  1.9152065613971474,
  1.9571441241754002,
];
const perUnit = 46.16624130844683; // 32 / log(2)
const [c3, c2, c1] = [1.6938359250920212e-6, 0.00023459809789509004, 0.021660849396613134] as const;
/** 2^e for e from -151 to 129, all that is asked for; looked up, since a power is computed slowly. */
const leastPower = -151;
const powers = Float64Array.from({ length: 281 }, (_, place) => 2 ** (place + leastPower));
/** Added and taken away again it leaves the nearest whole number. */
const shift = 1.5 * 2 ** 52;

/** `expf(x)` for a float32. */
export function expf(x: number): number {
  if (!(x > -104)) return Number.isNaN(x) ? x : 0;
  if (x > 89) return Number.POSITIVE_INFINITY;
  const scaled = perUnit * x;
  const k = scaled + shift - shift;
  const r = scaled - k;
  const scale = expfRoots[k & 31]! * powers[(k >> 5) - leastPower]!;
  return fround(((c3 * r + c2) * (r * r) + (c1 * r + 1)) * scale);
}
