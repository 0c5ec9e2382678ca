import type { FeatureSchema } from './feature-schema.ts';
import type { Label, Task } from './prediction.ts';

/**
 * Code of a user that answers one row, now or later: a number (the probability of the positive label, or the value of a
 * regression), or an object with `probability`, `probabilities` or `value`, and `prediction` where the threshold or the
 * most probable label do not decide. The row is an object keyed by feature name. The signal is aborted when nobody waits
 * for the answer any more.
 */
export type Predict = (
  row: Readonly<Record<string, unknown>>,
  context: { readonly signal: AbortSignal },
) => unknown;

/** A version that is code of a user, and what is stated about its rows and answers. */
export interface Predictor {
  /** The function, or the `file:` URL of a module whose default export it is, which then runs in threads of its own. */
  readonly code: Predict | string;
  /** Without features every object is a row. */
  readonly schema: FeatureSchema;
  readonly task: Task;
  readonly labels: readonly Label[];
}
