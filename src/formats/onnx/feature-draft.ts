import type { Category, Feature } from '../../model/index.ts';
import { numberFeature } from '../plain-pipeline.ts';
import { elementTypes } from './tensor.ts';

/** A feature while a graph is read. */
export interface FeatureDraft {
  readonly name: string;
  readonly type: number;
  /** The words, or whole numbers, that operators look for, with their codes. */
  readonly codes: Map<Category, number>;
  /** Whether an operator fails for any other. */
  refusesOthers: boolean;
  /** Whether its numbers are categories. */
  isCategory: boolean;
  nullable: boolean;
  bounds: readonly [min: number, max: number] | null;
}

/** The smallest and the largest float64 that are whole numbers of 64 bits. */
export const int64Bounds: readonly [min: number, max: number] = [-(2 ** 63), 2 ** 63 - 1024];
const int32Bounds = [-(2 ** 31), 2 ** 31 - 1] as const;

/** A feature of an element type, of which nothing else is known. */
export function createDraft(name: string, type: number): FeatureDraft {
  const isNumber = type === elementTypes.float || type === elementTypes.double;
  return {
    name,
    type,
    codes: new Map(),
    refusesOthers: false,
    isCategory: false,
    nullable: isNumber,
    bounds:
      type === elementTypes.int64 ? int64Bounds : type === elementTypes.int32 ? int32Bounds : null,
  };
}

/** The feature that a draft has become. */
export function createFeature(draft: FeatureDraft): Feature {
  const { name, nullable, type, bounds } = draft;
  if (draft.isCategory || type === elementTypes.string) {
    return {
      name,
      type: 'category',
      categories: [...draft.codes.keys()],
      otherCategories: !draft.refusesOthers,
      required: false,
      nullable: false,
    };
  }
  const isInteger = type === elementTypes.int64 || type === elementTypes.int32;
  return {
    ...numberFeature(name, nullable),
    ...(isInteger ? { type: 'integer' } : {}),
    ...(bounds === null ? {} : { min: bounds[0], max: bounds[1] }),
  };
}
