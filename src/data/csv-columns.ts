import type { FeatureSchema } from '../model/index.ts';
import { dataFault, showAll } from './data-fault.ts';

/** What a header is held against. */
export interface HeaderRules {
  readonly schema: FeatureSchema;
  readonly idColumn: string | null;
  readonly ignoreUnknown: boolean;
  readonly complete: boolean;
}

/** What each column of a CSV stands for. */
export interface CsvColumns {
  readonly names: readonly string[];
  /** Per column the index of its feature, -1 for a column that is passed over. */
  readonly features: readonly number[];
  /** The column of the id, -1 without one. */
  readonly id: number;
}

/** Matches a header with the features of a schema; an error lists everything that does not match. */
export function matchHeader(
  names: readonly string[],
  line: number,
  rules: HeaderRules,
): CsvColumns {
  const { schema, idColumn, ignoreUnknown, complete } = rules;
  const indexOf = new Map(schema.features.map(({ name }, index) => [name, index]));
  const columns = new Map(names.map((name, column) => [name, column]));
  const twice = names.filter((name, column) => columns.get(name) !== column);
  const lacking = schema.features
    .filter(({ required, nullable }) => complete || required || nullable === false)
    .map(({ name }) => name)
    .filter((name) => !columns.has(name));
  const unknown = ignoreUnknown
    ? []
    : names.filter((name) => !indexOf.has(name) && name !== idColumn);
  const id = idColumn === null ? -1 : (columns.get(idColumn) ?? -1);
  const faults = [
    ...(lacking.length > 0 ? [`lacks the features ${showAll(lacking)}`] : []),
    ...(unknown.length > 0 ? [`has the unknown columns ${showAll(unknown)}`] : []),
    ...(twice.length > 0 ? [`names twice ${showAll([...new Set(twice)])}`] : []),
    ...(idColumn !== null && id === -1 ? [`lacks the id column ${showAll([idColumn])}`] : []),
    ...(names.length === 1 && /[;\t]/.test(names[0] ?? '') ? ['has no commas'] : []),
  ];
  if (faults.length > 0) {
    const known = `the features are ${showAll(schema.features.map(({ name }) => name))}`;
    throw dataFault('INVALID_DATA', { line }, `the header ${faults.join(', ')}; ${known}`);
  }
  return { names, features: names.map((name) => indexOf.get(name) ?? -1), id };
}
