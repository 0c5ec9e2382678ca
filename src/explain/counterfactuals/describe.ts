import type { Category, Feature, FeatureChange, Label } from '../../model/index.ts';

/** One change as rows have it, with the words for it. */
export function describeChange(feature: Feature, from: number, to: number): FeatureChange {
  return {
    feature: feature.name,
    label: feature.label ?? feature.name,
    from: valueOf(feature, from),
    to: valueOf(feature, to)!,
  };
}

function valueOf({ categories, type }: Feature, value: number): Category | null {
  if (Number.isNaN(value)) return null;
  return type === 'category' ? (categories?.[value] ?? 'another') : value;
}

/** What was asked and answered, for the sentence on one counterfactual. */
export interface AnswerInWords {
  readonly changes: readonly FeatureChange[];
  readonly units: readonly (string | undefined)[];
  readonly prediction: Label | number;
  /** Binary: of the positive label; and the one from which it is decided for, or else one on the other side. */
  readonly probability: number | undefined;
  readonly threshold: number | undefined;
  readonly positiveLabel: Label | undefined;
  readonly isRegression: boolean;
}

/** Says what would have been, and nothing of what to do. */
export function describeCounterfactual({
  changes,
  isRegression,
  positiveLabel,
  prediction,
  probability,
  threshold,
  units,
}: AnswerInWords): string {
  const parts = changes.map(({ from, label, to }, index) => {
    const unit = units[index] === undefined ? '' : ` ${units[index]}`;
    return from === null
      ? `${label} at ${to}${unit}, which is not given`
      : `${label} at ${to} instead of ${from}${unit}`;
  });
  const subject = isRegression ? 'answer' : 'decision';
  const chance =
    probability === undefined
      ? ''
      : ` (probability of ${positiveLabel}: ${roundedApart(probability, threshold)})`;
  return `With ${listOf(parts)}, the ${subject} would have been ${prediction}${chance}.`;
}

/** Two digits, or as many as it takes to see on which side of the threshold it is. */
function roundedApart(probability: number, threshold: number | undefined): number {
  for (let digits = 2; digits < 17; digits++) {
    const rounded = Number(probability.toFixed(digits));
    if (threshold === undefined || rounded === probability) return rounded;
    if (rounded !== threshold && rounded > threshold === probability > threshold) return rounded;
  }
  return probability;
}

/** What a search did, for the sentence on it. */
export interface SearchInWords {
  readonly labels: readonly string[];
  readonly isGrid: boolean;
  readonly isExhaustive: boolean;
  readonly found: number;
  /** How many changes together were looked at. */
  readonly size: number;
  readonly tried: number;
  /** What a change does that is wanted: "changes the decision". */
  readonly verb: string;
  /** Whether the caller ended the search. */
  readonly isStopped: boolean;
}

/** Says what was looked through and, where nothing was found, that nothing was found within it. */
export function describeSearch(search: SearchInWords): string {
  const { found, isExhaustive, isGrid, isStopped, labels, size, verb } = search;
  const tried = search.tried.toLocaleString('en');
  const features = listOf(labels);
  const range = isGrid ? 'on a grid of values within their ranges' : 'within their ranges';
  const all = `up to ${size} ${size === 1 ? 'change' : 'changes'} to ${features} ${range}`;
  if (isExhaustive) {
    return found === 0
      ? `No combination of ${all} ${verb} (${tried} tried).`
      : `Every combination of ${all} was considered (${tried} tried): none with fewer or smaller changes than the first ${verb}.`;
  }
  const within = isStopped ? `in the time allowed (${tried} tried)` : `within ${tried} tries`;
  return found === 0
    ? `None found ${within}; not every combination of ${all} was tried.`
    : `Found ${within}; not every combination of ${all} was tried, so fewer or smaller ones may exist.`;
}

function listOf(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}
