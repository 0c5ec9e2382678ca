import type { ScoreSource } from './graph-values.ts';

/** The same source with `numbers`, one or one per output, added to its scores. */
export function addToSource(source: ScoreSource, numbers: ArrayLike<number>): ScoreSource {
  const move = (start: number, output: number): number => start + numbers[output % numbers.length]!;
  return source.kind === 'trees'
    ? { ...source, offset: source.offset.map(move) }
    : { ...source, intercepts: source.intercepts.map(move) };
}

/** The same source with its scores multiplied by `factor`, or divided by it. */
export function stretchSource(
  source: ScoreSource,
  factor: number,
  how: 'multiply' | 'divide',
): ScoreSource {
  const stretch = (number: number): number =>
    how === 'multiply' ? number * factor : number / factor;
  if (source.kind === 'trees') {
    return {
      ...source,
      divisor: how === 'multiply' ? source.divisor / factor : source.divisor * factor,
      offset: source.offset.map(stretch),
    };
  }
  return {
    ...source,
    weights: source.weights.map(stretch),
    intercepts: source.intercepts.map(stretch),
  };
}

/** Both sources as one; `null` when they are not trees that look at the same columns in the same way. */
export function joinSources(first: ScoreSource, second: ScoreSource): ScoreSource | null {
  if (first.kind !== 'trees' || second.kind !== 'trees') return null;
  const [one, other] = [first.ensemble, second.ensemble];
  const fits =
    first.outputs === second.outputs &&
    one.leafSize === other.leafSize &&
    one.inputs === other.inputs &&
    one.comparison === other.comparison &&
    first.divisor === second.divisor &&
    first.columns.length === second.columns.length &&
    first.columns.every((column, index) => column === second.columns[index]);
  if (!fits) return null;
  return {
    ...first,
    ensemble: { ...one, trees: [...one.trees, ...other.trees] },
    offset: first.offset.map((number, output) => number + second.offset[output]!),
    warnings: [...first.warnings, ...second.warnings],
  };
}
