import type { ErrorCode, Fault } from '../../core/index.ts';
import type { Trainings } from './trainings.ts';

/** What a training thread is sent: which training, and its options without functions and signals. */
export interface TrainingRequest {
  readonly kind: keyof Trainings;
  readonly options: object;
  /** The names of the options that are functions: calls of them come back. */
  readonly callbacks: readonly string[];
}

/** What a training thread sends: any number of calls, then one result or failure. */
export type TrainingMessage =
  | { readonly type: 'call'; readonly name: string; readonly args: readonly unknown[] }
  | { readonly type: 'result'; readonly result: unknown }
  | { readonly type: 'failure'; readonly failure: TrainingFailure };

/** An error of ours as plain data; `code` is `null` for what anything else threw. */
export interface TrainingFailure {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly faults: readonly Fault[];
  readonly details: Readonly<Record<string, unknown>>;
  readonly stack: string;
}
