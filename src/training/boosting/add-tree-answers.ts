import type { BoosterTree } from '../../formats/index.ts';

/**
 * Adds what a tree answers for rows to their margins, each rounded to float32.
 * @param columns Float32 values, NaN for missing ones, column by column.
 */
export function addTreeAnswers(
  tree: BoosterTree,
  columns: readonly Float32Array[],
  margins: Float32Array,
): void {
  const { categories, column, condition, left, missingLeft, right } = tree;
  const goesRight = categories.map((codes) => (codes === null ? null : new Set(codes)));
  for (let row = 0; row < margins.length; row++) {
    let node = 0;
    while (left[node] !== -1) {
      const value = columns[column[node]!]![row]!;
      const codes = goesRight[node] ?? null;
      const isLeft = Number.isNaN(value)
        ? missingLeft[node] === 1
        : codes === null
          ? value < condition[node]!
          : !codes.has(value);
      node = (isLeft ? left : right)[node]!;
    }
    margins[row]! += condition[node]!;
  }
}
