import type { Category, Feature, FeatureStep, FeatureSteps, TreeInput } from '../../model/index.ts';
import { numberFeature } from '../plain-pipeline.ts';
import { refuseUnsupported } from '../refusals.ts';

/** What a row has, and how it becomes the columns of the trees. */
export interface RowDescription {
  readonly features: readonly Feature[];
  readonly steps: FeatureSteps;
}

/**
 * The rows of a model of trees. A column with categories in the file is given as one of them; any other is a number, which
 * is the code of a category where the trees look for one. For XGBoost a number just below 0 is no category then, and its
 * whole part would be category 0: so codes are rounded to float32 and then down before a node looks at them.
 */
export function describeRows(
  columns: readonly string[],
  categories: readonly (readonly Category[] | null)[] | undefined,
  trees: readonly AskedTree[],
): RowDescription {
  const isCode = findCodes(columns, trees);
  const steps: FeatureStep[] = [];
  const push = (step: FeatureStep): number => columns.length + steps.push(step) - 1;
  const features = columns.map((name, column): Feature => {
    const known = categories?.[column] ?? null;
    if (known === null) return numberFeature(name, true);
    return { name, type: 'category', categories: known, required: false, nullable: true };
  });
  const sources = features.map(({ type }, column) => {
    if (type === 'category' || isCode[column] !== 1) return column;
    return push({ kind: 'floor', of: push({ kind: 'round', of: column }) });
  });
  return { features, steps: { features: columns.length, steps, columns: sources } };
}

/** What a tree asks of its columns. */
export type AskedTree = Pick<TreeInput, 'categories' | 'column' | 'left'>;

/** Per column 1 when nodes look for categories in it, else 0. */
export function findCodes(columns: readonly string[], trees: readonly AskedTree[]): Uint8Array {
  const isCode = new Uint8Array(columns.length);
  const isNumber = new Uint8Array(columns.length);
  for (const { categories, column, left } of trees) {
    for (let node = 0; node < left.length; node++) {
      if (left[node] === -1) continue;
      const seen = (categories?.[node] ?? null) === null ? isNumber : isCode;
      const at = column[node]!;
      if (at < columns.length) seen[at] = 1;
    }
  }
  const both = columns.findIndex((_, column) => isCode[column] === 1 && isNumber[column] === 1);
  if (both !== -1) {
    refuseUnsupported(
      `column "${columns[both]!.slice(0, 64)}" as a number and as a category`,
      'train with one feature type from the first tree to the last',
    );
  }
  return isCode;
}
