import { limitContainers, limits } from '../limits.ts';
import { refuseBroken } from '../refusals.ts';
import { JsonValue, nanStandIn } from './json-value.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const ascii = new TextEncoder();

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const openObject = 0x7b;
const closeObject = 0x7d;
const openArray = 0x5b;
const closeArray = 0x5d;
const letterI = 0x49;
const letterN = 0x4e;

// XGBoost writes numbers that JSON has no word for. Each gets a stand-in of its own length that JSON does have:
// JSON.parse reads 1e999 as Infinity, and a string where a number is expected is refused by who expects it.
const nan = { word: ascii.encode('NaN'), standIn: ascii.encode(`"${nanStandIn}"`) };
const infinity = { word: ascii.encode('Infinity'), standIn: ascii.encode('1e999   ') };

/** Whether bytes begin as the text of a JSON object does: `{`, then a key or `}`. UBJSON has a letter there. */
export function looksLikeJson(bytes: Uint8Array): boolean {
  const start = utf8Mark(bytes);
  const open = skipSpace(bytes, start);
  const next = bytes[skipSpace(bytes, open + 1)];
  return bytes[open] === openObject && (next === quote || next === closeObject);
}

/**
 * Parses JSON text from outside: UTF-8 without errors, nested and branched within the limits, before anything is
 * allocated for it. The bare words `NaN`, `Infinity` and `-Infinity` that XGBoost writes are let through.
 * @throws SpillwayError `INVALID_MODEL`
 */
export function parseJson(bytes: Uint8Array): JsonValue {
  const sound = scan(bytes);
  try {
    return new JsonValue(JSON.parse(utf8.decode(sound)));
  } catch (cause) {
    return refuseBroken('the file begins as JSON text, and is not valid JSON in UTF-8', cause);
  }
}

/** Checks the limits; answers the bytes, or a copy in which JSON can spell every number. */
function scan(bytes: Uint8Array): Uint8Array {
  let sound = bytes;
  let containers = 0;
  let depth = 0;
  const mostContainers = limitContainers(bytes.length);
  const membersAt = new Uint32Array(limits.depth + 1);
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) {
      at = endOfString(bytes, at);
    } else if (byte === openArray || byte === openObject) {
      if (++depth > limits.depth) refuseBroken(`JSON nested deeper than ${limits.depth} levels`);
      if (++containers > mostContainers) {
        refuseBroken(
          `JSON of ${bytes.length} bytes with more than ${mostContainers} arrays and objects`,
        );
      }
      membersAt[depth] = 0;
    } else if (byte === colon) {
      if (++membersAt[depth]! > limits.members) {
        refuseBroken(`a JSON object with more than ${limits.members} members`);
      }
    } else if (byte === closeArray || byte === closeObject) {
      depth--;
    } else if (byte === letterN || byte === letterI) {
      const { word, standIn } = byte === letterN ? nan : infinity;
      if (word.every((letter, offset) => bytes[at + offset] === letter)) {
        if (sound === bytes) sound = Uint8Array.from(bytes);
        sound.set(standIn, at);
      }
    }
  }
  if (depth > 0) refuseBroken(`the JSON text ends inside ${depth} open brackets: is it cut off?`);
  return sound;
}

/** Index of the quote that closes the string opened at `start`; the end of the bytes when none does. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at;
}

function skipSpace(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}

/** Length of the byte order mark that some editors put before UTF-8 text, which the decoder drops. */
function utf8Mark(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}
