/**
 * The least number above one half: libraries predict the positive label of two only when its probability is the greater
 * one, and a `decisionThreshold` is inclusive.
 */
export const aboveHalf: number = 0.5 + Number.EPSILON / 2;
