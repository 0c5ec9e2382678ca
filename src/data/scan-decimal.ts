/*
 * Decimal text to float64 without making a string, equal to `Number(text)` on every input.
 * Source: Clinger 1990: up to 15 digits and 10^22, both are exact in float64 and one operation rounds once. With 16 to 18
 * digits the quotient or product is computed as a sum of two float64 (Dekker 1971) and taken when its error cannot change
 * the rounding; whatever is left goes to `Number`. Complexity: one look at each byte.
 * Invariant: Object.is(scanned, Number(text)), tested over every kind of spelling.
 */

const zero = 48;

const exponents = Array.from({ length: 23 }, (_, exponent) => exponent);
const powers: Float64Array = Float64Array.from(exponents, (exponent) => Number(`1e${exponent}`));
const powersHigh: Float64Array = powers.map((power) => {
  const scaled = power * 134_217_729;
  return scaled - (scaled - power);
});
const powersLow: Float64Array = powers.map((power, exponent) => power - powersHigh[exponent]!);

/**
 * Reads the decimal that starts at `start`, writes it to `into[index]` and returns where it ends; -1 when no decimal
 * starts there. `bytes` must go on with a byte that no decimal has, such as a comma or a newline.
 */
export function scanDecimal(
  bytes: Buffer,
  start: number,
  into: Float64Array,
  index: number,
): number {
  // nearly all: at most nine digits, which make a small integer, and perhaps a point
  const minus = ((bytes[start]! ^ 45) - 1) >>> 31;
  let next = start + minus;
  let whole = 0;
  let digit = (bytes[next]! - zero) | 0;
  while (digit >>> 0 <= 9) {
    whole = (Math.imul(whole, 10) + digit) | 0;
    digit = (bytes[++next]! - zero) | 0;
  }
  let length = next - start - minus;
  let decimals = 0;
  if (digit === -2) {
    const fraction = ++next;
    digit = (bytes[next]! - zero) | 0;
    while (digit >>> 0 <= 9) {
      whole = (Math.imul(whole, 10) + digit) | 0;
      digit = (bytes[++next]! - zero) | 0;
    }
    decimals = next - fraction;
    length += decimals;
  }
  // a comma or the end of a line, which no longer number goes on with
  if (length > 0 && length <= 9 && (digit === -4 || digit === -38 || digit === -35)) {
    const size = decimals === 0 ? whole : whole / powers[decimals]!;
    into[index] = size * (1 - 2 * minus);
    return next;
  }
  return scanAny(bytes, start, into, index);
}

function scanAny(bytes: Buffer, start: number, into: Float64Array, index: number): number {
  let at = start;
  let byte = bytes[at]!;
  // 1 for a minus, else 0, and no branch: signs come as they like, and each wrong guess costs as much as five digits
  const negative = ((byte ^ 45) - 1) >>> 31;
  at += negative;
  byte = bytes[at]!;
  if (byte === 43 && negative === 0) byte = bytes[++at]!;
  const first = at;
  while (byte === zero) byte = bytes[++at]!;

  // digits that count: the first nine in `head`, nine more in `tail`, so that both stay small integers
  let head = 0;
  let tail = 0;
  let from = at;
  let stop = from + 9;
  while (isDigit(byte) && at < stop) {
    head = (Math.imul(head, 10) + byte - zero) | 0;
    byte = bytes[++at]!;
  }
  stop += 9;
  while (isDigit(byte) && at < stop) {
    tail = (Math.imul(tail, 10) + byte - zero) | 0;
    byte = bytes[++at]!;
  }
  let digits = at - from;
  let exponent = 0;
  let point = 0;
  if (byte === 46) {
    point = 1;
    byte = bytes[++at]!;
    const fraction = at;
    if (digits === 0) while (byte === zero) byte = bytes[++at]!;
    from = at;
    stop = from + 9 - digits;
    while (isDigit(byte) && at < stop) {
      head = (Math.imul(head, 10) + byte - zero) | 0;
      byte = bytes[++at]!;
    }
    stop = from + 18 - digits;
    while (isDigit(byte) && at < stop) {
      tail = (Math.imul(tail, 10) + byte - zero) | 0;
      byte = bytes[++at]!;
    }
    digits += at - from;
    exponent = fraction - at;
  }
  if (at - first === point) return -1;
  if (isDigit(byte)) return scanSlowly(bytes, start, into, index);
  if (byte === 101 || byte === 69) {
    byte = bytes[++at]!;
    const down = byte === 45;
    if (down || byte === 43) byte = bytes[++at]!;
    if (!isDigit(byte)) return -1;
    let power = 0;
    while (isDigit(byte)) {
      if (power < 100_000) power = power * 10 + byte - zero;
      byte = bytes[++at]!;
    }
    exponent += down ? -power : power;
  }

  let value = head;
  if (digits > 15) {
    value = roundLong(head * powers[digits - 9]!, tail, exponent);
    // not known to be right: a tie, or an exponent out of reach
    if (Number.isNaN(value)) return scanSlowly(bytes, start, into, index);
  } else {
    if (digits > 9) value = head * powers[digits - 9]! + tail;
    if (exponent !== 0 && value !== 0) {
      if (exponent < -22 || exponent > 22) return scanSlowly(bytes, start, into, index);
      value = exponent < 0 ? value / powers[-exponent]! : value * powers[exponent]!;
    }
  }
  into[index] = value * (1 - 2 * negative);
  return at;
}

/** (head + tail) * 10^exponent rounded once, or NaN when that takes more than two float64 to tell. */
function roundLong(head: number, tail: number, exponent: number): number {
  if (exponent < -22 || exponent > 22) return Number.NaN;
  // nine digits times 10^9 has at most 51 significant bits, so `head` is exact and so is this sum of two
  const high = head + tail;
  const low = tail - (high - head);
  if (exponent === 0) return high;
  const size = exponent < 0 ? -exponent : exponent;
  const power = powers[size]!;
  const about = exponent < 0 ? high / power : high;
  // about * power = product + error, exactly
  const product = about * power;
  const scaled = about * 134_217_729;
  const aboutHigh = scaled - (scaled - about);
  const aboutLow = about - aboutHigh;
  const error =
    aboutHigh * powersHigh[size]! -
    product +
    aboutHigh * powersLow[size]! +
    aboutLow * powersHigh[size]! +
    aboutLow * powersLow[size]!;
  const value = exponent < 0 ? about : product;
  const rest = exponent < 0 ? (high - product - error + low) / power : error + low * power;
  const doubt = value * 2 ** -100;
  const rounded = value + (rest - doubt);
  return rounded === value + (rest + doubt) ? rounded : Number.NaN;
}

function scanSlowly(bytes: Buffer, start: number, into: Float64Array, index: number): number {
  let end = start;
  let byte = bytes[end]!;
  // digits, point, signs and exponent: what may stand here at all; whether it is a number, `Number` says
  while (isDigit(byte) || '+-.eE'.includes(String.fromCharCode(byte))) {
    byte = bytes[++end]!;
  }
  const value = Number(bytes.toString('latin1', start, end));
  if (Number.isNaN(value)) return -1;
  into[index] = value;
  return end;
}

/** One comparison instead of two: what is below '0' wraps around to a large number. */
function isDigit(byte: number): boolean {
  return (byte - zero) >>> 0 <= 9;
}
