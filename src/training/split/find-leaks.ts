// What: signs that what a model is measured by was known when it was trained.
// Source: Kapoor and Narayanan, Leakage and the reproducibility crisis in machine-learning-based science, Patterns 4 (2023).
// Complexity: O(columns * n log n).
// Invariant: a row is called a duplicate only when all its inputs are equal; nothing is called a leak by chance of a hash.
import type { Category } from '../../model/index.ts';
import type { TrainingColumn, TrainingTable } from '../training-table.ts';
import { countDuplicates } from './count-duplicates.ts';
import { gatherMembers } from './gather-members.ts';
import type { Split } from './split.ts';
import { codesOf, tellingArea } from './telling-area.ts';
import { tellingCorrelation } from './telling-correlation.ts';

/** Where leaks are looked for. */
export interface LeakOptions {
  readonly table: TrainingTable;
  /** The divisions that the model is measured by; none when it is not. */
  readonly splits: readonly Split[];
  /** Codes of the labels, of a classification. */
  readonly labels?: ArrayLike<number> | undefined;
  /** The numbers that a regression is to answer. */
  readonly targets?: ArrayLike<number> | undefined;
  /** The group of each row, when rows of one group stay together. */
  readonly groups?: ArrayLike<Category> | undefined;
}

/** A sign of a leak, which may have a harmless reason. */
export interface Leak {
  /** `duplicate-rows`: rows of validation equal ones of training; `telling-column`: one column alone tells a label apart, or orders the rows as the target does; `group-column`: a column names the group. */
  readonly kind: 'duplicate-rows' | 'telling-column' | 'group-column';
  /** The column, when it is about one. */
  readonly column: string | null;
  /** What was seen and why it matters, in a sentence. */
  readonly message: string;
}

/** From this area under the ROC on, one column alone is suspicious. */
const suspiciousArea = 0.99;
/** From this rank correlation with the target on, one column alone is suspicious. */
const suspiciousCorrelation = 0.999;

/**
 * Looks for leaks.
 * @throws SpillwayError `INVALID_DATA` when a row has no group, or there is not one per row.
 */
export function findLeaks({
  table,
  splits,
  labels,
  targets,
  groups,
}: LeakOptions): readonly Leak[] {
  const leaks: Leak[] = [];
  const validated = splits.reduce((sum, { validation }) => sum + validation.length, 0);
  const duplicates = splits.reduce((sum, split) => sum + countDuplicates(table, split), 0);
  if (duplicates > 0) {
    leaks.push({
      kind: 'duplicate-rows',
      column: null,
      message: `${duplicates} of ${validated} validation rows equal a training row in every input: they measure memory`,
    });
  }
  const members = groups === undefined ? [] : gatherMembers(groups, table.rows, 'group');
  const codes = labels === undefined ? [] : codesOf(labels);
  for (const column of table.columns) {
    const area = labels === undefined ? null : tellingArea(column, labels, codes);
    if (area !== null && area > suspiciousArea) {
      leaks.push({
        kind: 'telling-column',
        column: column.name,
        message: `column ${JSON.stringify(column.name)} alone tells a label from the rest with an area under the ROC of ${area.toFixed(4)}: is it known before the label?`,
      });
    }
    const correlation = targets === undefined ? null : tellingCorrelation(column, targets);
    if (correlation !== null && Math.abs(correlation) > suspiciousCorrelation) {
      leaks.push({
        kind: 'telling-column',
        column: column.name,
        message: `column ${JSON.stringify(column.name)} alone orders the rows as the target does, with a rank correlation of ${correlation.toFixed(4)}: is it known before the target?`,
      });
    }
    if (namesGroups(column, members)) {
      leaks.push({
        kind: 'group-column',
        column: column.name,
        message: `column ${JSON.stringify(column.name)} names the group, which rows to come do not share`,
      });
    }
  }
  return Object.freeze(leaks.map((leak) => Object.freeze(leak)));
}

/** Whether each group has one value and no other group has it. */
function namesGroups(
  { values }: TrainingColumn,
  groups: readonly { readonly rows: Uint32Array }[],
): boolean {
  if (groups.length < 2) return false;
  const seen = new Set<number>();
  for (const { rows } of groups) {
    const value = values[rows[0]!]!;
    if (seen.has(value) || rows.some((row) => !Object.is(values[row], value))) return false;
    seen.add(value);
  }
  return true;
}
