/**
 * Chooses at most `most` points of a curve, spread evenly along its length; the first and the last are among them.
 * Gives their places, ascending. The length of a step is that of its two sides together.
 */
export function thinCurve(x: Float64Array, y: Float64Array, most: number): readonly number[] {
  const last = x.length - 1;
  if (x.length <= most) return Array.from(x, (_, place) => place);
  const lengths = new Float64Array(x.length);
  for (let k = 1; k <= last; k++) {
    lengths[k] = lengths[k - 1]! + Math.abs(x[k]! - x[k - 1]!) + Math.abs(y[k]! - y[k - 1]!);
  }
  const chosen = [0];
  for (let k = 1, reached = 0; k < last; k++) {
    // one for each of the equal stretches after the first point, the last of which is the end's own
    const stretch = Math.floor((lengths[k]! / lengths[last]!) * (most - 1));
    if (stretch > reached && stretch < most - 1) {
      chosen.push(k);
      reached = stretch;
    }
  }
  chosen.push(last);
  return chosen;
}
