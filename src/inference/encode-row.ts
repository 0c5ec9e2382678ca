// What: the columns of a model out of the values of a row.
// Source: `FeatureSteps` of src/model/feature-steps.ts.
// Complexity: linear in the steps and what they look at; nothing is allocated per row.
// Invariant: each step is one float64 operation, in order; a missing value stays missing unless the step says otherwise.
import { SpillwayError } from '../core/index.ts';
import type { FeatureStep, FeatureSteps } from '../model/index.ts';

/** Writes one number per column into `into`, out of one number per feature; a `Float32Array` rounds as it takes. */
export type RowEncoder = (values: Float64Array, into: Float64Array | Float32Array) => void;

type Values = Float64Array;

/**
 * Compiles steps into an encoder.
 * @throws SpillwayError `INVALID_MODEL` when a step or a column looks at a value that is not there yet.
 */
export function createRowEncoder({ features, steps, columns }: FeatureSteps): RowEncoder {
  checkOrder({ features, steps, columns });
  if (steps.length === 0 && columns.every((from, index) => from === index)) {
    return (values, into) => {
      for (let index = 0; index < columns.length; index++) into[index] = values[index]!;
    };
  }
  const made = new Float64Array(features + steps.length);
  const from = Int32Array.from(columns);
  return (values, into) => {
    for (let index = 0; index < features; index++) made[index] = values[index]!;
    for (let index = 0; index < steps.length; index++) {
      made[features + index] = take(steps[index]!, made);
    }
    for (let index = 0; index < from.length; index++) into[index] = made[from[index]!]!;
  };
}

function take(step: FeatureStep, made: Values): number {
  if (step.kind === 'first') {
    const known = step.of.find((of) => !Number.isNaN(made[of]!));
    return known === undefined ? Number.NaN : made[known]!;
  }
  const x = made[step.of]!;
  if (step.kind === 'is-missing') return Number.isNaN(x) ? 1 : 0;
  if (step.kind === 'normalize') return x / normOf(step, made);
  if (Number.isNaN(x)) return step.kind === 'fill' ? step.value : x;
  switch (step.kind) {
    case 'equals':
      return x === step.operand ? 1 : 0;
    case 'fill':
      return x;
    case 'add':
      return x + step.operand;
    case 'divide':
      return x / step.operand;
    case 'multiply':
      return x * step.operand;
    case 'at-least':
      return x >= step.operand ? 1 : 0;
    case 'above':
      return x > step.operand ? 1 : 0;
    case 'forget':
      return Math.abs(x - step.value) <= step.tolerance ? Number.NaN : x;
    case 'clip':
      return Math.min(Math.max(x, step.min), step.max);
    case 'round':
      return Math.fround(x);
    case 'floor':
      return Math.floor(x);
    case 'truncate':
      return Math.trunc(x);
    case 'recode':
      break;
  }
  return recode(step, x);
}

function recode({ keys, values, other }: FeatureStep & { kind: 'recode' }, x: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low < keys.length && keys[low] === x ? values[low]! : other;
}

function normOf({ among, norm }: FeatureStep & { kind: 'normalize' }, made: Values): number {
  let sum = 0;
  for (const of of among) {
    const size = Math.abs(made[of]!);
    if (norm === 'max') sum = Math.max(sum, size);
    else sum += norm === 'l2' ? size * size : size;
  }
  if (norm === 'l2') sum = Math.sqrt(sum);
  return sum === 0 ? 1 : sum;
}

function checkOrder({ features, steps, columns }: FeatureSteps): void {
  for (const [index, step] of steps.entries()) {
    const looksAt = [step.of, ...(step.kind === 'normalize' ? [step.among] : [])].flat();
    if (looksAt.length === 0 || !looksAt.every((of) => isThere(of, features + index))) {
      refuse(`step ${index} (${step.kind}) looks at a value that is not there yet`);
    }
  }
  if (!columns.every((of) => isThere(of, features + steps.length))) {
    refuse('a column takes a value that no step makes');
  }
}

function isThere(of: number, made: number): boolean {
  return Number.isInteger(of) && of >= 0 && of < made;
}

function refuse(fault: string): never {
  throw new SpillwayError('INVALID_MODEL', `the parts of the model do not fit: ${fault}`);
}
