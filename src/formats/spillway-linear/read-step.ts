import type { FeatureStep } from '../../model/index.ts';
import type { JsonValue } from '../json/json-value.ts';

/** One step of a file, which works on the first `made` values. */
export function readStep(step: JsonValue, made: number): FeatureStep {
  const readPlace = (value: JsonValue): number => value.count(0, made - 1);
  const readPlaces = (value: JsonValue): number[] => {
    const places = value.items().map(readPlace);
    return places.length > 0 ? places : value.refuse('at least one value');
  };
  const kind = step.at('kind').string();
  switch (kind) {
    case 'first':
      return { kind, of: readPlaces(step.at('of')) };
    case 'fill':
      return { kind, of: readPlace(step.at('of')), value: readFinite(step.at('value')) };
    case 'forget':
      return {
        kind,
        of: readPlace(step.at('of')),
        value: readFinite(step.at('value')),
        tolerance: readFinite(step.at('tolerance')),
      };
    case 'is-missing':
    case 'round':
    case 'floor':
    case 'truncate':
      return { kind, of: readPlace(step.at('of')) };
    case 'add':
    case 'multiply':
    case 'divide':
    case 'equals':
    case 'at-least':
    case 'above':
      return { kind, of: readPlace(step.at('of')), operand: readFinite(step.at('operand')) };
    case 'clip':
      return {
        kind,
        of: readPlace(step.at('of')),
        min: readBound(step.at('min'), Number.NEGATIVE_INFINITY),
        max: readBound(step.at('max'), Number.POSITIVE_INFINITY),
      };
    case 'recode':
      return readRecode(step, readPlace(step.at('of')));
    case 'normalize': {
      const norm = step.at('norm').string();
      if (norm !== 'max' && norm !== 'l1' && norm !== 'l2') {
        return step.at('norm').refuse('"max", "l1" or "l2"');
      }
      return { kind, of: readPlace(step.at('of')), norm, among: readPlaces(step.at('among')) };
    }
    default:
      return step.at('kind').refuse('a kind of step');
  }
}

function readRecode(step: JsonValue, of: number): FeatureStep {
  const keys = step.at('keys').numbers();
  const values = step.at('values').numbers();
  if (values.length !== keys.length) step.at('values').refuse(`${keys.length} numbers`);
  if (!keys.every((key, index) => index === 0 || key > keys[index - 1]!)) {
    step.at('keys').refuse('numbers that ascend');
  }
  return { kind: 'recode', of, keys, values, other: readFinite(step.at('other')) };
}

/** The number, which must be finite. */
export function readFinite(value: JsonValue): number {
  const number = value.number();
  return Number.isFinite(number) ? number : value.refuse('a finite number');
}

/** An open end is spelt by its name. */
function readBound(value: JsonValue, open: number): number {
  return value.is(`${open}`) ? open : readFinite(value);
}
