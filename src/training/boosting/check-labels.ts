import { type Fault, faultsInWords, SpillwayError } from '../../core/index.ts';
import type { BoostingObjective, LabeledRows } from './objectives/boosting-objective.ts';

/** Labels and weights as they are given: numbers, one per row. */
export interface GivenRows {
  readonly labels: ArrayLike<number>;
  readonly weights?: ArrayLike<number> | undefined;
}

/**
 * Rounds labels and weights to float32 and checks them against what the objective can learn.
 * @param where A JSON pointer to them, for faults.
 * @throws `INVALID_DATA` with all faults.
 */
export function checkLabels(
  given: GivenRows,
  rows: number,
  objective: BoostingObjective,
  where: string,
): LabeledRows {
  const faults: Fault[] = [];
  const labels = readNumbers(given.labels);
  const weights = given.weights === undefined ? null : readNumbers(given.weights);
  const fault = (name: string, message: string) =>
    faults.push({ pointer: `${where}/${name}`, message });

  if (labels.length !== rows) fault('labels', `expected ${rows} labels, got ${labels.length}`);
  else faultsOfLabels(labels, objective).forEach((message) => fault('labels', message));
  if (weights !== null && weights.length !== rows) {
    fault('weights', `expected ${rows} weights, got ${weights.length}`);
  } else if (weights !== null) {
    const wrong = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
    if (wrong !== -1) {
      fault('weights', `row ${wrong}: expected a finite number of at least 0`);
    } else if (weights.every((weight) => weight === 0)) {
      fault('weights', 'all are 0, so that no row counts');
    }
  }
  if (faults.length > 0) throw new SpillwayError('INVALID_DATA', faultsInWords(faults), { faults });
  return { labels, weights };
}

/** Numbers as float32; what is none, such as `null` from a database, is NaN and not 0. */
function readNumbers(given: ArrayLike<number> | null | undefined): Float32Array {
  if (given === undefined || given === null) return new Float32Array(0);
  if (ArrayBuffer.isView(given)) return Float32Array.from(given);
  return Float32Array.from(given, (value) => (typeof value === 'number' ? value : Number.NaN));
}

function faultsOfLabels(labels: Float32Array, objective: BoostingObjective): string[] {
  const infinite = labels.findIndex((label) => !Number.isFinite(label));
  if (infinite !== -1) {
    const kind = Number.isNaN(labels[infinite]) ? 'missing (NaN)' : 'infinite';
    return [`row ${infinite}: the label is ${kind}; leave such rows out`];
  }
  let count = 0;
  let first = '';
  for (const [row, label] of labels.entries()) {
    const message = objective.faultOf(label);
    if (message !== null && count++ === 0) first = `row ${row}: ${message} by ${objective.name}`;
  }
  if (count > 0) return [count === 1 ? first : `${first} (and ${count - 1} more rows)`];
  return [];
}

/**
 * Refuses labels of one class only, and says what else is odd about what is to be learned.
 * @throws `INVALID_DATA` for a classification whose rows that count are all of one class, and for labels of 0 only where
 * answers are above it.
 */
export function inspectLabels(
  { labels, weights }: LabeledRows,
  objective: BoostingObjective,
): readonly string[] {
  const counted = weights === null ? labels : labels.filter((_, row) => weights[row]! > 0);
  const distinct = new Set(counted);
  if (distinct.size === 1) {
    const only = `all ${counted.length} labels are ${counted[0]}`;
    const isNumber = Number.isFinite(objective.toMargin(counted[0]!));
    if (!objective.isClassification && isNumber) {
      return [`${only}: the model answers that and nothing else`];
    }
    const message = objective.isClassification
      ? `${only}: there is nothing to tell apart`
      : `${only}, which ${objective.name} cannot answer`;
    throw new SpillwayError('INVALID_DATA', message, {
      faults: [{ pointer: '/labels', message }],
    });
  }
  const absent = Array.from({ length: objective.classes }, (_, label) => label).filter(
    (label) => !distinct.has(label),
  );
  return absent.length === 0 ? [] : [`no row has the class ${absent.join(', ')}`];
}
