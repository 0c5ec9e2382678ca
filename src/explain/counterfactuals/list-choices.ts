import { SpillwayError } from '../../core/index.ts';
import type { Feature } from '../../model/index.ts';
import { boundsOf, createAllowedValues } from './allowed-values.ts';
import { type Candidate, createNumberCandidates, type FeatureChoices } from './candidate.ts';
import type { FeatureCuts } from './feature-cuts.ts';
import { firstNumberWhere } from './first-number-where.ts';

/** So many values of a number are tried where nothing is known of the model's cuts. */
const gridValues = 33;

/** The categories that may be proposed. */
export function listCategories(feature: number, schema: Feature, present: number): FeatureChoices {
  const { categories = [], changeable } = schema;
  const allowed = changeable?.to ?? categories;
  const candidates: Candidate[] = [];
  for (const [code, category] of categories.entries()) {
    if (code === present || !allowed.includes(category)) continue;
    candidates.push({ feature, value: code, distance: 1, least: 1, nearer: null });
  }
  return { feature, candidates, isGrid: false };
}

/**
 * The numbers that may be proposed: of each stretch between two cuts the nearest; where the score moves straight between
 * cuts also the furthest, from which to pull back; where nothing is known of its moves also a grid.
 * @throws SpillwayError `NOT_EXPLAINABLE` when the schema gives the feature no bounds.
 */
export function listNumbers(
  feature: number,
  schema: Feature,
  present: number,
  { cuts, varies }: FeatureCuts,
): FeatureChoices {
  if (!boundsOf(schema).every(Number.isFinite)) {
    throw new SpillwayError(
      'NOT_EXPLAINABLE',
      `${schema.name} is marked as changeable without a min and a max: there is no range to search`,
    );
  }
  const allowed = createAllowedValues(schema, present);
  const { max, min } = allowed;
  if (!(min <= max)) return { feature, candidates: [], isGrid: false };
  const make = createNumberCandidates(feature, present, allowed);
  const found = new Map<number, Candidate>();
  const add = (candidate: Candidate): void => {
    const { value } = candidate;
    if (Number.isNaN(value) || value === present || found.has(value)) return;
    found.set(value, candidate);
  };

  const isUnknown = Number.isNaN(present);
  const ends = [Number.NEGATIVE_INFINITY, ...cuts, Number.POSITIVE_INFINITY];
  const addStretch = (low: number, end: number): void => {
    const upward = isUnknown || low > present;
    const nearest = allowed.within(low, end, upward ? 'smallest' : 'largest');
    if (Number.isNaN(nearest)) return;
    add(make.at(nearest));
    if (varies !== 'straight') return;
    const furthest = allowed.within(low, end, upward ? 'largest' : 'smallest');
    add(isUnknown ? make.at(furthest) : make.standingFor(furthest, low, end));
  };
  for (let index = 0; index + 1 < ends.length; index++) {
    const low = ends[index]!;
    const end = ends[index + 1]!;
    if (isUnknown || low > present || end <= present) {
      addStretch(low, end);
    } else if (varies === 'straight') {
      addStretch(low, present);
      addStretch(
        firstNumberWhere((x) => x > present),
        end,
      );
    }
  }
  if (varies === 'any') {
    const grid = gridOf(min, max, allowed);
    const known = new Set([...found.keys(), ...grid]);
    const sorted = [...known].toSorted((one, other) => one - other);
    for (const [index, value] of sorted.entries()) {
      // between a value and its neighbour on the way to the present one
      const upward = value > present;
      const neighbour = sorted[index + (upward ? -1 : 1)] ?? present;
      const from = upward ? Math.max(neighbour, present) : Math.min(neighbour, present);
      found.delete(value);
      if (isUnknown) add(make.at(value));
      else if (upward)
        add(
          make.standingFor(
            value,
            firstNumberWhere((x) => x > from),
            value,
          ),
        );
      else add(make.standingFor(value, value, from));
    }
  }
  return {
    feature,
    candidates: [...found.values()].toSorted(
      (one, other) => one.distance - other.distance || one.value - other.value,
    ),
    isGrid: varies === 'any',
  };
}

function gridOf(
  min: number,
  max: number,
  allowed: ReturnType<typeof createAllowedValues>,
): number[] {
  const infinity = Number.POSITIVE_INFINITY;
  const ends = [
    allowed.within(min, infinity, 'smallest'),
    allowed.within(min, infinity, 'largest'),
  ].filter((value) => !Number.isNaN(value));
  const indices = allowed.indices(min, infinity);
  if (indices === null) return ends;
  const [first, last] = indices;
  const steps = Math.min(gridValues - 1, last - first);
  const between = Array.from({ length: steps + 1 }, (_, step) =>
    allowed.multiple(first + Math.round(((last - first) * step) / Math.max(1, steps))),
  );
  return [...ends, ...between.filter((value) => value <= max)];
}
