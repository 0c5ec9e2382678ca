import type { Prediction } from '../../model/index.ts';
import type { Asker } from './asker.ts';
import {
  type Candidate,
  type Combination,
  distanceOf,
  type FeatureChoices,
  type Found,
} from './candidate.ts';
import { decisionOf, type Goal } from './goal.ts';

/** What a search knows and works with. */
export interface SearchContext {
  readonly asker: Asker;
  readonly goal: Goal;
  readonly choices: readonly FeatureChoices[];
  /** By how much each candidate alone comes nearer to the goal, once it was asked about. */
  readonly gains: Map<Candidate, number>;
}

/** What is kept of an answer: a model that is only code may use its objects again. */
export function toFound(combination: Combination, answer: Prediction): Found {
  return { combination, prediction: decisionOf(answer), probability: answer.probability };
}

/**
 * Makes a change that reaches the goal smaller, feature by feature: those first that do least for their distance. Numbers
 * go back as far as the answer stays, by halving. `isSample` says that not all smaller changes were asked about: then
 * leaving a feature out, and all its nearer candidates, are tried too.
 */
export function pullBack(
  found: Found,
  isSample: boolean,
  { asker, choices, gains, goal }: SearchContext,
): Found {
  const smallestOf = (combinations: Iterable<Combination>): Found | null => {
    const reached: Found[] = [];
    asker.ask(combinations, (combination, prediction) => {
      if (goal.isReached(prediction)) reached.push(toFound(combination, prediction));
    });
    return reached.reduce<Found | null>(
      (best, other) =>
        best === null || distanceOf(other.combination) < distanceOf(best.combination)
          ? other
          : best,
      null,
    );
  };
  let current = found;
  const chosen = (feature: number): Candidate =>
    current.combination.find((candidate) => candidate.feature === feature)!;
  const replaced = (by: Candidate): Combination =>
    current.combination.map((candidate) => (candidate.feature === by.feature ? by : candidate));

  /** Whether the feature is not needed at all. */
  const leaveOut = (feature: number): boolean => {
    const others = current.combination.filter((candidate) => candidate.feature !== feature);
    const without = others.length === 0 ? null : smallestOf([others]);
    current = without ?? current;
    return without !== null;
  };
  const takeNearer = (feature: number): void => {
    const { candidates } = choices.find((choice) => choice.feature === feature)!;
    const { distance } = chosen(feature);
    const nearer = candidates.filter((candidate) => candidate.distance < distance);
    current = smallestOf(nearer.map(replaced)) ?? current;
  };
  const halve = (feature: number): void => {
    const { nearer } = chosen(feature);
    if (nearer === null) return;
    let low = 0;
    let high = nearer.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const tried = smallestOf([replaced(nearer.at(middle))]);
      if (tried === null) {
        low = middle + 1;
      } else {
        current = tried;
        high = middle;
      }
    }
  };

  const worth = (candidate: Candidate): number => (gains.get(candidate) ?? 0) / candidate.distance;
  const order = found.combination.toSorted((one, other) => worth(one) - worth(other));
  for (const { feature } of order) {
    if (isSample && leaveOut(feature)) continue;
    if (isSample) takeNearer(feature);
    halve(feature);
  }
  return current;
}
