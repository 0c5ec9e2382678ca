import { type ErrorCode, type Fault, SpillwayError } from '../core/index.ts';
import { visible } from './visible.ts';

/** Where in a file something is wrong: `line` from 1; `column` is the name. */
export interface Place {
  readonly line: number;
  readonly column?: string;
}

/** The error for an input of rows that cannot be used; its message starts with the place. */
export function dataFault(
  code: Extract<ErrorCode, 'INVALID_DATA' | 'INVALID_ROW' | 'INVALID_JSON' | 'INVALID_UTF8'>,
  place: Place,
  message: string,
  faults: readonly Fault[] = [],
): SpillwayError {
  const column = place.column === undefined ? '' : `, column ${show(place.column)}`;
  return new SpillwayError(code, `line ${place.line}${column}: ${message}`, {
    faults,
    details: { ...place },
  });
}

const longest = 40;

/** Text of an input as a message may show it: at most 40 characters, in quotes, nothing that a terminal acts on. */
export function show(text: string): string {
  // by code points, so that no pair of surrogates is cut in two
  const characters = Array.from(text.slice(0, 2 * longest + 2));
  const cut = characters.length > longest ? `${characters.slice(0, longest).join('')}…` : text;
  return visible(JSON.stringify(cut));
}

const mostNames = 20;

/** Names in a row, the first 20 of them. */
export function showAll(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map(show).join(', ');
  return names.length > mostNames ? `${shown} and ${names.length - mostNames} more` : shown;
}
