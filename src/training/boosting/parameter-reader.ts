import { type Fault, faultsInWords, SpillwayError } from '../../core/index.ts';

/** Takes parameters out of an untrusted object one by one and collects all that is wrong with them. */
export interface ParameterReader {
  /** Whether a parameter is given, by any of its names. */
  has(...names: readonly string[]): boolean;
  /** The value of a parameter by any of its names, `undefined` when it is not given. */
  take(...names: readonly string[]): unknown;
  /** A number within a range; the fallback when it is not given or not within. */
  number(names: readonly string[], range: NumberRange, fallback: number): number;
  /** One of some words. */
  word<Word extends string>(name: string, words: readonly Word[], fallback: Word): Word;
  fault(name: string, message: string): void;
  /** @throws `INVALID_CONFIG` with all faults, those of names that nobody took among them. */
  finish(): void;
}

/** Which numbers are expected. */
export interface NumberRange {
  readonly from: number;
  readonly to?: number;
  /** Excludes `from`. */
  readonly isAbove?: boolean;
  /** Excludes `to`. */
  readonly isBelow?: boolean;
  readonly isInteger?: boolean;
}

/** Starts reading. */
export function createParameterReader(given: Readonly<Record<string, unknown>>): ParameterReader {
  const known = new Set<string>();
  const faults: Fault[] = [];

  function fault(name: string, message: string): void {
    faults.push({ pointer: `/${name}`, message });
  }

  function has(...names: readonly string[]): boolean {
    return names.some((name) => given[name] !== undefined);
  }

  function take(...names: readonly string[]): unknown {
    for (const name of names) known.add(name);
    const present = names.filter((name) => given[name] !== undefined);
    if (present.length > 1) {
      fault(present[1]!, `is another name of ${present[0]}; give one of the two`);
    }
    return present.length === 0 ? undefined : given[present[0]!];
  }

  return {
    has,
    take,
    fault,
    number(names, range, fallback) {
      const value = take(...names);
      if (value === undefined) return fallback;
      if (typeof value === 'number' && isWithin(value, range)) return value;
      const name = names.find((other) => given[other] !== undefined)!;
      fault(name, `expected ${rangeInWords(range)}, got ${valueInWords(value)}`);
      return fallback;
    },
    word(name, words, fallback) {
      const value = take(name);
      if (value === undefined) return fallback;
      const word = words.find((other) => other === value);
      if (word === undefined) {
        fault(name, `expected ${words.join(', ')}, got ${valueInWords(value)}`);
      }
      return word ?? fallback;
    },
    finish() {
      for (const [name, value] of Object.entries(given)) {
        if (known.has(name) || value === undefined) continue;
        fault(name.slice(0, 64), `is not a parameter; known are ${[...known].join(', ')}`);
      }
      if (faults.length > 0) {
        throw new SpillwayError('INVALID_CONFIG', faultsInWords(faults), { faults });
      }
    },
  };
}

/** A value for a message, cut short. */
export function valueInWords(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (value === undefined || typeof value === 'function') return typeof value;
  return JSON.stringify(value).slice(0, 64);
}

function isWithin(value: number, range: NumberRange): boolean {
  const { from, to = Number.MAX_VALUE, isAbove, isBelow, isInteger } = range;
  if (isInteger === true && !Number.isInteger(value)) return false;
  if (!(isAbove === true ? value > from : value >= from)) return false;
  return isBelow === true ? value < to : value <= to;
}

function rangeInWords({ from, to, isAbove, isBelow, isInteger }: NumberRange): string {
  const kind = isInteger === true ? 'an integer' : 'a number';
  const lower = isAbove === true ? `above ${from}` : `from ${from}`;
  if (to === undefined) return `${kind} ${lower}`;
  return `${kind} ${lower} to ${isBelow === true ? 'below ' : ''}${to}`;
}
