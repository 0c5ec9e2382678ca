import { SpillwayError } from '../core/index.ts';

const quote = 0x22;
const comma = 0x2c;
const openArray = 0x5b;
const backslash = 0x5c;
const closeArray = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/** Deeper than any row or admin body. */
export const maxDepth = 32;
/** An object costs the parser some 500 ns a key, an array next to nothing; a model may have 65,536 columns. */
const maxKeys = 16_384;
const maxValues = 65_536;
/** A shorter body cannot be wide, and how deep it is costs nobody anything. */
const smallBody = 2 ** 14;

/**
 * Refuses a large body by its brackets and commas, before it becomes objects: 100,000 keys or a million rows cost
 * tenths of a second to parse and a hundredth of that to count. Whether it is JSON at all is left to the parser.
 * @throws SpillwayError `BODY_TOO_LARGE` for more than `maxRows` rows; `INVALID_JSON` for more than 32 levels, or more
 * than 16,384 keys of one object or 65,536 values of one array.
 */
export function checkJsonShape(bytes: Uint8Array, maxRows: number): void {
  if (bytes.length < smallBody) return;
  const commas = new Int32Array(maxDepth + 1);
  const most = new Int32Array(maxDepth + 1).fill(maxValues);
  let isBatch = false;
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) at = endOfString(bytes, at);
    else if (byte === comma) {
      commas[depth] = (commas[depth] ?? 0) + 1;
      const members = (commas[depth] ?? 0) + 1;
      if (depth === 1 && isBatch && members > maxRows) {
        throw new SpillwayError('BODY_TOO_LARGE', `expected at most ${maxRows} rows, got more`);
      }
      if (members > (most[depth] ?? 0)) {
        throw new SpillwayError(
          'INVALID_JSON',
          `the body has an object of more than ${maxKeys} keys, or an array of more than ${maxValues} values`,
        );
      }
    } else if (byte === openObject || byte === openArray) {
      if (++depth > maxDepth) {
        throw new SpillwayError('INVALID_JSON', `the body nests more than ${maxDepth} levels`);
      }
      if (depth === 1) isBatch = byte === openArray;
      commas[depth] = 0;
      most[depth] = byte === openObject ? maxKeys : maxValues;
    } else if ((byte === closeObject || byte === closeArray) && depth > 0) depth--;
  }
}

/** Where the quote stands that ends a string; the length when it has no end. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at;
}
