/** Up to this size LightGBM takes a value for 0: its `kZeroThreshold`, the float32 nearest to 1e-35. */
export const zeroThreshold: number = Math.fround(1e-35);

/** The float64 next above it; the distance is that of the float64s from 2^-117 to 2^-116. */
export const aboveZeroThreshold: number = zeroThreshold + 2 ** -169;
