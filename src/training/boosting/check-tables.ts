import { type Fault, faultsInWords, SpillwayError } from '../../core/index.ts';
import type { TrainingColumn, TrainingTable } from '../training-table.ts';
import type { BinnedTable } from '../trees/binned-table.ts';

const kinds: ReadonlySet<TrainingColumn['type']> = new Set(['number', 'integer', 'category']);

/**
 * Refuses tables without rows or columns, with names that stand twice and with other types of columns.
 * @throws `INVALID_DATA` with all faults.
 */
export function checkTable({ rows, columns }: TrainingTable): void {
  const faults: Fault[] = [];
  if (rows === 0) faults.push({ pointer: '/rows', message: 'expected at least one row' });
  if (columns.length === 0) {
    faults.push({ pointer: '/columns', message: 'expected at least one column' });
  }
  for (const [index, { name, type }] of columns.entries()) {
    if (!kinds.has(type)) {
      const message = `${name}: expected the type ${[...kinds].join(', ')}, got ${type}`;
      faults.push({ pointer: `/columns/${index}/type`, message });
    }
    if (columns.findIndex((other) => other.name === name) < index) {
      faults.push({ pointer: `/columns/${index}`, message: `the name ${name} stands twice` });
    }
  }
  if (faults.length > 0) throw new SpillwayError('INVALID_DATA', faultsInWords(faults), { faults });
}

/** Names the columns that cannot be split by, because all their values are missing or equal. */
export function inspectColumns(table: TrainingTable, binned: BinnedTable): readonly string[] {
  return table.columns.flatMap(({ name }, index) => {
    const { bins, codes, hasMissing } = binned.columns[index]!;
    const first = codes.find((code) => code !== bins);
    if (first === undefined) return [`${name}: all values are missing`];
    if (hasMissing || codes.some((code) => code !== first)) return [];
    return [`${name}: all values are equal`];
  });
}

/**
 * The float32 values of rows to be answered, in the columns of the training. Categories get the codes of the training; one
 * that was not there gets a code behind all others, which goes left at every node, as in XGBoost.
 * @throws `INVALID_DATA` when a column is not there or of another type.
 */
export function alignColumns(
  table: TrainingTable,
  training: readonly TrainingColumn[],
): readonly Float32Array[] {
  const faults: Fault[] = [];
  const aligned = training.map((column) => {
    const found = table.columns.find(({ name }) => name === column.name);
    if (found === undefined) {
      faults.push({ pointer: '/validation/table', message: `there is no column ${column.name}` });
      return new Float32Array(0);
    }
    if ((found.type === 'category') !== (column.type === 'category')) {
      const message = `${column.name}: expected ${column.type}, got ${found.type}`;
      faults.push({ pointer: '/validation/table', message });
      return new Float32Array(0);
    }
    if (column.type !== 'category') return Float32Array.from(found.values);
    const codes = new Map(column.categories.map((category, code) => [category, code]));
    const translated = found.categories.map(
      (category) => codes.get(category) ?? column.categories.length,
    );
    return Float32Array.from(found.values, (code) => translated[code] ?? Number.NaN);
  });
  if (faults.length > 0) throw new SpillwayError('INVALID_DATA', faultsInWords(faults), { faults });
  return aligned;
}
