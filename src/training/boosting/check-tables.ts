import { type Fault, faultsInWords, SpillwayError } from '../../core/index.ts';
import { faultsOfTable } from '../faults-of-table.ts';
import type { TrainingColumn, TrainingTable } from '../training-table.ts';
import type { BinnedTable } from '../trees/binned-table.ts';

/**
 * Refuses tables without rows or columns, with names that stand twice and with other types of columns.
 * @throws `INVALID_DATA` with all faults.
 */
export function checkTable(table: TrainingTable): void {
  const faults = faultsOfTable(table);
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
 * @throws `INVALID_DATA` without rows, and when a column is not there, of another type or of another length.
 */
export function alignColumns(
  table: TrainingTable,
  training: readonly TrainingColumn[],
): readonly Float32Array[] {
  const faults: Fault[] = [];
  if (table.rows === 0) {
    faults.push({ pointer: '/validation/table', message: 'expected at least one row' });
  }
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
    if (found.values.length !== table.rows) {
      const message = `${column.name}: expected ${table.rows} values, got ${found.values.length}`;
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
