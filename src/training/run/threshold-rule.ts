import type { ThresholdAim } from '../evaluation/threshold-choice.ts';

/** How the probability is chosen from which the positive label is predicted: stated, or the best on the rows measured. */
export type ThresholdRule =
  | { readonly by: 'fixed'; readonly at: number }
  | { readonly by: 'aim'; readonly aim: ThresholdAim };
