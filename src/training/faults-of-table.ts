import type { Fault } from '../core/index.ts';
import type { TrainingColumn, TrainingTable } from './training-table.ts';

const kinds: ReadonlySet<TrainingColumn['type']> = new Set(['number', 'integer', 'category']);

/** What keeps trees from a table: no rows, no columns, other types of columns, names that stand twice. */
export function faultsOfTable({ rows, columns }: TrainingTable): Fault[] {
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
  return faults;
}
