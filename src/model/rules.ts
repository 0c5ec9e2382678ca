import type { Category } from './feature-schema.ts';

/** One test of a feature. A missing value passes only `missing`. */
export type RuleCondition =
  | { readonly feature: string; readonly is: Category }
  | { readonly feature: string; readonly below: number }
  | { readonly feature: string; readonly atLeast: number }
  | { readonly feature: string; readonly missing: true };

/** What to answer when all conditions of `when` hold; an empty `when` always holds. */
export interface Rule {
  readonly when: readonly RuleCondition[];
  /** Binary: the probability of the positive label, 0..1. */
  readonly probability?: number | undefined;
  /** Multiclass: one probability per label. */
  readonly probabilities?: readonly number[] | undefined;
  /** Regression: the value. */
  readonly value?: number | undefined;
  /** The reason in a sentence that a business person signs. */
  readonly because: string;
}
