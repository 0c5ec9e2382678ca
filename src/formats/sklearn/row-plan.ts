import {
  type Category,
  type Feature,
  type FeatureStep,
  type FeatureSteps,
  moveStep,
} from '../../model/index.ts';
import { limits } from '../limits.ts';
import { refuseUnsupported } from '../refusals.ts';

/** A column on its way through transformers: what is known of it without any row. */
export interface Column {
  /** The feature it comes from. */
  readonly feature: number;
  /** The number of its value in the plan. */
  readonly value: number;
  readonly name: string;
  /** Whether it is the feature itself, which may yet turn out to be a number or a category. */
  readonly isRaw: boolean;
  /** What an imputer puts in place of a missing raw value; its type says nothing until the column is used. */
  readonly fill: Category | undefined;
  /** Whether a missing value of the feature may still be missing here. */
  readonly mayMiss: boolean;
  /** Whether a category of the feature that an encoder does not know is missing here. */
  readonly othersMiss: boolean;
  /** All numbers that it may be, where a transformer made only these. */
  readonly range: readonly number[] | undefined;
  /** Whether it is a float32 there, so that transformers round what they make of it. */
  readonly isSingle: boolean;
  /** Whether it stands in a sparse matrix, where 0 is what is not there. */
  readonly isSparse: boolean;
}

interface FeatureDraft {
  readonly name: string;
  use: 'number' | 'category' | null;
  readonly categories: Category[];
  /** How many categories the encoders knew that refuse all others. */
  readonly strict: number[];
  nullable: boolean;
  limit: number;
  given: Feature | null;
}

/**
 * Collects what becomes of the features of a row: the steps, and from who uses a feature how, its type.
 * The value of the i-th feature has number i.
 */
export class RowPlan {
  readonly #features: readonly FeatureDraft[];
  readonly #steps: FeatureStep[] = [];
  readonly #known = new Map<string, number>();

  constructor(names: readonly string[]) {
    this.#features = names.map((name) => ({
      name,
      use: null,
      categories: [],
      strict: [],
      nullable: true,
      limit: Number.POSITIVE_INFINITY,
      given: null,
    }));
  }

  /** The features as columns. */
  rawColumns(): Column[] {
    return this.#features.map(({ name }, feature) => {
      return {
        feature,
        value: feature,
        name,
        isRaw: true,
        fill: undefined,
        mayMiss: true,
        othersMiss: false,
        range: undefined,
        isSingle: false,
        isSparse: false,
      };
    });
  }

  /** The number of the value that a step makes; equal steps make one. */
  add(step: FeatureStep): number {
    // lists are not compared
    const isSmall = Object.values(step).every((part) => typeof part !== 'object');
    const key = isSmall ? Object.entries(step).flat().map(spell).join() : null;
    const known = key === null ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#steps.length >= limits.steps) {
      refuseUnsupported(`more than ${limits.steps} steps`, 'fewer can be read');
    }
    const value = this.#features.length + this.#steps.push(step) - 1;
    if (key !== null) this.#known.set(key, value);
    return value;
  }

  /** The number of the value that a step makes of a column, rounded as the column is. */
  addTo({ isSingle }: Column, step: FeatureStep): number {
    const of = this.add(step);
    return isSingle ? this.add({ kind: 'round', of }) : of;
  }

  /** Adds steps from some columns on, and answers the numbers of the columns they make. */
  attach(columns: readonly Column[], { features, steps, columns: ends }: FeatureSteps): number[] {
    const values = columns.slice(0, features).map(({ value }) => value);
    const place = (of: number): number => values[of]!;
    for (const step of steps) values.push(this.add(moveStep(step, place)));
    return ends.map(place);
  }

  /** A raw column as a number, missing values filled as asked; any other as it is. */
  asNumber(column: Column): Column {
    if (!column.isRaw) return column;
    const draft = this.#use(column, 'number');
    const { fill } = column;
    if (fill === undefined) return { ...column, isRaw: false };
    if (typeof fill === 'string') {
      return refuseUnsupported(
        `"${draft.name}" as a number`,
        'an imputer fills in text there; encode the column first',
      );
    }
    const value = this.add({ kind: 'fill', of: column.value, value: Number(fill) });
    return { ...column, value, isRaw: false, fill: undefined };
  }

  /** Where the categories of an encoder stand in those of a raw column's feature, to which new ones are added. */
  asCategories(column: Column, categories: readonly Category[], isStrict: boolean): number[] {
    const draft = this.#use(column, 'category');
    if (isStrict) draft.strict.push(categories.length);
    const places = new Map<Category, number>(draft.categories.map((known, at) => [known, at]));
    return categories.map((category) => {
      const place = places.get(category) ?? draft.categories.push(category) - 1;
      places.set(category, place);
      return place;
    });
  }

  /** The feature of a raw column is what a model of another library says it is. */
  adopt({ feature }: Column, given: Feature): void {
    const draft = this.#features[feature]!;
    if (draft.use !== null) refuseTwoUses(draft.name);
    draft.use = 'category';
    draft.given = { ...given, name: draft.name };
  }

  /** The columns may not be missing, nor be of a category that becomes missing. */
  refuseMissing(columns: readonly Column[]): void {
    for (const { feature, mayMiss, othersMiss } of columns) {
      const draft = this.#features[feature]!;
      if (mayMiss) draft.nullable = false;
      if (othersMiss) draft.strict.push(draft.categories.length);
    }
  }

  /** Numbers beyond `limit` are refused. */
  refuseBeyond(columns: readonly Column[], limit: number): void {
    for (const { feature } of columns) {
      const draft = this.#features[feature]!;
      draft.limit = Math.min(draft.limit, limit);
    }
  }

  /** The features of a row as the users of their columns need them. */
  features(): Feature[] {
    return this.#features.map((draft) => {
      if (draft.given !== null) return draft.given;
      const common = { name: draft.name, required: false, nullable: draft.nullable };
      if (draft.use === 'category') return { ...common, ...finishCategories(draft) };
      // nothing looks at it, so that it may be anything
      if (draft.use === null) {
        return { ...common, type: 'category', categories: [], otherCategories: true };
      }
      if (draft.limit === Number.POSITIVE_INFINITY) return { ...common, type: 'number' };
      return { ...common, type: 'number', min: -draft.limit, max: draft.limit };
    });
  }

  /** The steps that lead to these columns. */
  stepsTo(columns: readonly { readonly value: number }[]): FeatureSteps {
    return {
      features: this.#features.length,
      steps: this.#steps,
      columns: columns.map(({ value }) => value),
    };
  }

  #use({ feature }: Column, use: 'number' | 'category'): FeatureDraft {
    const draft = this.#features[feature]!;
    if (draft.given !== null || (draft.use !== null && draft.use !== use)) {
      refuseTwoUses(draft.name);
    }
    draft.use = use;
    return draft;
  }
}

/** Also tells -0 from 0. */
function spell(part: unknown): string {
  return Object.is(part, -0) ? '-0' : String(part);
}

function finishCategories({
  name,
  categories,
  strict,
}: FeatureDraft): Pick<Feature, 'type' | 'categories' | 'otherCategories'> {
  if (strict.some((count) => count < categories.length)) {
    refuseUnsupported(
      `"${name}" with two encoders that know different categories`,
      'one of them refuses those of the other; use handle_unknown="ignore" or one encoder',
    );
  }
  return { type: 'category', categories, otherCategories: strict.length === 0 };
}

function refuseTwoUses(name: string): never {
  return refuseUnsupported(
    `"${name}" both as a category and as a number`,
    'give the model a column for each',
  );
}
