import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

const numbers = z.array(z.number());
const weights = numbers.nullable().transform((given) => given ?? undefined);
const expected = z.record(z.string(), z.number().nullable());
const named = { name: z.string(), weights };

/** What scripts/fixtures/sklearn_metrics.py wrote. */
export const fixture = z
  .object({
    binary: z.array(
      z.object({
        ...named,
        labels: numbers,
        probabilities: numbers,
        threshold: z.number(),
        expected,
        confusion: z.record(z.string(), z.number()),
        roc: z.tuple([numbers, numbers]),
      }),
    ),
    multiclass: z.array(
      z.object({
        ...named,
        labels: numbers,
        probabilities: z.array(numbers),
        expected,
        perClass: z.record(z.string(), numbers),
        confusion: z.array(numbers),
      }),
    ),
    regression: z.array(z.object({ ...named, targets: numbers, predictions: numbers, expected })),
    isotonic: z.array(
      z.object({ ...named, scores: numbers, labels: numbers, asked: numbers, expected: numbers }),
    ),
    sigmoid: z.array(
      z.object({
        ...named,
        scores: numbers,
        labels: numbers,
        slope: z.number(),
        intercept: z.number(),
        exact: z.tuple([z.number(), z.number()]),
      }),
    ),
  })
  .parse(
    JSON.parse(
      gunzipSync(
        readFileSync(new URL('../../fixtures/training/metrics.json.gz', import.meta.url)),
      ).toString(),
    ),
  );

/** The cases of a kind beside their names, for `it.each`. */
export function byName<Case extends { readonly name: string }>(
  cases: readonly Case[],
): [string, Case][] {
  return cases.map((one) => [one.name, one]);
}
