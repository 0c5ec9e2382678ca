import type {
  AttributionUnits,
  Feature,
  FeatureSchema,
  Label,
  ReasonCode,
  Task,
} from '../model/index.ts';

/** What is attributed, and to which row. */
export interface ReasonSource {
  readonly schema: FeatureSchema;
  /** The row as read: categories by code, NaN = not given. */
  readonly values: Float64Array;
  /** One attribution per feature. */
  readonly attributions: ArrayLike<number>;
  readonly units: AttributionUnits;
  /** Which of several outputs is attributed, in words; `null` when there is one only. */
  readonly output: Label | null;
}

const scales: Readonly<Record<AttributionUnits, string>> = {
  'log-odds': 'log-odds',
  probability: 'probability',
  target: 'target',
  'log-target': 'log of the target',
  margin: 'margin',
};

/** What attributions of an output add up to: `log-odds of yes`; `null` when there is only one output. */
export function scaleInWords(units: AttributionUnits, output: Label | null): string {
  return output === null ? scales[units] : `${scales[units]} of ${output}`;
}

/** Less than this part of the largest attribution is no reason: it is the rounding of a mean, or next to nothing. */
const smallestPart = 1e-3;

/** The positive label, or the one predicted, is what a decision is about. */
export const adverseByDefault: Readonly<Record<Task, 'higher' | 'both'>> = {
  binary: 'higher',
  multiclass: 'higher',
  regression: 'both',
};

/** The reasons of one answer. */
export interface Reasons {
  /** The features that moved the output most in the adverse direction, as lenders rank them. */
  readonly reasonCodes: readonly ReasonCode[];
  /** Sentences on the features that moved it most either way. */
  readonly mainReasons: readonly string[];
}

/**
 * Names the features that moved the output most, largest first, equal ones in schema order; those that moved next to nothing
 * are left out. Each is said once and specifically (12 CFR 1002.9(b)(2) and its commentary).
 */
export function findReasons(
  source: ReasonSource,
  adverse: 'higher' | 'lower' | 'both',
  count: number,
): Reasons {
  const main = reasonsOf(source, 'both', count);
  const adverseOnes = adverse === 'both' ? main : reasonsOf(source, adverse, count, main);
  return { reasonCodes: adverseOnes, mainReasons: main.map(({ text }) => text) };
}

/** `known` are reasons of the same source, which need not be put in words again. */
function reasonsOf(
  source: ReasonSource,
  direction: 'higher' | 'lower' | 'both',
  count: number,
  known: readonly ReasonCode[] = [],
): readonly ReasonCode[] {
  const { attributions, schema } = source;
  const { length } = schema.features;
  const weightOf = (index: number): number => {
    const attribution = attributions[index]!;
    if (direction === 'both') return Math.abs(attribution);
    return direction === 'lower' ? -attribution : attribution;
  };
  let largest = 0;
  for (let index = 0; index < length; index++)
    largest = Math.max(largest, Math.abs(attributions[index]!));
  const chosen: number[] = [];
  for (let index = 0; index < length; index++) {
    const weight = weightOf(index);
    if (!(weight > largest * smallestPart)) continue;
    // few are kept, so each is put where it belongs; an equal one stays behind
    let at = chosen.length;
    while (at > 0 && weightOf(chosen[at - 1]!) < weight) at--;
    if (at >= count) continue;
    for (let last = Math.min(chosen.length, count - 1); last > at; last--)
      chosen[last] = chosen[last - 1]!;
    chosen[at] = index;
  }
  return chosen.map(
    (index) =>
      known.find(({ feature }) => feature === schema.features[index]!.name) ??
      putInWords(source, index),
  );
}

function putInWords(
  { attributions, output, schema, units, values }: ReasonSource,
  index: number,
): ReasonCode {
  const feature = schema.features[index]!;
  const attribution = attributions[index]!;
  const { name, reason } = feature;
  const label = feature.label ?? name;
  const words = attribution > 0 ? reason?.raises : reason?.lowers;
  const verb = attribution > 0 ? 'raises' : 'lowers';
  const text =
    words ??
    `${label} (${valueInWords(feature, values[index]!)}) ${verb} the ${scaleInWords(units, output)} by ${rounded(Math.abs(attribution))}`;
  return { code: reason?.code ?? name, feature: name, label, attribution, text };
}

/** Three digits, and never less than whole numbers. */
function rounded(amount: number): number {
  if (amount >= 100) return Math.round(amount);
  let scale = 1;
  while (amount * scale < 100 && scale < 1e22) scale *= 10;
  return scale < 1e22 ? Math.round(amount * scale) / scale : Number(amount.toPrecision(3));
}

function valueInWords({ type, categories, unit }: Feature, value: number): string {
  if (Number.isNaN(value)) return 'not given';
  if (type === 'category') return String(categories?.[value] ?? 'another');
  return unit === undefined ? String(value) : `${value} ${unit}`;
}
