import type { Feature, FeatureStep, LinearModel, Pipeline } from '../../model/index.ts';
import { refuseUnsupported } from '../refusals.ts';
import { formatName, formatVersion } from './format-name.ts';

/**
 * Writes a weighted sum with the steps before it as JSON text that people, Python and `readModel` read: what rows have, the
 * steps from there to the columns, and per output an intercept and a coefficient for each column. What is read is the same
 * model, bit for bit.
 * @throws SpillwayError `UNSUPPORTED_MODEL` for anything but a weighted sum in float64
 */
export function writeLinear(pipeline: Pipeline): Uint8Array {
  const { decisionThreshold, labels, model, schema, steps, task } = pipeline;
  if (model.kind !== 'linear-model') {
    return refuseUnsupported('something other than a weighted sum', 'this format holds no other');
  }
  if (model.arithmetic !== 'float64') {
    return refuseUnsupported('a weighted sum in float32', 'write it as a file of XGBoost');
  }
  const document = {
    format: formatName,
    format_version: formatVersion,
    task,
    link: model.link,
    slope: model.slope,
    labels,
    decision_threshold: decisionThreshold,
    features: schema.features.map(describeFeature),
    steps: steps.steps.map(describeStep),
    columns: model.columns.map((name, index) => ({ name, from: steps.columns[index]! })),
    intercepts: [...model.intercepts],
    coefficients: rowsOf(model),
  };
  return new TextEncoder().encode(`${spell(document)}\n`);
}

function rowsOf({ columns, outputs, weights }: LinearModel): number[][] {
  return Array.from({ length: outputs }, (_, output) =>
    Array.from(weights.subarray(output * columns.length, (output + 1) * columns.length)),
  );
}

/** What a row must be like; what a card says for people is the card's. */
function describeFeature(feature: Feature): Record<string, unknown> {
  const { categories, max, min, name, nullable, otherCategories, required, type } = feature;
  return {
    name,
    type,
    ...(categories !== undefined && { categories }),
    ...(otherCategories !== undefined && { other_categories: otherCategories }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    required,
    ...(nullable !== undefined && { nullable }),
  };
}

function describeStep(step: FeatureStep): Record<string, unknown> {
  if (step.kind === 'recode-together') {
    return refuseUnsupported('a table of several categories', 'this format has none');
  }
  if (step.kind === 'recode') {
    return { ...step, keys: [...step.keys], values: [...step.values] };
  }
  return { ...step };
}

/** One line per member, and per entry of the longer lists, so that a difference can be seen. */
function spell(document: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(document).map(([key, value]) => {
    const isLong = ['features', 'steps', 'columns', 'coefficients'].includes(key);
    const text =
      isLong && Array.isArray(value) && value.length > 0
        ? `[\n    ${value.map(spellValue).join(',\n    ')}\n  ]`
        : spellValue(value);
    return `  ${JSON.stringify(key)}: ${text}`;
  });
  return `{\n${members.join(',\n')}\n}`;
}

/** As `JSON.stringify`, but that -0 keeps its sign and an open end of a range, which JSON has no number for, is its name. */
function spellValue(value: unknown): string {
  if (typeof value === 'number') {
    if (Object.is(value, -0)) return '-0';
    return Number.isFinite(value) ? `${value}` : JSON.stringify(`${value}`);
  }
  if (Array.isArray(value)) return `[${value.map(spellValue).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([key, member]) => `${JSON.stringify(key)}:${spellValue(member)}`,
    );
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}
