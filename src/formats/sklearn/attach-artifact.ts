import type { Pipeline } from '../../model/index.ts';
import { aboveHalf } from '../above-half.ts';
import type { ReadArtifact } from '../model-reader.ts';
import type { PickleValue } from '../pickle/pickle-value.ts';
import { refuseBroken } from '../refusals.ts';
import { type Context, type Fitted } from './context.ts';
import { readLabels } from './read-labels.ts';
import type { Column, RowPlan } from './row-plan.ts';
import { shortName } from './short-name.ts';

/** What the wrapper of another library adds to the model that the reader of that library found in it. */
export interface Wrapping {
  /** The number that stands for a missing value, `null` for NaN alone. */
  readonly marker: number | null;
  /** The attribute with the labels, where there is one. */
  readonly labels: string;
  /** Whether what is not in a sparse matrix is missing, and not 0. */
  readonly missesZeros: boolean;
}

/** The model of another library, its steps behind those that the plan already has. */
export function attachArtifact(
  estimator: PickleValue,
  { pipeline, warnings, objective }: ReadArtifact,
  columns: readonly Column[],
  context: Context,
  { marker, labels, missesZeros }: Wrapping,
): Fitted {
  const { plan } = context;
  const kind = shortName(estimator);
  const { features } = pipeline.schema;
  if (features.length !== columns.length) {
    return refuseBroken(
      `${kind} was fitted on ${features.length} columns and gets ${columns.length}`,
    );
  }
  context.warnings.push(...warnings);
  const inputs = columns.map((column, index) => {
    const feature = features[index]!;
    if (feature.type === 'category' && column.isRaw && column.fill === undefined) {
      plan.adopt(column, feature);
      return { ...column, isRaw: false };
    }
    const number = plan.asNumber(column);
    const isGap = missesZeros && column.isSparse;
    return forget(plan, isGap ? forgetZero(plan, number) : number, marker);
  });
  return {
    columns: plan.attach(inputs, pipeline.steps).map((value) => ({ value })),
    model: pipeline.model,
    task: pipeline.task,
    labels: chooseLabels(estimator, pipeline, labels),
    decisionThreshold: aboveHalf,
    objective: `${kind} ${objective}`,
  };
}

function forgetZero(plan: RowPlan, column: Column): Column {
  const value = plan.add({ kind: 'forget', of: column.value, value: 0, tolerance: 0 });
  return { ...column, value };
}

function forget(plan: RowPlan, column: Column, marker: number | null): Column {
  if (marker === null) return column;
  // compared in float32, to which the value is rounded later anyway
  const of = plan.add({ kind: 'round', of: column.value });
  const value = Math.fround(marker);
  return { ...column, value: plan.add({ kind: 'forget', of, value, tolerance: 0 }) };
}

function chooseLabels(
  estimator: PickleValue,
  { labels, task }: Pipeline,
  attribute: string,
): Pipeline['labels'] {
  if (task === 'regression' || estimator.find(attribute) === undefined) return labels;
  const own = readLabels(estimator, attribute);
  if (own.length === labels.length) return own;
  return refuseBroken(`${own.length} labels of the wrapper for ${labels.length} of the model`);
}
