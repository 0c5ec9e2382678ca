import type { Feature, Label, Task } from '../../model/index.ts';
import type { Algorithm, Parameters } from '../algorithms/algorithm.ts';
import type { TrainingData } from '../table/read-training-data.ts';
import type { SplitMethod } from './divide-rows.ts';
import type { ThresholdRule } from './threshold-rule.ts';

/** On which rows a model is measured. */
export type Validation =
  | { readonly kind: 'hold-out'; readonly share: number }
  | { readonly kind: 'folds'; readonly folds: number }
  | { readonly kind: 'rows'; readonly data: TrainingData }
  | { readonly kind: 'none' };

/** What a version is trained from. */
export interface TrainVersionOptions {
  readonly algorithm: Algorithm;
  readonly parameters: Parameters;
  readonly data: TrainingData;
  readonly features: readonly Feature[];
  readonly task: Task;
  /** Binary: `[negative, positive]`. Empty for regression. */
  readonly labels: readonly Label[];
  readonly validation: Validation;
  readonly split: SplitMethod;
  /** Binary: how scores become probabilities, by rows to learn from that their model had not seen. */
  readonly calibration: 'none' | 'sigmoid' | 'isotonic';
  /** Binary: from which probability the positive label is predicted. @default 0.5 */
  readonly threshold?: ThresholdRule | undefined;
  /** Share of the rows to learn from that decide when to stop, 0 to 1, if training stops early. @default 0.15 */
  readonly stoppingShare?: number | undefined;
  readonly seed: number;
  /** Boosting: threads to train on, at least 1; the result is the same for any number. */
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  /** `stage` is what is fitted, in words. */
  readonly onProgress?:
    | ((stage: string, done: number, of: number, loss: number | null) => void)
    | undefined;
}
