import type { Category } from '../../model/index.ts';
import type { JsonValue } from '../json/json-value.ts';
import { refuseBroken } from '../refusals.ts';

/** The features that rows give in words, and what to say about how they were found. */
export interface CategoryFeatures {
  /** By feature: its words, in the order of their codes. */
  readonly words: ReadonlyMap<number, readonly Category[]>;
  readonly warnings: readonly string[];
}

/**
 * Finds the feature of each list of `pandas_categorical`. The lists are those of the data frame's category columns, in the
 * order of the columns, which they do not name. They are taken for the `categorical` features (each with the highest code
 * that training saw, -1 for none) when there are as many, and none has more codes than its list; else rows give codes.
 */
export function findCategoryFeatures(
  lists: JsonValue | null,
  categorical: ReadonlyMap<number, number>,
  names: readonly string[],
): CategoryFeatures {
  const columns = (lists?.items() ?? []).map(readWords);
  if (columns.length === 0) return { words: new Map(), warnings: [] };
  const features = [...categorical.keys()].toSorted((one, other) => one - other);
  const fits =
    columns.length === features.length &&
    columns.every((words, index) => (categorical.get(features[index]!) ?? -1) < words.length);
  if (!fits) {
    return {
      words: new Map(),
      warnings: [
        `pandas_categorical has ${columns.length} lists for ${features.length} categorical features and does not say which is whose; a row gives the codes of pandas (position in the list, missing for any other value)`,
      ],
    };
  }
  const shown = features.slice(0, 20).map((feature) => names[feature]);
  return {
    words: new Map(columns.map((words, index) => [features[index]!, words])),
    warnings: [
      `pandas_categorical does not name its columns; its lists are taken for the categorical features, in their order: ${shown.join(', ')}${features.length > shown.length ? ', ...' : ''}`,
    ],
  };
}

function readWords(list: JsonValue): Category[] {
  const words = list.items().map((word) => word.scalar());
  if (new Set(words).size !== words.length) refuseBroken(`${list.path}: a category repeats`);
  return words;
}
