import { type Fault, faultsInWords, SpillwayError } from '../../core/index.ts';
import type { Label } from '../../model/index.ts';

/** Labels as places in the ascending list of those that occur. */
export interface LabelClasses {
  readonly classes: readonly Label[];
  /** One per row of those given. */
  readonly classOf: Uint32Array;
}

/**
 * Sorts the labels of these rows out: numbers ascending, text by its code units, false before true.
 * @throws SpillwayError `INVALID_DATA` for labels that are missing or not finite, of several types, or all the same.
 */
export function labelClasses(labels: ArrayLike<unknown>, rows: Uint32Array): LabelClasses {
  const places = new Map<Label, number>();
  const types = new Set<string>();
  const classOf = new Uint32Array(rows.length);
  let bad = -1;
  // the two labels met first, so that two classes are told apart without a search
  let one: unknown;
  let other: unknown;
  for (let i = 0; i < rows.length; i++) {
    const given = labels[rows[i]!];
    if (given === one && one !== undefined) continue;
    if (given === other && other !== undefined) {
      classOf[i] = 1;
      continue;
    }
    // -0 is 0
    const label = given === 0 ? 0 : given;
    if (!isLabel(label)) {
      if (bad === -1) bad = rows[i]!;
      continue;
    }
    let place = places.get(label);
    if (place === undefined) {
      place = places.size;
      places.set(label, place);
      types.add(typeof label);
      if (place === 0) one = label;
      else if (place === 1) other = label;
    }
    classOf[i] = place;
  }
  const faults: Fault[] = [];
  const found = (message: string): void => {
    faults.push({ pointer: '/labels', message });
  };
  if (bad !== -1)
    found(`expected a finite number, text or a truth value for each row; row ${bad} has none`);
  if (types.size > 1) found(`expected labels of one type, got ${[...types].join(' and ')}`);
  if (bad === -1 && places.size < 2)
    found('expected rows of at least two classes, got those of one only');
  if (faults.length > 0) {
    const message = `the labels of a logistic regression: ${faultsInWords(faults)}`;
    throw new SpillwayError('INVALID_DATA', message, { faults });
  }
  const classes = [...places.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  const rank = new Uint32Array(classes.length);
  for (const [at, label] of classes.entries()) rank[places.get(label) ?? 0] = at;
  for (let i = 0; i < classOf.length; i++) classOf[i] = rank[classOf[i]!]!;
  return { classes, classOf };
}

function isLabel(value: unknown): value is Label {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value === 'string' || typeof value === 'boolean';
}
