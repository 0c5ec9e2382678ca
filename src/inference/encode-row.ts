// What: the columns of a model out of the values of a row.
// Source: `FeatureSteps` of src/model/feature-steps.ts.
// Complexity: linear in the steps and what they look at; nothing is allocated per row.
// Invariant: each step is one float64 operation, in order; a missing value stays missing unless the step says otherwise.
import { SpillwayError } from '../core/index.ts';
import { type FeatureStep, type FeatureSteps, sourcesOf } from '../model/index.ts';

/** Writes one number per column into `into`, out of one number per feature; a `Float32Array` rounds as it takes. */
export type RowEncoder = (values: Float64Array, into: Float64Array | Float32Array) => void;

type Values = Float64Array;

/** Steps on one number, in the order of their codes below. */
const simpleKinds = [
  'equals',
  'fill',
  'add',
  'multiply',
  'divide',
  'at-least',
  'above',
  'is-missing',
  'clip',
  'forget',
  'round',
  'floor',
  'truncate',
] as const satisfies readonly FeatureStep['kind'][];
type SimpleStep = Extract<FeatureStep, { kind: (typeof simpleKinds)[number] }>;
type OtherStep = Exclude<FeatureStep, SimpleStep>;

/**
 * Compiles steps into an encoder.
 * @throws SpillwayError `INVALID_MODEL` when a step or a column looks at a value that is not there yet.
 */
export function createRowEncoder({ features, steps, columns }: FeatureSteps): RowEncoder {
  checkOrder({ features, steps, columns });
  const from = Int32Array.from(columns);
  if (steps.length === 0) {
    return (values, into) => {
      for (let index = 0; index < from.length; index++) into[index] = values[from[index]!]!;
    };
  }
  const made = new Float64Array(features + steps.length);
  // side by side in typed arrays, since a look into a step of one of many shapes costs as much as ten operations
  const codes = Int8Array.from(steps, codeOf);
  const sources = Int32Array.from(steps, ({ of }) => (typeof of === 'number' ? of : 0));
  const operands = Float64Array.from(steps, (step) => operandsOf(step)[0]);
  const seconds = Float64Array.from(steps, (step) => operandsOf(step)[1]);
  return (values, into) => {
    for (let index = 0; index < features; index++) made[index] = values[index]!;
    for (let index = 0; index < codes.length; index++) {
      const x = made[sources[index]!]!;
      const operand = operands[index]!;
      let result = x;
      switch (codes[index]!) {
        case 0: // equals
          if (x === x) result = x === operand ? 1 : 0;
          break;
        case 1: // fill
          if (x !== x) result = operand;
          break;
        case 2: // add
          result = x + operand;
          break;
        case 3: // multiply
          result = x * operand;
          break;
        case 4: // divide
          result = x / operand;
          break;
        case 5: // at-least
          if (x === x) result = x >= operand ? 1 : 0;
          break;
        case 6: // above
          if (x === x) result = x > operand ? 1 : 0;
          break;
        case 7: // is-missing
          result = x === x ? 0 : 1;
          break;
        case 8: // clip
          result = Math.min(Math.max(x, operand), seconds[index]!);
          break;
        case 9: // forget
          if (Math.abs(x - operand) <= seconds[index]!) result = Number.NaN;
          break;
        case 10: // round
          result = Math.fround(x);
          break;
        case 11: // floor
          result = Math.floor(x);
          break;
        case 12: // truncate
          result = Math.trunc(x);
          break;
        default:
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- those with a code were looked at above
          result = takeOther(steps[index] as OtherStep, made);
      }
      made[features + index] = result;
    }
    for (let index = 0; index < from.length; index++) into[index] = made[from[index]!]!;
  };
}

/** The code of a simple step, -1 for any other. */
function codeOf({ kind }: FeatureStep): number {
  const kinds: readonly string[] = simpleKinds;
  return kinds.indexOf(kind);
}

function operandsOf(step: FeatureStep): [number, number] {
  if (step.kind === 'fill') return [step.value, 0];
  if (step.kind === 'clip') return [step.min, step.max];
  if (step.kind === 'forget') return [step.value, step.tolerance];
  return ['operand' in step ? step.operand : 0, 0];
}

function takeOther(step: OtherStep, made: Values): number {
  if (step.kind === 'first') return first(step, made);
  if (step.kind === 'recode-together') return recodeTogether(step, made);
  const x = made[step.of]!;
  if (Number.isNaN(x)) return x;
  return step.kind === 'normalize' ? x / normOf(step, made) : recode(step, x);
}

function first({ of }: FeatureStep & { kind: 'first' }, made: Values): number {
  for (let index = 0; index < of.length; index++) {
    const value = made[of[index]!]!;
    if (!Number.isNaN(value)) return value;
  }
  return Number.NaN;
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

function recodeTogether(
  { of, terms, keys, values, other }: FeatureStep & { kind: 'recode-together' },
  made: Values,
): number {
  let upper = 0;
  let lower = 0;
  for (let index = 0; index < of.length; index++) {
    const picked = made[of[index]!]!;
    const choices = terms[index]!;
    if (!(Number.isInteger(picked) && picked >= 0 && 2 * picked < choices.length)) return other;
    lower += choices[2 * picked + 1]!;
    upper = (upper + choices[2 * picked]! + (lower > 0xffffffff ? 1 : 0)) >>> 0;
    lower >>>= 0;
  }
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const difference = keys[2 * middle]! - upper || keys[2 * middle + 1]! - lower;
    if (difference === 0) return values[middle]!;
    if (difference < 0) low = middle + 1;
    else high = middle;
  }
  return other;
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
    const looksAt = sourcesOf(step);
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
