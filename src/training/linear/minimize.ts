import type { Loss } from './loss.ts';
import type { Penalty } from './penalty.ts';

/** What is to be minimised: the loss and what parameters cost beside it. */
export interface Problem {
  readonly loss: Loss;
  /** The loss of part of the rows, which tells roughly where the minimum is; `null` for none. */
  readonly sample: Loss | null;
  readonly penalty: Penalty;
  readonly start: Float64Array;
  /** Largest derivative that counts as none; columns, and the target of a regression, have unit scale. */
  readonly tolerance: number;
  readonly maxIterations: number;
}

/** Where a minimisation ended. */
export interface Minimum {
  readonly parameters: Float64Array;
  readonly iterations: number;
  /** Largest element of the smallest subgradient. */
  readonly gradientNorm: number;
  /** `separated`: there is no optimum, the classes can be told apart without error, some of them at least. */
  readonly outcome: 'converged' | 'separated' | 'stopped';
}
