import type { Category } from './feature-schema.ts';
import type { Label } from './prediction.ts';

/** One feature that would have to be another. */
export interface FeatureChange {
  readonly feature: string;
  readonly label: string;
  /** `null` when it is not known today. */
  readonly from: Category | null;
  readonly to: Category;
}

/** A row near the one asked about for which the model, asked, decides otherwise. */
export interface Counterfactual {
  readonly changes: readonly FeatureChange[];
  /** What the model answers for the changed row. */
  readonly prediction: Label | number;
  readonly probability?: number;
  /** The sentence for people: what would have changed the decision, never advice on what to do. */
  readonly text: string;
}

/** What a search for the smallest changes found. */
export interface CounterfactualSearch {
  /** Fewest changes first, then smallest; empty when none was found. */
  readonly counterfactuals: readonly Counterfactual[];
  /** What was looked through and, when nothing was found, that nothing was found within it. */
  readonly text: string;
  /** How many rows the model was asked about. */
  readonly evaluations: number;
  /**
   * Whether every combination of values was tried, of as many changes as shown; when none is, of as many as allowed. For
   * trees and for weighted sums with one score fewer or smaller changes then do not exist (numbers: smaller by more than a
   * thousandth of their range); of any other model a grid was tried, as the text says.
   */
  readonly exhaustive: boolean;
}
