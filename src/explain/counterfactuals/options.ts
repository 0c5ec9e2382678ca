import { SpillwayError } from '../../core/index.ts';
import type { WantedDecision } from './goal.ts';

/** What to look for and how long. */
export interface CounterfactualOptions {
  /** The most rows that the model is asked about. @default 20_000 */
  readonly maxEvaluations?: number | undefined;
  /** The most features that are changed together. @default 3 */
  readonly maxChanges?: number | undefined;
  /** The most that are shown, each of another set of features. @default 3 */
  readonly count?: number | undefined;
  /** Called before each batch of rows: whether to give up, as when time has run out. @default never */
  readonly shouldStop?: (() => boolean) | undefined;
  /** The decision looked for. A regression needs `{ below: x }` or `{ atLeast: x }`. @default any other label */
  readonly wanted?: WantedDecision | undefined;
}

/** The options with what was left out, but for the decision looked for. */
export interface SearchLimits {
  readonly count: number;
  readonly maxChanges: number;
  readonly maxEvaluations: number;
  readonly shouldStop: () => boolean;
}

/**
 * Fills in what was left out.
 * @throws SpillwayError `INVALID_OPTION` for a count that is not a whole number from 1 on.
 */
export function completeOptions({
  count = 3,
  maxChanges = 3,
  maxEvaluations = 20_000,
  shouldStop = () => false,
}: CounterfactualOptions): SearchLimits {
  for (const [name, value] of Object.entries({ count, maxChanges, maxEvaluations })) {
    if (!(Number.isSafeInteger(value) && value >= 1))
      throw new SpillwayError('INVALID_OPTION', `${name}: expected a whole number from 1 on`);
  }
  return { count, maxChanges, maxEvaluations, shouldStop };
}
