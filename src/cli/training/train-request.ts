import type { TrainConfig } from '../../training/index.ts';

/** What is to be trained, complete. */
export interface TrainRequest {
  readonly config: TrainConfig;
  readonly data: string;
  readonly out: string;
  readonly target: string;
  readonly algorithm: NonNullable<TrainConfig['algorithm']>;
  readonly validation: RequestedValidation;
  readonly seed: number;
  readonly force: boolean;
  readonly json: boolean;
}

/** On which rows to measure; a file is not yet read. */
export type RequestedValidation =
  | { readonly kind: 'hold-out'; readonly share: number }
  | { readonly kind: 'folds'; readonly folds: number }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'none' };
