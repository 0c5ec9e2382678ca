import { SpillwayError } from '../../core/index.ts';
import type { Label } from '../../model/index.ts';
import type { CountedRows } from './design.ts';
import type { LabelClasses } from './label-classes.ts';
import type { CompleteLogisticParameters } from './logistic-parameters.ts';

/** The rows with their weights times those of their classes. */
export function weighClasses(
  counted: CountedRows,
  { classes, classOf }: LabelClasses,
  classWeight: CompleteLogisticParameters['classWeight'],
): CountedRows {
  if (classWeight === null) return counted;
  if (classWeight !== 'balanced') refuseUnknown(classWeight, classes);
  const sums = sumByClass(counted.shares, classOf, classes.length);
  const factors =
    classWeight === 'balanced'
      ? sums.map((sum) => 1 / (classes.length * sum))
      : Float64Array.from(classes, (label) => factorOf(classWeight, label));
  const weights = counted.shares.map((share, i) => share * factors[classOf[i]!]!);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    rows: counted.rows,
    shares: weights.map((weight) => weight / total),
    totalWeight: counted.totalWeight * total,
  };
}

function factorOf(factors: Readonly<Record<string, number>>, label: Label): number {
  const name = `${label}`;
  return Object.hasOwn(factors, name) ? (factors[name] ?? 1) : 1;
}

/** How much weight each class has. */
export function sumByClass(
  shares: Float64Array,
  classOf: Uint32Array,
  classes: number,
): Float64Array {
  const sums = new Float64Array(classes);
  for (let i = 0; i < shares.length; i++) sums[classOf[i]!]! += shares[i]!;
  return sums;
}

function refuseUnknown(factors: Readonly<Record<string, number>>, classes: readonly Label[]): void {
  const names = classes.map(String);
  const unknown = Object.keys(factors).filter((name) => !names.includes(name));
  if (unknown.length === 0) return;
  const pointer = '/parameters/class_weight';
  const message = `no rows of ${unknown.join(', ')}; the classes are ${names.slice(0, 20).join(', ')}`;
  throw new SpillwayError('INVALID_CONFIG', `trainLogistic: ${pointer}: ${message}`, {
    faults: [{ pointer, message }],
  });
}
