import { SpillwayError } from '../core/index.ts';
import {
  addColumnSteps,
  type CardColumn,
  type Feature,
  type FeatureSchema,
  type FeatureStep,
  type FeatureSteps,
  type ModelCard,
} from '../model/index.ts';

/**
 * The steps from the features of a card to those of its artifact, which a card calls columns. Without columns in the card
 * every feature is one.
 * @throws SpillwayError `INVALID_CARD` when a column cannot be what the artifact asks for.
 */
export function cardSteps(card: ModelCard, asked: FeatureSchema): FeatureSteps {
  const { features } = card;
  const stated = card.columns ?? features.map(({ name }) => plainColumn(name));
  const steps: FeatureStep[] = [];
  const push = (step: FeatureStep): number => features.length + steps.push(step) - 1;
  const columns = stated.map((column, index) => {
    const wanted = asked.features[index];
    const made =
      wanted?.type === 'category'
        ? push(translate(column, features, wanted))
        : addColumnSteps(column, features, push);
    if (wanted?.nullable === false) checkNeverMissing(column, features);
    return made;
  });
  return { features: features.length, steps, columns };
}

function plainColumn(name: string): CardColumn {
  const from = [{ feature: name, equals: undefined, atLeast: undefined }];
  return { name, from, missing: null, center: 0, scale: 1 };
}

/** A category of the card as the code that the artifact has for it. */
function translate(column: CardColumn, features: readonly Feature[], wanted: Feature): FeatureStep {
  const [source, ...others] = column.from;
  const of = indexOf(features, source?.feature ?? '');
  const { categories = [], otherCategories, type } = features[of] ?? { type: 'number' };
  const known = wanted.categories ?? [];
  if (
    type !== 'category' ||
    others.length > 0 ||
    source?.equals !== undefined ||
    source?.isMissing === true ||
    source?.atLeast !== undefined ||
    column.missing !== null
  ) {
    refuse(
      `column ${column.name} is a category for the artifact, so it must be one category feature as it is`,
    );
  }
  const strangers = categories.filter((category) => !known.includes(category));
  if (wanted.otherCategories !== true && (strangers.length > 0 || otherCategories === true)) {
    refuse(
      `column ${column.name}: the artifact knows ${known.map((category) => JSON.stringify(category)).join(', ')}, and not ${strangers.map((category) => JSON.stringify(category)).join(', ') || 'any other'}`,
    );
  }
  return {
    kind: 'recode',
    of,
    keys: Float64Array.from(categories.keys()),
    values: Float64Array.from(categories, (category) => {
      const code = known.indexOf(category);
      return code === -1 ? known.length : code;
    }),
    other: known.length,
  };
}

/** For a model that has no answer to a missing value. */
function checkNeverMissing(
  { from, missing, name }: CardColumn,
  features: readonly Feature[],
): void {
  const canMiss = from.every(
    ({ feature, isMissing }) =>
      isMissing !== true && (features[indexOf(features, feature)]?.nullable ?? true),
  );
  if (missing === null && canMiss) {
    refuse(
      `column ${name} needs a value for missing, or a feature with "nullable": false: the model has no answer to a missing value`,
    );
  }
}

/** The card's schema has checked that there is such a feature. */
function indexOf(features: readonly Feature[], name: string): number {
  return features.findIndex((feature) => feature.name === name);
}

function refuse(what: string): never {
  throw new SpillwayError('INVALID_CARD', what);
}
