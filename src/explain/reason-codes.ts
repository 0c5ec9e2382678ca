import type { AttributionUnits, Feature, FeatureSchema, ReasonCode } from '../model/index.ts';

/** What is attributed, and to which row. */
export interface ReasonSource {
  readonly schema: FeatureSchema;
  /** The row as read: categories by code, NaN = not given. */
  readonly values: Float64Array;
  /** One attribution per feature. */
  readonly attributions: ArrayLike<number>;
  readonly units: AttributionUnits;
  /** Which of several outputs is attributed, in words; `null` when there is one only. */
  readonly output: string | null;
}

const scales: Readonly<Record<AttributionUnits, string>> = {
  'log-odds': 'log-odds',
  probability: 'probability',
  target: 'target',
  'log-target': 'log of the target',
  margin: 'margin',
};

/** Less than this part of the largest attribution is no reason: it is the rounding of a mean, or next to nothing. */
const smallestPart = 1e-3;

/**
 * Names the features that moved the output most in a direction, largest first, equal ones in schema order; those that moved
 * next to nothing are left out. As lenders rank them: the features that cost the most come first, each said once and
 * specifically (12 CFR 1002.9(b)(2) and its commentary).
 */
export function reasonCodes(
  { attributions, output, schema, units, values }: ReasonSource,
  direction: 'higher' | 'lower' | 'both',
  count: number,
): ReasonCode[] {
  const { features } = schema;
  const sign = direction === 'lower' ? -1 : 1;
  const weightOf = (index: number): number =>
    direction === 'both' ? Math.abs(attributions[index]!) : sign * attributions[index]!;
  let largest = 0;
  for (let index = 0; index < features.length; index++)
    largest = Math.max(largest, Math.abs(attributions[index]!));
  const chosen: number[] = [];
  for (let index = 0; index < features.length; index++) {
    const weight = weightOf(index);
    if (!(weight > largest * smallestPart)) continue;
    // few are kept, so each is put where it belongs; an equal one stays behind
    let at = chosen.length;
    while (at > 0 && weightOf(chosen[at - 1]!) < weight) at--;
    if (at >= count) continue;
    chosen.splice(at, 0, index);
    if (chosen.length > count) chosen.pop();
  }
  const scale = `${scales[units]}${output === null ? '' : ` of ${output}`}`;
  return chosen.map((index) => {
    const feature = features[index]!;
    const attribution = attributions[index]!;
    const { name, reason } = feature;
    const label = feature.label ?? name;
    const words = attribution > 0 ? reason?.raises : reason?.lowers;
    const verb = attribution > 0 ? 'raises' : 'lowers';
    const text =
      words ??
      `${label} (${valueInWords(feature, values[index]!)}) ${verb} the ${scale} by ${rounded(Math.abs(attribution))}`;
    return { code: reason?.code ?? name, feature: name, label, attribution, text };
  });
}

/** Three digits, and never less than whole numbers. */
function rounded(amount: number): number {
  return amount < 100 ? Number(amount.toPrecision(3)) : Math.round(amount);
}

function valueInWords({ type, categories, unit }: Feature, value: number): string {
  if (Number.isNaN(value)) return 'not given';
  if (type === 'category') return String(categories?.[value] ?? 'another');
  return unit === undefined ? String(value) : `${value} ${unit}`;
}
