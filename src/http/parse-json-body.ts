import { isAscii, isUtf8 } from 'node:buffer';
import { SpillwayError } from '../core/index.ts';
import { checkJsonShape, maxDepth } from './check-json-shape.ts';

/**
 * Reads a body as JSON, more strictly than `JSON.parse`: the bytes must be UTF-8 and no object may name a key twice,
 * since two parties could otherwise read two different rows from the same bytes. An array may have `maxRows` elements.
 * @throws SpillwayError `EMPTY_BODY`, `INVALID_UTF8`, `INVALID_JSON`, `DUPLICATE_KEY`, `BODY_TOO_LARGE`; none echoes the
 * body.
 */
export function parseJsonBody(bytes: Buffer, maxRows: number): unknown {
  if (bytes.length === 0) throw new SpillwayError('EMPTY_BODY', 'expected a JSON body, got none');
  checkJsonShape(bytes, maxRows);
  const text = decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // the parser's own message quotes the body; where it stopped does not
    const position = /position (\d+)/.exec(String(error))?.[1];
    const where = position === undefined ? '' : `: it stops being JSON at character ${position}`;
    throw new SpillwayError('INVALID_JSON', `the body is not JSON (RFC 8259)${where}`);
  }
  // every key is followed by a colon, so a flat row without repeated keys and colons in texts has as many of either
  if (count(text, ':') !== countKeys(value) && hasDuplicateKey(text)) {
    throw new SpillwayError('DUPLICATE_KEY', 'an object of the body names a key twice');
  }
  return value;
}

/** ASCII, which nearly all rows are, is the same text in either encoding and cheaper to read as Latin-1. */
function decode(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new SpillwayError('INVALID_UTF8', 'the body is not UTF-8');
}

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) found++;
  return found;
}

/** Keys of a flat row or of the flat rows of an array; keys further down are left to the exact scan. */
function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (!Array.isArray(value)) return Object.keys(value).length;
  return value.reduce<number>((sum, row: unknown) => {
    const flat = typeof row === 'object' && row !== null && !Array.isArray(row);
    return flat ? sum + Object.keys(row).length : sum;
  }, 0);
}

/** Scans JSON text, already known to be well formed, for an object that names a key twice. No recursion. */
function hasDuplicateKey(text: string): boolean {
  const open: (Set<string> | null)[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      const keys = open.at(-1);
      if (keys && isKey(text, end)) {
        const key: unknown = JSON.parse(text.slice(at, end));
        if (typeof key === 'string') {
          if (keys.has(key)) return true;
          keys.add(key);
        }
      }
      at = end;
      continue;
    }
    if (character === '{') open.push(new Set());
    else if (character === '[') open.push(null);
    else if (character === '}' || character === ']') open.pop();
    if (open.length > maxDepth) {
      throw new SpillwayError('INVALID_JSON', `the body nests more than ${maxDepth} levels`);
    }
    at++;
  }
  return false;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function isKey(text: string, afterString: number): boolean {
  let at = afterString;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  return text[at] === ':';
}
