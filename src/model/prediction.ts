/** What a label of a classifier may be. */
export type Label = string | number | boolean;

/** What a model is asked to answer. */
export type Task = 'binary' | 'multiclass' | 'regression';

/** The answer of one model to one row. */
export interface Prediction {
  /** The raw score before the link; an array when there are several outputs, `null` when the model has none. */
  readonly margin: number | readonly number[] | null;
  /** Binary: the probability of the positive label, 0..1. */
  readonly probability?: number;
  /** Multiclass: one probability per label, in the order of the model's labels. */
  readonly probabilities?: readonly number[];
  /** Regression: the value, in the target's unit; an array when there are several outputs. */
  readonly value?: number | readonly number[];
  /** The label (classification) or the value (regression) that a caller acts on. */
  readonly prediction: Label | number | readonly number[];
}
