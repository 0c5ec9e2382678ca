import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanDecimal } from '../../src/data/scan-decimal.ts';

const into = new Float64Array(1);

/** What the scanner makes of a whole field; undefined when it is no decimal. */
function scan(text: string): number | undefined {
  const end = scanDecimal(Buffer.from(`${text},`, 'latin1'), 0, into, 0);
  return end === text.length ? into[0] : undefined;
}

/** Cheaper than `expect` millions of times. */
function agrees(text: string): boolean {
  if (Object.is(scan(text), Number(text))) return true;
  throw new Error(`${text}: scanned ${scan(text)}, Number says ${Number(text)}`);
}

const digits = (least: number, most: number) =>
  fc.string({
    unit: fc.constantFrom(...Array.from('0123456789')),
    minLength: least,
    maxLength: most,
  });

const spelling = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    digits(1, 24),
    fc.option(digits(0, 24), { nil: undefined }),
    fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e-', 'e+'), digits(1, 3)), { nil: undefined }),
  )
  .map(
    ([sign, whole, fraction, power]) =>
      sign + whole + (fraction === undefined ? '' : `.${fraction}`) + (power?.join('') ?? ''),
  );

describe('scanDecimal', () => {
  test('equals Number on every kind of spelling', () => {
    fc.assert(fc.property(spelling, agrees), { numRuns: 200_000 });
  });

  test('equals Number on the shortest spelling of every float64, and with 15 to 18 digits', () => {
    const words = new BigUint64Array(1);
    const floats = new Float64Array(words.buffer);
    const float64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((bits) => {
      words[0] = bits;
      return floats[0]!;
    });
    fc.assert(
      fc.property(float64.filter(Number.isFinite), fc.integer({ min: 15, max: 18 }), (x, length) =>
        [String(x), x.toPrecision(length), x.toExponential()].every(agrees),
      ),
      { numRuns: 50_000 },
    );
  });

  test('equals Number on a million numbers of ordinary size with 16 to 18 digits', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        let state = seed | 1;
        for (let run = 0; run < 10_000; run++) {
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
          const x = (state / 2 ** 31) * 10 ** (run % 9) + run / 3e9;
          agrees(String(x));
          agrees(x.toPrecision(16 + (run % 3)));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('equals Number half way between two neighbours, and one digit beside', () => {
    const half = fc.bigInt({ min: 2n ** 53n, max: 2n ** 59n }).map((n) => n | 1n);
    fc.assert(
      fc.property(half, fc.integer({ min: 0, max: 17 }), (n, point) => {
        const text = String(n);
        const place = Math.max(1, text.length - point);
        return agrees(`${text.slice(0, place)}.${text.slice(place)}`) && agrees(text);
      }),
      { numRuns: 50_000 },
    );
    for (let bits = 53; bits < 60; bits++) {
      for (let odd = 1n; odd < 400n; odd++) {
        agrees(String(2n ** BigInt(bits) + odd * 2n ** BigInt(bits - 53)));
        agrees(`${2n ** BigInt(bits) + odd * 2n ** BigInt(bits - 53)}e-3`);
      }
    }
  });

  test.each([
    ['-0', -0],
    ['0', 0],
    ['-0.000', -0],
    ['0e999999999999', 0],
    ['+7', 7],
    ['1.', 1],
    ['.5', 0.5],
    ['-.5e1', -5],
    ['00012', 12],
    ['1e400', Number.POSITIVE_INFINITY],
    ['-1e400', Number.NEGATIVE_INFINITY],
    ['4.9e-324', 5e-324],
    ['2e-324', 0],
    ['9007199254740993', 9007199254740992],
    ['9007199254740993.00000000000000000001', 9007199254740994],
    ['0.1234567890123456', 0.1234567890123456],
    ['123456789012345678901234567890', 1.2345678901234568e29],
  ])('reads %s', (text, value) => {
    expect(scan(text)).toBe(value);
  });

  test.each([
    '',
    '-',
    '.',
    '+.',
    'e5',
    '1e',
    '1e+',
    '.e1',
    '0x10',
    '1_000',
    '1.2.3',
    '--1',
    ' 1',
    'inf',
    '12345678901234567890-',
    '1234567890123456789012e',
  ])('refuses %j', (text) => {
    expect(scan(text)).toBeUndefined();
  });
});
