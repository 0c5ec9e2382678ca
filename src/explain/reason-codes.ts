import type { AttributionUnits, Feature, FeatureSchema, ReasonCode } from '../model/index.ts';

/** What is attributed, and to which row. */
export interface ReasonSource {
  readonly schema: FeatureSchema;
  /** The row as read: categories by code, NaN = not given. */
  readonly values: Float64Array;
  /** One attribution per feature. */
  readonly attributions: Float64Array;
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

/** Names the features that moved the output most, largest first, equal ones in schema order; those that moved next to nothing are left out. */
export function reasonCodes(source: ReasonSource, count: number): ReasonCode[] {
  const { schema, values, attributions } = source;
  const largest = attributions.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return schema.features
    .map((feature, index) => ({ feature, index, attribution: attributions[index]! }))
    .filter(({ attribution }) => Math.abs(attribution) > largest * smallestPart)
    .toSorted((one, other) => Math.abs(other.attribution) - Math.abs(one.attribution))
    .slice(0, count)
    .map(({ feature, index, attribution }) => {
      const label = feature.label ?? feature.name;
      const verb = attribution > 0 ? 'raises' : 'lowers';
      const scale = `${scales[source.units]}${source.output === null ? '' : ` of ${source.output}`}`;
      const text = `${label} (${valueInWords(feature, values[index]!)}) ${verb} the ${scale} by ${rounded(Math.abs(attribution))}`;
      return { feature: feature.name, label, attribution, text };
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
