import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { float32Text } from '../../src/formats/writing/float32-text.ts';

const float32FromBits = (bits: number): number => new Float32Array(Int32Array.of(bits).buffer)[0]!;

describe('the text of a float32', () => {
  test.each([
    [0, '0E0'],
    [-0, '-0E0'],
    [1, '1E0'],
    [130, '1.3E2'],
    [16_777_215, '1.6777215E7'],
    [0.5, '5E-1'],
    [Math.fround(0.1), '1E-1'],
    [2 ** -149, '1E-45'],
    [Math.fround(3.4028234663852886e38), '3.4028235E38'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('of %d is %s', (x, text) => {
    expect(float32Text(x)).toBe(text);
  });

  test('reads back to the same float32, which no text of fewer digits does', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (bits) => {
        const x = float32FromBits(bits);
        fc.pre(Number.isFinite(x));
        const text = float32Text(x);
        expect(text).toMatch(/^-?\d(\.\d+)?E-?\d+$/);
        expect(Math.fround(Number(text))).toBe(x);
        const digits = text.replace(/E.*/, '').replaceAll(/\D/g, '').length;
        if (digits > 1) expect(Math.fround(Number(x.toExponential(digits - 2)))).not.toBe(x);
      }),
      { numRuns: 2000 },
    );
  });
});
