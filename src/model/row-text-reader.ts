// What: a row out of its JSON text, without the objects and strings in between.
// Source: RFC 8259; rules on values as in src/model/row-reader.ts.
// Complexity: linear in the bytes; nothing is allocated. Keys in the order of the text before cost one comparison each.
// Invariant: what it accepts, `JSON.parse` and `RowReader.read` accept with the same numbers (`Object.is`). Whatever is out
// of the ordinary (escapes, exponents, more than 15 digits, an unknown or repeated key, a fault) it leaves to them.
import type { Feature, FeatureSchema } from './feature-schema.ts';

/** Writes one number per feature into `into` and returns true, or returns false when the slow way must decide. */
export type RowTextReader = (bytes: Uint8Array, into: Float64Array) => boolean;

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const letterN = 0x6e;
const openObject = 0x7b;
const closeObject = 0x7d;

/** Up to here digits make a whole number that a float64 holds exactly, and so is each power of ten up to 1e22. */
const mostDigits = 15;
const powers = Float64Array.from({ length: mostDigits + 1 }, (_, exponent) => 10 ** exponent);

/** Compiles a schema into a reader of JSON texts. It remembers the order in which keys came last. */
export function createRowTextReader({ features }: FeatureSchema): RowTextReader {
  const utf8 = new TextEncoder();
  const names = features.map(({ name }) => utf8.encode(name));
  // by the bytes of a name, as one character each
  const indexOf = new Map(names.map((name, index) => [String.fromCharCode(...name), index]));
  const values = features.map(compileValue);
  const nullable = features.map((feature) => feature.nullable ?? true);
  const required = features.map((feature, index) => feature.required || !nullable[index]);
  const requiredCount = required.filter(Boolean).length;
  // the feature that stood at each place of the last text, and in which text each feature was seen last
  const order = Int32Array.from(features.keys());
  const seenIn = new Float64Array(features.length);
  let texts = 0;
  // where reading goes on; moved by the functions below
  let at = 0;

  const skipSpace = (bytes: Uint8Array): void => {
    for (let byte = bytes[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; ) {
      byte = bytes[++at];
    }
  };

  /** The feature whose name the text has next, quotes and all; -1 when that is not plain. */
  const readKey = (bytes: Uint8Array, place: number): number => {
    if (bytes[at] !== quote) return -1;
    const expected = order[place] ?? 0;
    if (isText(bytes, at + 1, names[expected]!)) {
      at += names[expected]!.length + 2;
      return expected;
    }
    const end = bytes.indexOf(quote, at + 1);
    if (end === -1) return -1;
    let key = '';
    for (let index = at + 1; index < end; index++) key += String.fromCharCode(bytes[index]!);
    const found = indexOf.get(key);
    if (found === undefined) return -1;
    order[place] = found;
    at = end + 1;
    return found;
  };

  /** The number at `at`; NaN when it is not plain. */
  const readNumber = (bytes: Uint8Array): number => {
    const isNegative = bytes[at] === minus;
    if (isNegative) at++;
    const start = at;
    let whole = 0;
    let digits = 0;
    let decimals = 0;
    for (; isDigit(bytes[at]); at++, digits++) whole = whole * 10 + bytes[at]! - zero;
    if (digits === 0 || (digits > 1 && bytes[start] === zero)) return Number.NaN;
    if (bytes[at] === point) {
      at++;
      for (; isDigit(bytes[at]); at++, decimals++) whole = whole * 10 + bytes[at]! - zero;
      if (decimals === 0) return Number.NaN;
    }
    if (digits + decimals > mostDigits) return Number.NaN;
    const number = decimals === 0 ? whole : whole / powers[decimals]!;
    return isNegative ? -number : number;
  };

  const readCategory = (bytes: Uint8Array, categories: readonly (Uint8Array | null)[]): number => {
    if (bytes[at] !== quote) return Number.NaN;
    for (let code = 0; code < categories.length; code++) {
      const text = categories[code];
      if (text && isText(bytes, at + 1, text)) {
        at += text.length + 2;
        return code;
      }
    }
    return Number.NaN;
  };

  const readValue = (bytes: Uint8Array, index: number, into: Float64Array): boolean => {
    if (bytes[at] === letterN) {
      const isNull = bytes[at + 1] === 0x75 && bytes[at + 2] === 0x6c && bytes[at + 3] === 0x6c;
      if (!isNull || !nullable[index]) return false;
      at += 4;
      into[index] = Number.NaN;
      return true;
    }
    const { categories, integer, max, min } = values[index]!;
    const number = categories === null ? readNumber(bytes) : readCategory(bytes, categories);
    into[index] = number;
    return number >= min && number <= max && (!integer || Number.isInteger(number));
  };

  return (bytes, into) => {
    at = 0;
    texts++;
    into.fill(Number.NaN);
    skipSpace(bytes);
    if (bytes[at] !== openObject) return false;
    at++;
    let requiredSeen = 0;
    for (let place = 0; place < features.length; place++) {
      skipSpace(bytes);
      const index = readKey(bytes, place);
      if (index === -1 || seenIn[index] === texts) return false;
      seenIn[index] = texts;
      skipSpace(bytes);
      if (bytes[at++] !== colon) return false;
      skipSpace(bytes);
      if (!readValue(bytes, index, into)) return false;
      if (required[index]) requiredSeen++;
      skipSpace(bytes);
      const next = bytes[at++];
      if (next === closeObject) {
        skipSpace(bytes);
        return at === bytes.length && requiredSeen === requiredCount;
      }
      if (next !== comma) return false;
    }
    return false;
  };
}

interface Value {
  /** Categories by code as UTF-8, `null` for one that is not plain text; `null` for a number. */
  readonly categories: readonly (Uint8Array | null)[] | null;
  readonly integer: boolean;
  readonly min: number;
  readonly max: number;
}

function compileValue({ categories, max, min, type }: Feature): Value {
  if (type === 'category') {
    const texts = (categories ?? []).map(plainText);
    return { categories: texts, integer: false, min: 0, max: texts.length };
  }
  return {
    categories: null,
    integer: type === 'integer',
    min: min ?? Number.NEGATIVE_INFINITY,
    max: max ?? Number.POSITIVE_INFINITY,
  };
}

/** The bytes of a category as JSON writes them, when it writes them as they are. */
function plainText(category: unknown): Uint8Array | null {
  if (typeof category !== 'string' || JSON.stringify(category) !== `"${category}"`) return null;
  return new TextEncoder().encode(category);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= nine;
}

/** Whether `text` and a closing quote stand at `start`. */
function isText(bytes: Uint8Array, start: number, text: Uint8Array): boolean {
  for (let index = 0; index < text.length; index++) {
    if (bytes[start + index] !== text[index]) return false;
  }
  return bytes[start + text.length] === quote;
}
