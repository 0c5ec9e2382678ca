import type { TrainingColumn } from '../training-table.ts';
import { type ParameterReader, valueInWords } from './parameter-reader.ts';

/** Reads `monotone_constraints` in any of XGBoost's forms into one direction per column; without any, an empty list. */
export function readMonotoneConstraints(
  reader: ParameterReader,
  columns: readonly Pick<TrainingColumn, 'name' | 'type'>[],
): readonly number[] {
  const given = reader.take('monotone_constraints');
  if (given === undefined) return [];
  const names = columns.map(({ name }) => name);
  const directions = directionsOf(given, names, reader);
  if (directions === null) return [];
  const wrong = directions.find((direction) => ![-1, 0, 1].includes(direction));
  if (wrong !== undefined) {
    reader.fault('monotone_constraints', `expected -1, 0 or 1, got ${valueInWords(wrong)}`);
  } else if (directions.length > columns.length) {
    reader.fault(
      'monotone_constraints',
      `expected at most ${columns.length} directions, one per column, got ${directions.length}`,
    );
  }
  for (const [index, { name, type }] of columns.entries()) {
    if (type === 'category' && (directions[index] ?? 0) !== 0) {
      reader.fault('monotone_constraints', `the categories of ${name} have no order`);
    }
  }
  return columns.map((_, column) => directions[column] ?? 0);
}

function directionsOf(
  given: unknown,
  columns: readonly string[],
  reader: ParameterReader,
): readonly number[] | null {
  if (Array.isArray(given)) {
    return given.map((direction) => (typeof direction === 'number' ? direction : Number.NaN));
  }
  if (typeof given === 'string' && /^\s*\(.*\)\s*$/.test(given)) {
    const inside = given.trim().slice(1, -1).replace(/,\s*$/, '');
    if (inside.trim() === '') return [];
    return inside.split(',').map((text) => (text.trim() === '' ? Number.NaN : Number(text)));
  }
  if (typeof given === 'object' && given !== null) {
    const byName = new Map<string, unknown>(Object.entries(given));
    for (const name of byName.keys()) {
      if (columns.includes(name)) continue;
      const existing = columns.slice(0, 50).join(', ');
      reader.fault(
        'monotone_constraints',
        `there is no column ${valueInWords(name)}; there are ${existing}`,
      );
    }
    return columns.map((name) => {
      const direction = byName.get(name) ?? 0;
      return typeof direction === 'number' ? direction : Number.NaN;
    });
  }
  reader.fault(
    'monotone_constraints',
    `expected a list, a text such as "(1,0,-1)" or an object by column names, got ${valueInWords(given)}`,
  );
  return null;
}
