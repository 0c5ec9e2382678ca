import type { FeatureSteps } from './feature-steps.ts';
import type { LinearModel } from './linear-model.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';

/**
 * Classifiers whose scores are mapped to probabilities by calibrators fitted on rows that they had not seen, and then
 * averaged: `CalibratedClassifierCV` of scikit-learn. It answers probabilities and has no margin.
 */
export interface CalibratedModel {
  readonly kind: 'calibrated-model';
  /** Names of the inputs, in order. */
  readonly columns: readonly string[];
  /** 1 for a binary model, whose answer is the probability of the positive label, else one per label. */
  readonly outputs: number;
  readonly link: 'probability';
  readonly members: readonly CalibratedMember[];
}

/** One classifier of a `CalibratedModel`. */
export interface CalibratedMember {
  /** How the columns of the whole become those of this classifier. */
  readonly steps: FeatureSteps;
  readonly model: TreeEnsemble | LinearModel;
  /** What is calibrated: the score before the link, or the answer after it. */
  readonly on: 'score' | 'answer';
  readonly calibration: Calibration;
}

/**
 * How scores become probabilities. `per-output`: each score by its own calibrator, then divided by their sum when there
 * are several (all 0: each gets the same). `temperature`: softmax of the scores times `beta`, those of a binary score s
 * being -s and s; answers enter as ln(answer + 1e-12).
 */
export type Calibration =
  | { readonly kind: 'per-output'; readonly calibrators: readonly Calibrator[] }
  | { readonly kind: 'temperature'; readonly beta: number };

/** `sigmoid`: 1 / (1 + e^(slope s + intercept)). `isotonic`: linear between the points, constant beyond; x ascends; every operation is rounded to its `arithmetic`. */
export type Calibrator =
  | { readonly kind: 'sigmoid'; readonly slope: number; readonly intercept: number }
  | {
      readonly kind: 'isotonic';
      readonly x: Float64Array;
      readonly y: Float64Array;
      /** @default 'float64' */
      readonly arithmetic?: 'float32' | 'float64' | undefined;
    };
