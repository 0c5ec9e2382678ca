// What: the one JSON text of a value, so that equal values have equal hashes everywhere.
// Source: RFC 8785 (JSON Canonicalization Scheme): keys sorted by UTF-16 code units, numbers and strings as ECMAScript
//   writes them, no white space.
// Complexity: linear in the text, but for the sorting of keys.
// Invariant: parsing the text gives the value again, and writing that gives the same text.

import { SpillwayError } from './errors.ts';

/**
 * Writes JSON data in the form of RFC 8785. A property that is `undefined` is left out, as JSON.stringify does.
 * @throws SpillwayError `INVALID_DATA` for what JSON cannot hold: NaN and infinite numbers, lone surrogates, `undefined` in an
 * array, bigints, functions, symbols, and objects that are neither plain nor arrays.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || value === true || value === false) return String(value);
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || !isPlain(value)) refuse(`a ${kindOf(value)}`);
  const members: string[] = [];
  for (const [key, member] of Object.entries(value).toSorted(byKey)) {
    if (member !== undefined) members.push(`${text(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(',')}}`;
}

function byKey([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}

function number(value: number): string {
  if (!Number.isFinite(value)) refuse(`the number ${value}`);
  return JSON.stringify(value);
}

function text(value: string): string {
  if (/\p{Surrogate}/u.test(value)) refuse('a text with half a character (a lone surrogate)');
  return JSON.stringify(value);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function kindOf(value: unknown): string {
  return typeof value === 'object' ? (value?.constructor.name ?? 'object') : typeof value;
}

function refuse(what: string): never {
  throw new SpillwayError('INVALID_DATA', `${what} has no place in canonical JSON`);
}
