import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldRows, type SplitStrategy, splitRows } from '../../../src/training/index.ts';

const seeds = fc.integer({ min: 0, max: 1e6 });
const shares = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const labels = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 200 });

function union(...parts: readonly Uint32Array[]): readonly number[] {
  return parts.flatMap((part) => [...part]).toSorted((a, b) => a - b);
}

function everyRow(rows: number): readonly number[] {
  return Array.from({ length: rows }, (_, row) => row);
}

const untimed = fc.oneof(
  labels.map((codes) => ({ kind: 'random' as const, values: codes })),
  labels.map((codes) => ({ kind: 'stratified' as const, values: codes })),
  labels
    .filter((codes) => new Set(codes).size >= 2)
    .map((codes) => ({ kind: 'group' as const, values: codes })),
);

function strategyOf({ kind, values }: { kind: string; values: readonly number[] }): SplitStrategy {
  if (kind === 'stratified') return { kind, labels: values };
  if (kind === 'group') return { kind, groups: values };
  return { kind: 'random' };
}

describe('a split', () => {
  it('has disjoint parts that hold every row, neither empty, in ascending order', () => {
    fc.assert(
      fc.property(untimed, shares, seeds, (drawn, validationShare, seed) => {
        const rows = drawn.values.length;
        const strategy = strategyOf(drawn);
        const { training, validation } = splitRows({ rows, strategy, validationShare, seed });
        expect(union(training, validation)).toEqual(everyRow(rows));
        expect(Math.min(training.length, validation.length)).toBeGreaterThan(0);
        expect(training).toEqual(training.toSorted());
        expect(validation).toEqual(validation.toSorted());
      }),
    );
  });

  it('is the same for the same seed and another for another', () => {
    const options = { rows: 1000, strategy: { kind: 'random' }, validationShare: 0.2 } as const;
    expect(splitRows({ ...options, seed: 7 })).toEqual(splitRows({ ...options, seed: 7 }));
    expect(splitRows({ ...options, seed: 7 })).not.toEqual(splitRows({ ...options, seed: 8 }));
  });

  it('has the share of each label within one row when it is stratified', () => {
    fc.assert(
      fc.property(labels, shares, seeds, (codes, validationShare, seed) => {
        const rows = codes.length;
        const strategy = { kind: 'stratified', labels: codes } as const;
        const { validation } = splitRows({ rows, strategy, validationShare, seed });
        for (const code of new Set(codes)) {
          const all = codes.filter((other) => other === code).length;
          const here = validation.filter((row) => codes[row] === code).length;
          expect(Math.abs(here - (all * validation.length) / rows)).toBeLessThan(1);
        }
      }),
    );
  });

  it('says which label has too few rows to be in both parts', () => {
    const strategy = { kind: 'stratified', labels: ['a', 'a', 'a', 'a', 'a', 'b'] } as const;
    const { warnings } = splitRows({ rows: 6, strategy, validationShare: 0.34 });
    expect(warnings).toEqual(['label "b" has too few rows (1) to be in validation']);
  });

  it('never has rows of one group in both parts', () => {
    fc.assert(
      fc.property(labels, shares, seeds, (groups, validationShare, seed) => {
        fc.pre(new Set(groups).size >= 2);
        const strategy = { kind: 'group', groups } as const;
        const split = splitRows({ rows: groups.length, strategy, validationShare, seed });
        const trained = new Set([...split.training].map((row) => groups[row]));
        expect([...split.validation].some((row) => trained.has(groups[row]))).toBe(false);
      }),
    );
  });

  it('comes near its share with many groups, and says so when it does not', () => {
    const many = Array.from({ length: 3000 }, (_, row) => (row * row) % 211);
    const near = splitRows({
      rows: many.length,
      strategy: { kind: 'group', groups: many },
      validationShare: 0.2,
    });
    expect(near.validation.length / many.length).toBeCloseTo(0.2, 2);
    expect(near.warnings).toEqual([]);
    const two = splitRows({
      rows: 10,
      strategy: { kind: 'group', groups: [1, 1, 1, 1, 1, 2, 2, 2, 2, 2] },
      validationShare: 0.2,
    });
    expect(two.warnings).toEqual(['whole groups make parts of uneven size: 5, 5 rows']);
  });

  it('by time learns only from rows that are earlier by more than the gap', () => {
    const times = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 2, maxLength: 200 });
    fc.assert(
      fc.property(times, shares, fc.integer({ min: 0, max: 3 }), (given, validationShare, gap) => {
        fc.pre(new Set(given).size >= 2);
        const strategy = { kind: 'time', times: given, gap } as const;
        const first = Math.min(...given);
        let split;
        try {
          split = splitRows({ rows: given.length, strategy, validationShare });
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_DATA' });
          return;
        }
        const earliest = Math.min(...[...split.validation].map((row) => given[row]!));
        const latest = Math.max(...[...split.training].map((row) => given[row]!));
        expect(latest + gap).toBeLessThan(earliest);
        expect(first + gap).toBeLessThan(earliest);
        const left = given.filter((time) => time < earliest && time + gap >= earliest).length;
        expect(split.training.length + split.validation.length + left).toBe(given.length);
        expect(split.warnings).toHaveLength(left > 0 ? 1 : 0);
      }),
    );
  });

  it('by time comes as near to its share as equal times allow', () => {
    const times = [1, 2, 2, 2, 3, 4, 5, 6, 7, 7];
    const validationOf = (validationShare: number): readonly number[] => [
      ...splitRows({ rows: 10, strategy: { kind: 'time', times }, validationShare }).validation,
    ];
    expect(validationOf(0.2)).toEqual([8, 9]);
    expect(validationOf(0.1)).toEqual([8, 9]);
    expect(validationOf(0.7)).toEqual([4, 5, 6, 7, 8, 9]);
    expect(validationOf(0.99)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it.each<[string, Partial<Parameters<typeof splitRows>[0]>, string]>([
    ['one row', { rows: 1 }, 'INVALID_DATA'],
    ['no row', { rows: 0 }, 'INVALID_DATA'],
    ['a share of 0', { validationShare: 0 }, 'INVALID_CONFIG'],
    ['a share of 1', { validationShare: 1 }, 'INVALID_CONFIG'],
    ['a fraction as seed', { seed: 0.5 }, 'INVALID_CONFIG'],
    ['one group', { strategy: { kind: 'group', groups: ['a', 'a', 'a'] } }, 'INVALID_DATA'],
    ['too few groups', { strategy: { kind: 'group', groups: ['a', 'b'] } }, 'INVALID_DATA'],
    [
      'a label that is NaN',
      { strategy: { kind: 'stratified', labels: [0, Number.NaN, 1] } },
      'INVALID_DATA',
    ],
    [
      'a time that is NaN',
      { strategy: { kind: 'time', times: [0, Number.NaN, 1] } },
      'INVALID_DATA',
    ],
    ['one time', { strategy: { kind: 'time', times: [1, 1, 1] } }, 'INVALID_DATA'],
    [
      'a gap that leaves nothing',
      { strategy: { kind: 'time', times: [1, 2, 3], gap: 5 } },
      'INVALID_DATA',
    ],
    ['a negative gap', { strategy: { kind: 'time', times: [1, 2, 3], gap: -1 } }, 'INVALID_CONFIG'],
  ])('is refused for %s', (_, options, code) => {
    const usual = { rows: 3, strategy: { kind: 'random' }, validationShare: 0.3 } as const;
    expect(() => splitRows({ ...usual, ...options })).toThrow(expect.objectContaining({ code }));
  });
});

describe('folds', () => {
  it('have every row once in validation, and in training whenever it is not', () => {
    fc.assert(
      fc.property(untimed, fc.integer({ min: 2, max: 6 }), seeds, (drawn, folds, seed) => {
        const rows = drawn.values.length;
        fc.pre(rows >= folds);
        fc.pre(drawn.kind !== 'group' || new Set(drawn.values).size >= folds);
        const { splits } = foldRows({ rows, strategy: strategyOf(drawn), folds, seed });
        expect(splits).toHaveLength(folds);
        expect(union(...splits.map(({ validation }) => validation))).toEqual(everyRow(rows));
        for (const { training, validation } of splits) {
          expect(union(training, validation)).toEqual(everyRow(rows));
          expect(validation.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('have the same share of each label and of the rows within one when they are stratified', () => {
    fc.assert(
      fc.property(labels, fc.integer({ min: 2, max: 6 }), seeds, (codes, folds, seed) => {
        fc.pre(codes.length >= folds);
        const strategy = { kind: 'stratified', labels: codes } as const;
        const { splits, warnings } = foldRows({ rows: codes.length, strategy, folds, seed });
        const sizes = splits.map(({ validation }) => validation.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        let rare = 0;
        for (const code of new Set(codes)) {
          const here = splits.map(
            ({ validation }) => validation.filter((row) => codes[row] === code).length,
          );
          expect(Math.max(...here) - Math.min(...here)).toBeLessThanOrEqual(1);
          if (codes.filter((other) => other === code).length < folds) rare++;
        }
        expect(warnings).toHaveLength(rare);
      }),
    );
  });

  it('never have rows of one group in two validations', () => {
    const groups = Array.from({ length: 500 }, (_, row) => `customer ${(row * 7) % 61}`);
    const { splits, warnings } = foldRows({
      rows: 500,
      strategy: { kind: 'group', groups },
      folds: 5,
    });
    const seen = splits.map(({ validation }) => new Set([...validation].map((row) => groups[row])));
    expect(seen.reduce((sum, { size }) => sum + size, 0)).toBe(61);
    expect(warnings).toEqual([]);
  });

  it('by time are each later than what they are learned from', () => {
    const times = Array.from({ length: 300 }, (_, row) => (row * 37) % 100);
    const { splits, warnings } = foldRows({
      rows: 300,
      strategy: { kind: 'time', times, gap: 2 },
      folds: 4,
    });
    expect(splits).toHaveLength(4);
    expect(warnings).toHaveLength(4);
    let before = Number.NEGATIVE_INFINITY;
    for (const { training, validation } of splits) {
      const validated = [...validation].map((row) => times[row]!);
      const latest = Math.max(...[...training].map((row) => times[row]!));
      expect(latest + 2).toBeLessThan(Math.min(...validated));
      expect(Math.min(...validated)).toBeGreaterThan(before);
      expect(validation).toHaveLength(60);
      before = Math.max(...validated);
    }
    expect(union(...splits.map(({ validation }) => validation))).toHaveLength(240);
  });

  it.each<[string, Partial<Parameters<typeof foldRows>[0]>, string]>([
    ['fewer rows than folds', { rows: 2 }, 'INVALID_DATA'],
    ['one fold', { folds: 1 }, 'INVALID_CONFIG'],
    [
      'fewer groups than folds',
      { strategy: { kind: 'group', groups: [1, 1, 2, 2] } },
      'INVALID_DATA',
    ],
    [
      'fewer times than blocks',
      { strategy: { kind: 'time', times: [1, 2, 3, 3] } },
      'INVALID_DATA',
    ],
  ])('are refused for %s', (_, options, code) => {
    const usual = { rows: 4, strategy: { kind: 'random' }, folds: 3 } as const;
    expect(() => foldRows({ ...usual, ...options })).toThrow(expect.objectContaining({ code }));
  });
});
