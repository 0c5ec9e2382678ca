import type { Label } from '../../model/index.ts';
import type { AllowedValues } from './allowed-values.ts';

/** One value that a feature may be changed to. */
export interface Candidate {
  /** The feature's place in the schema. */
  readonly feature: number;
  readonly value: number;
  /** A number: the change as a part of the feature's range. A category, or a number that was not known: 1. */
  readonly distance: number;
  /** The distance that might be left once the value is pulled back; `distance` where it cannot be. */
  readonly least: number;
  /** The values to pull back to: nearer ones that no other candidate stands for. */
  readonly nearer: NearerValues | null;
}

/** Some values between the present one and a candidate, nearest first. */
export interface NearerValues {
  readonly count: number;
  at(index: number): Candidate;
}

/** A change of several features, each at most once, in schema order. */
export type Combination = readonly Candidate[];

/** All that a changeable feature may be changed to, nearest first. */
export interface FeatureChoices {
  readonly feature: number;
  readonly candidates: readonly Candidate[];
  /** Whether the candidates are a grid, between whose values others may answer otherwise. */
  readonly isGrid: boolean;
}

/** A change that the model answered as wanted, and what it answered. */
export interface Found {
  readonly combination: Combination;
  readonly prediction: Label;
  readonly probability: number | undefined;
}

/** The order in which changes are shown: fewest first, then smallest. */
export function smallestFirst(one: Found, other: Found): number {
  return (
    one.combination.length - other.combination.length ||
    distanceOf(one.combination) - distanceOf(other.combination)
  );
}

/** The features that a change is of. */
export function keyOf(combination: Combination): string {
  return combination.map(({ feature }) => feature).join();
}

/** The size of a change: its distances added up. */
export function distanceOf(combination: Combination): number {
  return combination.reduce((sum, { distance }) => sum + distance, 0);
}

/** The smallest size that a change may have once its values are pulled back. */
export function leastOf(combination: Combination): number {
  return combination.reduce((sum, { least }) => sum + least, 0);
}

/** Makes candidates of a number feature's values. */
export function createNumberCandidates(
  feature: number,
  present: number,
  allowed: AllowedValues,
): {
  at(value: number): Candidate;
  /** A value that stands for those from `low` up to but without `end` on its side of the present one. */
  standingFor(value: number, low: number, end: number): Candidate;
} {
  const isScaled = Number.isFinite(present) && allowed.width > 0;
  const distanceTo = (value: number): number =>
    isScaled ? Math.abs(value - present) / allowed.width : 1;
  const at = (value: number): Candidate => {
    const distance = distanceTo(value);
    return { feature, value, distance, least: distance, nearer: null };
  };
  return {
    at,
    standingFor(value, low, end) {
      const upward = value > present;
      const indices = upward ? allowed.indices(low, value) : allowed.indices(value, end);
      if (indices === null) return at(value);
      const [first, last] = indices;
      const isItself = allowed.multiple(first) === value;
      const count = last - first + (isItself ? 0 : 1);
      if (count === 0) return at(value);
      const multiple = (index: number): Candidate =>
        at(allowed.multiple(upward ? first + index : last - index));
      return { ...at(value), least: multiple(0).distance, nearer: { count, at: multiple } };
    },
  };
}
