// What: a row out of its JSON text, without the objects and strings in between.
// Source: RFC 8259; rules on values as in src/model/row-reader.ts.
// Complexity: linear in the bytes; nothing is allocated. Keys in the order of the text before cost one comparison each,
// four bytes at a time.
// Invariant: what it accepts, `JSON.parse` and `RowReader.read` accept with the same numbers (`Object.is`). Whatever is out
// of the ordinary (escapes, exponents, more than 15 digits, an unknown or repeated key, a fault, more than 64 KiB) it leaves to them.
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

const wordBytes = 4;
const nullText = toPattern('null');

/** In bytes; a copy is made of a text, whose words can then be read from any place. */
const longestText = 2 ** 16;

/** Up to here digits make a whole number that a float64 holds exactly, and so is each power of ten up to 1e22. */
const mostDigits = 15;
const powers = Float64Array.from({ length: mostDigits + 1 }, (_, exponent) => 10 ** exponent);

/** Compiles a schema into a reader of JSON texts. It remembers the order in which keys came last. */
export function createRowTextReader({ features }: FeatureSchema): RowTextReader {
  // a name that JSON has to escape could stand there in more than one way
  if (!features.every(({ name }) => isPlain(name))) return () => false;
  // as they stand in a text without white space: the quotes, and the colon
  const keys = features.map(({ name }) => toPattern(`"${name}":`));
  const indexOf = new Map(
    features.map(({ name }, index) => {
      const bytes = new TextEncoder().encode(name);
      return [latin1(bytes, 0, bytes.length), index];
    }),
  );
  const values = features.map(compileValue);
  const nullable = features.map((feature) => feature.nullable ?? true);
  const required = features.map((feature, index) => feature.required || !nullable[index]);
  const requiredCount = required.filter(Boolean).length;
  // the feature that stood at each place of the last text, and in which text each feature was seen last
  const order = Int32Array.from(features.keys());
  const seenIn = new Float64Array(features.length);
  let texts = 0;
  // where the key, or the value, ends that one of the functions below has read
  let end = 0;
  const patterns = [...keys, nullText, ...values.flatMap(({ categories }) => categories ?? [])];
  const longestPattern = patterns.reduce((most, text) => Math.max(most, text?.length ?? 0), 0);
  // the text, and zeros behind it, so that nothing is read outside; its length
  const bytes = new Uint8Array(longestText + longestPattern + 2 * wordBytes);
  const words = new DataView(bytes.buffer);
  let length = 0;

  /** Whether a text stands at `at`. None has a zero, so none reaches beyond the end. */
  const startsWith = (at: number, { whole, rest, restMask }: Pattern): boolean => {
    let next = at;
    for (let index = 0; index < whole.length; index++, next += wordBytes) {
      if (words.getInt32(next, true) !== whole[index]) return false;
    }
    return (words.getInt32(next, true) & restMask) === rest;
  };

  /** The first place from `at` on that is no white space. */
  const skipSpace = (at: number): number => {
    let next = at;
    for (
      let byte = bytes[next];
      byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
    ) {
      byte = bytes[++next];
    }
    return next;
  };

  /** The feature whose name stands at `at` otherwise than expected; -1 when it is not plain. Ends after the colon. */
  const findKey = (at: number): number => {
    const close = bytes[at] === quote ? bytes.indexOf(quote, at + 1) : -1;
    if (close === -1 || close >= length) return -1;
    end = skipSpace(close + 1);
    if (bytes[end++] !== colon) return -1;
    return indexOf.get(latin1(bytes, at + 1, close)) ?? -1;
  };

  /** The number at `at`; NaN when it is not plain. */
  const readNumber = (at: number): number => {
    const isNegative = bytes[at] === minus;
    const start = isNegative ? at + 1 : at;
    let whole = 0;
    let next = start;
    let byte = bytes[next]!;
    for (; byte >= zero && byte <= nine; byte = bytes[++next]!) whole = whole * 10 + byte - zero;
    const digits = next - start;
    if (digits === 0 || (digits > 1 && bytes[start] === zero)) return Number.NaN;
    let decimals = 0;
    if (byte === point) {
      const fraction = ++next;
      byte = bytes[next]!;
      for (; byte >= zero && byte <= nine; byte = bytes[++next]!) whole = whole * 10 + byte - zero;
      decimals = next - fraction;
      if (decimals === 0) return Number.NaN;
    }
    if (digits + decimals > mostDigits) return Number.NaN;
    end = next;
    const number = decimals === 0 ? whole : whole / powers[decimals]!;
    return isNegative ? -number : number;
  };

  const readCategory = (at: number, categories: readonly (Pattern | null)[]): number => {
    for (let code = 0; code < categories.length; code++) {
      const text = categories[code];
      if (text && startsWith(at, text)) {
        end = at + text.length;
        return code;
      }
    }
    return Number.NaN;
  };

  /** Ends after the value. */
  const readValue = (at: number, index: number, into: Float64Array): boolean => {
    if (bytes[at] === letterN) {
      end = at + 4;
      into[index] = Number.NaN;
      return nullable[index]! && startsWith(at, nullText);
    }
    const { categories, integer, max, min } = values[index]!;
    const number = categories === null ? readNumber(at) : readCategory(at, categories);
    into[index] = number;
    return number >= min && number <= max && (!integer || Number.isInteger(number));
  };

  return (text, into) => {
    if (text.length > longestText) return false;
    length = text.length;
    bytes.set(text);
    words.setInt32(length, 0);
    texts++;
    into.fill(Number.NaN);
    let at = skipSpace(0);
    if (bytes[at++] !== openObject) return false;
    let requiredSeen = 0;
    for (let place = 0; place < features.length; place++) {
      at = skipSpace(at);
      let index = order[place]!;
      if (startsWith(at, keys[index]!)) at += keys[index]!.length;
      else {
        index = findKey(at);
        if (index === -1) return false;
        order[place] = index;
        at = end;
      }
      if (seenIn[index] === texts) return false;
      seenIn[index] = texts;
      if (!readValue(skipSpace(at), index, into)) return false;
      if (required[index]) requiredSeen++;
      at = skipSpace(end);
      const next = bytes[at++];
      if (next === closeObject) {
        return skipSpace(at) === length && requiredSeen === requiredCount;
      }
      if (next !== comma) return false;
    }
    return false;
  };
}

interface Value {
  /** Categories by code, `null` for one that is not plain text; `null` for a number. */
  readonly categories: readonly (Pattern | null)[] | null;
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

/** A category as JSON writes it, when it writes the text as it is. */
function plainText(category: unknown): Pattern | null {
  return typeof category === 'string' && isPlain(category) ? toPattern(`"${category}"`) : null;
}

/** Whether JSON writes a text as it is. */
function isPlain(text: string): boolean {
  return JSON.stringify(text) === `"${text}"`;
}

/** Text to be found: its bytes as whole words of four, little-endian, and what is left of it in a word of its own. */
interface Pattern {
  readonly length: number;
  readonly whole: Int32Array;
  readonly rest: number;
  /** The bits of the last word that count. */
  readonly restMask: number;
}

function toPattern(text: string): Pattern {
  const bytes = new TextEncoder().encode(text);
  const count = Math.floor(bytes.length / wordBytes);
  const padded = new DataView(new ArrayBuffer((count + 1) * wordBytes));
  for (const [index, byte] of bytes.entries()) padded.setUint8(index, byte);
  return {
    length: bytes.length,
    whole: Int32Array.from({ length: count }, (_, index) =>
      padded.getInt32(index * wordBytes, true),
    ),
    rest: padded.getInt32(count * wordBytes, true),
    restMask: 2 ** (8 * (bytes.length % wordBytes)) - 1,
  };
}

/** Bytes as one character each. */
function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let index = start; index < end; index++) text += String.fromCharCode(bytes[index]!);
  return text;
}
