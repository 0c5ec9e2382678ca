// What: the columns of a model out of the values of a row.
// Source: `FeatureSteps` of src/model/feature-steps.ts.
// Complexity: linear in the steps and what they look at; nothing is allocated per row.
// Invariant: each step is one float64 operation, in order; a missing value stays missing unless the step says otherwise.
import { SpillwayError } from '../core/index.ts';
import { type FeatureStep, type FeatureSteps, sourcesOf } from '../model/index.ts';

/** Writes one number per column into `into`, out of one number per feature; a `Float32Array` rounds as it takes. */
export type RowEncoder = (values: Float64Array, into: Float64Array | Float32Array) => void;

type Values = Float64Array;

/** Steps of one kind that need nothing of each other, side by side: a look into each step would cost more than its work. */
interface Run {
  readonly kind: FeatureStep['kind'];
  readonly steps: readonly FeatureStep[];
  /** The numbers of the values that they make, and of those that they work on. */
  readonly into: Int32Array;
  readonly of: Int32Array;
  readonly operand: Float64Array;
  readonly second: Float64Array;
}

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
  const runs = toRuns(features, steps);
  return (values, into) => {
    for (let index = 0; index < features; index++) made[index] = values[index]!;
    for (let index = 0; index < runs.length; index++) execute(runs[index]!, made);
    for (let index = 0; index < from.length; index++) into[index] = made[from[index]!]!;
  };
}

/** Steps in the order of what they need: first all that need only features, kind by kind, then all that need only those. */
function toRuns(features: number, steps: readonly FeatureStep[]): Run[] {
  const levels = new Int32Array(features + steps.length);
  const groups = new Map<string, number[]>();
  for (const [index, step] of steps.entries()) {
    const level = 1 + sourcesOf(step).reduce((most, of) => Math.max(most, levels[of]!), 0);
    levels[features + index] = level;
    const key = `${level} ${step.kind}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  }
  return [...groups]
    .toSorted(([one], [other]) => Number.parseInt(one, 10) - Number.parseInt(other, 10))
    .map(([, indices]) => toRun(features, steps, indices));
}

function toRun(features: number, all: readonly FeatureStep[], indices: readonly number[]): Run {
  const steps = indices.map((index) => all[index]!);
  return {
    kind: steps[0]!.kind,
    steps,
    into: Int32Array.from(indices, (index) => features + index),
    of: Int32Array.from(steps, ({ of }) => (typeof of === 'number' ? of : 0)),
    operand: Float64Array.from(steps, (step) => operandsOf(step)[0]),
    second: Float64Array.from(steps, (step) => operandsOf(step)[1]),
  };
}

function operandsOf(step: FeatureStep): [number, number] {
  if (step.kind === 'fill') return [step.value, 0];
  if (step.kind === 'clip') return [step.min, step.max];
  if (step.kind === 'forget') return [step.value, step.tolerance];
  return ['operand' in step ? step.operand : 0, 0];
}

/** A number that equals itself is not missing. */
function execute({ kind, steps, into, of, operand, second }: Run, made: Values): void {
  switch (kind) {
    case 'equals':
      for (let i = 0; i < into.length; i++) {
        const x = made[of[i]!]!;
        made[into[i]!] = x === operand[i]! ? 1 : x === x ? 0 : x;
      }
      break;
    case 'at-least':
      for (let i = 0; i < into.length; i++) {
        const x = made[of[i]!]!;
        made[into[i]!] = x >= operand[i]! ? 1 : x === x ? 0 : x;
      }
      break;
    case 'above':
      for (let i = 0; i < into.length; i++) {
        const x = made[of[i]!]!;
        made[into[i]!] = x > operand[i]! ? 1 : x === x ? 0 : x;
      }
      break;
    case 'is-missing':
      for (let i = 0; i < into.length; i++) {
        const x = made[of[i]!]!;
        made[into[i]!] = x === x ? 0 : 1;
      }
      break;
    case 'fill':
      for (let i = 0; i < into.length; i++) {
        const x = made[of[i]!]!;
        made[into[i]!] = x === x ? x : operand[i]!;
      }
      break;
    case 'forget':
      for (let i = 0; i < into.length; i++) {
        const x = made[of[i]!]!;
        made[into[i]!] = Math.abs(x - operand[i]!) <= second[i]! ? Number.NaN : x;
      }
      break;
    case 'add':
      for (let i = 0; i < into.length; i++) {
        const x = made[of[i]!]!;
        made[into[i]!] = x + operand[i]!;
      }
      break;
    case 'multiply':
      for (let i = 0; i < into.length; i++) {
        const x = made[of[i]!]!;
        made[into[i]!] = x * operand[i]!;
      }
      break;
    case 'divide':
      for (let i = 0; i < into.length; i++) {
        const x = made[of[i]!]!;
        made[into[i]!] = x / operand[i]!;
      }
      break;
    case 'clip':
      for (let i = 0; i < into.length; i++) {
        const x = made[of[i]!]!;
        made[into[i]!] = Math.min(Math.max(x, operand[i]!), second[i]!);
      }
      break;
    case 'round':
      for (let i = 0; i < into.length; i++) {
        const x = made[of[i]!]!;
        made[into[i]!] = Math.fround(x);
      }
      break;
    case 'floor':
      for (let i = 0; i < into.length; i++) {
        const x = made[of[i]!]!;
        made[into[i]!] = Math.floor(x);
      }
      break;
    case 'truncate':
      for (let i = 0; i < into.length; i++) {
        const x = made[of[i]!]!;
        made[into[i]!] = Math.trunc(x);
      }
      break;
    case 'first':
    case 'normalize':
    case 'recode':
    case 'recode-together':
      for (let i = 0; i < into.length; i++) made[into[i]!] = take(steps[i]!, made);
  }
}

/** What a step makes that looks at several numbers, or into a table. */
function take(step: FeatureStep, made: Values): number {
  if (step.kind === 'first') return first(step, made);
  if (step.kind === 'recode-together') return recodeTogether(step, made);
  const x = made[step.of]!;
  if (step.kind === 'normalize') return x / normOf(step, made);
  return step.kind === 'recode' && !Number.isNaN(x) ? recode(step, x) : x;
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
