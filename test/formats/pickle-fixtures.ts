import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../fixtures/pickle/', import.meta.url);

/** One folder per numpy that made files; `scripts/fixtures/pickles.py` says what is in each. */
export const numpyVersions: readonly string[] = readdirSync(root).toSorted();

export function loadPickle(folder: string, file: string): Buffer {
  return readFileSync(new URL(`${folder}/${file}`, root));
}

/** What a value of the zoo is. */
export interface ExpectedValue {
  readonly dtype: string | null;
  readonly shape?: readonly number[];
  readonly value?: unknown;
  readonly values?: readonly unknown[];
  readonly fields?: Readonly<Record<string, readonly unknown[]>>;
}

export function loadExpected(folder: string): Readonly<Record<string, ExpectedValue>> {
  return JSON.parse(loadPickle(folder, 'zoo.json').toString());
}

/** The classes in the small models. */
export const modelClasses: ReadonlySet<string> = new Set([
  'sklearn.compose._column_transformer ColumnTransformer',
  'sklearn.ensemble._forest RandomForestClassifier',
  'sklearn.pipeline Pipeline',
  'sklearn.preprocessing._data StandardScaler',
  'sklearn.preprocessing._encoders OneHotEncoder',
  'sklearn.preprocessing._function_transformer FunctionTransformer',
  'sklearn.tree._classes DecisionTreeClassifier',
  'sklearn.tree._tree Tree',
  'functools partial',
]);
