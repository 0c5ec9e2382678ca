import type { Feature } from './feature-schema.ts';
import type { FeatureStep } from './feature-steps.ts';
import type { CardColumn } from './model-card.ts';

/**
 * Adds the steps of one column, `(v - center) / scale` with v the first source that is not missing, else `missing`, and
 * returns the number of the value that they make. Steps that change nothing are left out. `push` takes a step and returns
 * the number of what it makes.
 */
export function addColumnSteps(
  { center, from, missing, scale }: CardColumn,
  features: readonly Feature[],
  push: (step: FeatureStep) => number,
): number {
  const sources = from.map(({ feature: name, equals, atLeast, isMissing }) => {
    // the card's schema has checked that there is such a feature
    const of = features.findIndex((feature) => feature.name === name);
    if (isMissing === true) return push({ kind: 'is-missing', of });
    if (equals !== undefined) {
      const operand = features[of]?.categories?.indexOf(equals) ?? -1;
      return push({ kind: 'equals', of, operand });
    }
    return atLeast === undefined ? of : push({ kind: 'at-least', of, operand: atLeast });
  });
  const [only, ...others] = sources;
  let made =
    only !== undefined && others.length === 0 ? only : push({ kind: 'first', of: sources });
  if (missing !== null) made = push({ kind: 'fill', of: made, value: missing });
  if (center !== 0) made = push({ kind: 'add', of: made, operand: -center });
  if (scale !== 1) made = push({ kind: 'divide', of: made, operand: scale });
  return made;
}
