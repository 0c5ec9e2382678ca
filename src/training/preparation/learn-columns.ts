// What: the columns of a linear model out of the features of a row: gaps filled, categories as 0 and 1, numbers standardised.
// Source: SimpleImputer (median, most frequent, add_indicator), OneHotEncoder and StandardScaler of scikit-learn, whose
//   standard deviation divides by the number of rows and whose median is the mean of the two in the middle.
// Complexity: rows times columns, and sorting each column with gaps.
// Invariant: only the rows that are given are looked at, so what is learned cannot know the rows that a model is measured on.
import type { CardColumn, Feature } from '../../model/index.ts';
import type { TrainingColumn, TrainingTable } from '../training-table.ts';

/** How columns are made. */
export interface LearnColumnsOptions {
  /** Leave out the first category of each feature, whose column follows from the others and the intercept. */
  readonly dropFirst: boolean;
}

/**
 * Learns the columns of a linear model from the rows of a training part, as a card states them. A number becomes one of mean
 * 0 and standard deviation 1, the median standing for missing values; a category becomes a column of 0 and 1 for each one
 * seen, the most frequent standing for missing values; where there were missing values a column says so.
 */
export function learnColumns(
  { columns }: TrainingTable,
  features: readonly Feature[],
  { dropFirst }: LearnColumnsOptions,
): readonly CardColumn[] {
  return columns.flatMap((column, index) => {
    const { name } = features[index]!;
    const { values } = column;
    const gaps = countGaps(values);
    if (gaps === values.length) return [];
    const made =
      column.type === 'category'
        ? oneHot(name, column, dropFirst)
        : standardised(name, values, gaps);
    if (gaps === 0) return made;
    return [...made, plain(`${name} is missing`, { feature: name, isMissing: true }, null)];
  });
}

function countGaps(values: ArrayLike<number>): number {
  let gaps = 0;
  for (let row = 0; row < values.length; row++) if (Number.isNaN(values[row]!)) gaps++;
  return gaps;
}

/** Empty for a number that is the same in every row. */
function standardised(
  name: string,
  values: Float32Array | Float64Array,
  gaps: number,
): CardColumn[] {
  const middle = median(values);
  const count = values.length;
  let sum = gaps * middle;
  for (let row = 0; row < count; row++) if (!Number.isNaN(values[row]!)) sum += values[row]!;
  const center = sum / count;
  let squares = gaps * (middle - center) ** 2;
  for (let row = 0; row < count; row++) {
    if (!Number.isNaN(values[row]!)) squares += (values[row]! - center) ** 2;
  }
  const scale = Math.sqrt(squares / count);
  // what is left of equal numbers is the rounding of their mean
  if (!(scale > 1e-12 * Math.abs(center)) || !Number.isFinite(scale)) return [];
  return [{ name, from: [{ feature: name }], missing: middle, center, scale }];
}

function median(values: Float32Array | Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value)).toSorted();
  const half = known.length >> 1;
  return known.length % 2 === 1 ? known[half]! : known[half - 1]! / 2 + known[half]! / 2;
}

/** Of the categories seen, in the order of their codes. */
function oneHot(
  name: string,
  { categories, values }: TrainingColumn,
  dropFirst: boolean,
): CardColumn[] {
  const counts = new Float64Array(categories.length);
  for (let row = 0; row < values.length; row++) {
    if (!Number.isNaN(values[row]!)) counts[values[row]!]!++;
  }
  let most = 0;
  for (let code = 1; code < counts.length; code++) if (counts[code]! > counts[most]!) most = code;
  const seen = [...categories.entries()].filter(([code]) => counts[code]! > 0);
  // of one category alone the column is the same in every row
  if (seen.length === 1) return [];
  // of two the columns mirror each other
  const first = dropFirst || seen.length === 2 ? 1 : 0;
  return seen
    .slice(first)
    .map(([code, category]) =>
      plain(
        `${name}=${String(category)}`,
        { feature: name, equals: category },
        code === most ? 1 : 0,
      ),
    );
}

function plain(name: string, from: CardColumn['from'][number], missing: number | null): CardColumn {
  return { name, from: [from], missing, center: 0, scale: 1 };
}
