import { refuseBroken } from '../refusals.ts';

const decimal = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
const infinite = /^([-+]?)inf(?:inity)?$/i;
const space = 0x20;

/** A list this long is kept in a typed array, whose own size no longer counts. */
const long = 64;

/** Reads `count` numbers with spaces between them, to the nearest float64; `what` is what messages call the list. */
export function readNumbers(text: string, count: number, what: string): ArrayLike<number> {
  // before memory is claimed for them
  if (count > (text.length + 1) / 2) refuse(what, count);
  const numbers = count > long ? new Float64Array(count) : Array<number>(count).fill(0);
  let at = 0;
  for (let index = 0; index < count; index++) {
    const start = skipSpaces(text, at);
    at = text.indexOf(' ', start);
    if (at === -1) at = text.length;
    numbers[index] = start === at ? refuse(what, count) : readNumber(text.slice(start, at), what);
  }
  if (skipSpaces(text, at) !== text.length) refuse(what, count);
  return numbers;
}

/** Reads one number, which may be infinite and is never NaN. */
function readNumber(word: string, what: string): number {
  if (decimal.test(word)) return Number(word);
  const sign = infinite.exec(word)?.[1];
  if (sign === undefined) refuseBroken(`${what}: expected numbers`);
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function skipSpaces(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) === space) at++;
  return at;
}

function refuse(what: string, count: number): never {
  refuseBroken(`${what}: expected ${count} numbers`);
}
