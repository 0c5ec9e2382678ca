import type { Fault } from '../core/index.ts';
import type { Category, Feature, FeatureSchema } from './feature-schema.ts';

/** Checks rows against a schema and turns them into numbers. Compiled once per schema, used for every row. */
export interface RowReader {
  /**
   * Writes one number per feature into `into` (categories as their index, missing as NaN) and returns true,
   * or returns false when the row does not fit; `into` is then undefined.
   */
  read(row: unknown, into: Float64Array): boolean;
  /** Everything that is wrong with the row, in schema order, unknown keys last. Empty exactly when `read` returns true. */
  faults(row: unknown): Fault[];
}

/** How strict a reader is where the JSON of the outside and the numbers of the inside differ. */
export interface RowReaderOptions {
  /** Let plus and minus infinity through for numbers without bounds. JSON writes neither, so the gateway refuses both. @default false */
  readonly allowInfinite?: boolean;
}

type Check = (value: unknown) => number | string;

const maxFaults = 100;
const showableKey = /^[\w.-]{1,64}$/;

/** Compiles a schema into a reader. A row is an object keyed by name or an array in schema order. */
export function createRowReader(schema: FeatureSchema, options: RowReaderOptions = {}): RowReader {
  const names = schema.features.map((feature) => feature.name);
  const nullable = schema.features.map((feature) => feature.nullable ?? true);
  // a value that may not be missing must be there
  const required = schema.features.map((feature, index) => feature.required || !nullable[index]);
  const checks = schema.features.map((feature) =>
    createCheck(feature, options.allowInfinite ?? false),
  );
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const requiredCount = required.filter(Boolean).length;
  const order = names.join(', ');
  const unknownMessage = `unknown feature; known are ${order}`;

  const readOne = (index: number, value: unknown, into: Float64Array): boolean => {
    const number = value === null || value === undefined ? Number.NaN : checks[index]!(value);
    if (typeof number === 'string' || (Number.isNaN(number) && !nullable[index])) return false;
    into[index] = number;
    return true;
  };

  // by the keys of the row and not by the names, so that nothing inherited is taken for a value
  const readObject = (row: Readonly<Record<string, unknown>>, into: Float64Array): boolean => {
    let requiredSeen = 0;
    into.fill(Number.NaN);
    for (const key of Object.keys(row)) {
      const index = indexOf.get(key);
      if (index === undefined || !readOne(index, row[key], into)) return false;
      if (required[index]) requiredSeen++;
    }
    return requiredSeen === requiredCount;
  };

  const faultOf = (pointer: string, value: unknown, index: number): Fault[] => {
    const number = value === null || value === undefined ? Number.NaN : checks[index]!(value);
    if (typeof number === 'string') return [{ pointer, message: number }];
    const missing = Number.isNaN(number) && !nullable[index];
    return missing ? [{ pointer, message: 'may not be missing' }] : [];
  };

  return {
    read(row, into) {
      if (Array.isArray(row)) {
        return (
          row.length === names.length && names.every((_, index) => readOne(index, row[index], into))
        );
      }
      return isObject(row) && readObject(row, into);
    },
    faults(row) {
      if (Array.isArray(row)) {
        if (row.length !== names.length) {
          return [
            {
              pointer: '',
              message: `expected ${names.length} values, got ${row.length}; in this order: ${order}`,
            },
          ];
        }
        return limit(names.flatMap((_, index) => faultOf(`/${index}`, row[index], index)));
      }
      if (!isObject(row)) {
        return [
          {
            pointer: '',
            message: `expected an object keyed by feature name or an array, got ${kindOf(row)}`,
          },
        ];
      }
      const own = new Map(Object.entries(row));
      const wrong = names.flatMap((name, index) => {
        if (required[index] && !own.has(name)) {
          return [{ pointer: pointerOf(name), message: 'required, but not in the row' }];
        }
        return faultOf(pointerOf(name), own.get(name), index);
      });
      const unknown = [...own.keys()].filter((key) => !indexOf.has(key));
      const unknownFaults = unknown.slice(0, maxFaults).map((key, position) => ({
        pointer: showableKey.test(key) ? pointerOf(key) : '',
        message: position === 0 ? unknownMessage : 'unknown feature',
      }));
      return limit([...wrong, ...unknownFaults], wrong.length + unknown.length);
    },
  };
}

/** A check answers the number that stands for a value, or a sentence on what was expected. A NaN is a missing value. */
function createCheck(feature: Feature, allowInfinite: boolean): Check {
  if (feature.type === 'category') {
    const codes = new Map<unknown, number>(
      (feature.categories ?? []).map((category, code) => [category, code]),
    );
    const other = feature.otherCategories === true ? codes.size : null;
    const expected = `expected one of ${[...codes.keys()].map((category) => JSON.stringify(category)).join(', ')}`;
    return (value) => {
      if (typeof value === 'number' && Number.isNaN(value)) return value;
      const code = codes.get(value);
      if (code !== undefined) return code;
      return other !== null && isCategory(value) ? other : `${expected}; got ${kindOf(value)}`;
    };
  }
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = feature;
  const finite = !(allowInfinite && feature.min === undefined && feature.max === undefined);
  const integer = feature.type === 'integer';
  const expected = `expected ${integer ? 'an integer' : 'a number'}${rangeOf(feature)}`;
  return (value) => {
    if (typeof value !== 'number') return `${expected}; got ${kindOf(value)}`;
    if (Number.isNaN(value)) return value;
    if (finite && !Number.isFinite(value)) return `${expected}; got a number that is too large`;
    if (!(value >= min && value <= max)) return `${expected}; got a number outside of that`;
    return integer && !Number.isInteger(value)
      ? `${expected}; got a number with a fraction`
      : value;
  };
}

function limit(faults: Fault[], total: number = faults.length): Fault[] {
  if (total <= maxFaults) return faults;
  return [...faults.slice(0, maxFaults), { pointer: '', message: `and ${total - maxFaults} more` }];
}

function rangeOf({ min, max }: Feature): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? '' : ` of at most ${max}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  const kind = typeof value;
  return kind === 'object' ? 'an object' : kind === 'undefined' ? 'nothing' : `a ${kind}`;
}

function isCategory(value: unknown): value is Category {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One step of a JSON pointer (RFC 6901). */
function pointerOf(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
