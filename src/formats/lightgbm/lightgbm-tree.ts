import type { LinearLeafInput } from '../../model/index.ts';

/** One tree as LightGBM has it, whatever file it was in: parallel arrays, node 0 is the root. */
export interface LightgbmTree {
  /** Index of the left child, -1 for a leaf. */
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  readonly feature: ArrayLike<number>;
  readonly threshold: ArrayLike<number>;
  /** Bits of `decisions`. */
  readonly decision: ArrayLike<number>;
  readonly value: ArrayLike<number>;
  /** How many training rows reached each node; `null` when the file does not say. */
  readonly count: ArrayLike<number> | null;
  /** Per node the categories that go left, ascending; `null` for one with a threshold. Absent when no node looks for any. */
  readonly categories?: readonly (ArrayLike<number> | null)[] | undefined;
  /** Per node what a leaf adds up, its columns being features. Absent when none does. */
  readonly linear?: readonly (LinearLeafInput | null)[] | undefined;
}

/** All but the value of a tree that is one leaf; up to 3.3 its count is not written, and no answer hangs on it. */
export const stump = {
  left: [-1],
  right: [-1],
  feature: [0],
  threshold: [0],
  decision: [0],
  count: [0],
} as const;

/** What the bits of a decision mean. */
export const decisions = {
  categorical: 1,
  defaultLeft: 2,
  /** Above them stands what is missing: nothing but NaN, which counts as 0; 0 and NaN; NaN. */
  missing: { shift: 2, none: 0, zero: 1, nan: 2 },
} as const;
