import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../../src/core/index.ts';
import { findLeaks, splitRows } from '../../../src/training/index.ts';
import { tellingArea } from '../../../src/training/split/telling-area.ts';
import type { TrainingColumn } from '../../../src/training/training-table.ts';

const rows = 400;
const random = createSeededRandom(9);
const labels = Array.from({ length: rows }, () => (random() < 0.3 ? 1 : 0));
const noise = numbers('noise', () => random());
const split = splitRows({ rows, strategy: { kind: 'random' }, validationShare: 0.25 });

function numbers(name: string, of: (row: number) => number): TrainingColumn {
  const values = Float64Array.from({ length: rows }, (_, row) => of(row));
  return { name, type: 'number', values, categories: [] };
}

function codes(name: string, of: (row: number) => number): TrainingColumn {
  const column = numbers(name, of);
  const categories = [...new Set(column.values)].map((code) => `category ${code}`);
  return { ...column, type: 'category', categories };
}

describe('signs of leaks', () => {
  it('are none in a table of noise', () => {
    const table = { rows, columns: [noise, codes('three', () => Math.floor(3 * random()))] };
    expect(findLeaks({ table, splits: [split], labels })).toEqual([]);
  });

  it('are rows of validation that are in training as well, counted', () => {
    const of = (row: number): number => (row % 2 === 0 ? Number.NaN : row);
    const table = {
      rows: 4,
      columns: [numbers('x', of), numbers('zero', (row) => (row < 2 ? 0 : -0))],
    };
    const training = Uint32Array.of(0, 1);
    const validation = Uint32Array.of(2, 3);
    expect(findLeaks({ table, splits: [{ training, validation }] })).toEqual([
      {
        kind: 'duplicate-rows',
        column: null,
        message: '1 of 2 validation rows equal a training row in every input: they measure memory',
      },
    ]);
  });

  it.each<[string, TrainingColumn]>([
    ['a number that rises with the label', numbers('told', (row) => labels[row]! + row / 1000)],
    ['a number that falls with it', numbers('told', (row) => -labels[row]! + row / 1000)],
    ['being missing', numbers('told', (row) => (labels[row] === 1 ? Number.NaN : row))],
    ['a category', codes('told', (row) => 2 * (row % 3) + labels[row]!)],
  ])('are columns that alone tell the label: by %s', (_, column) => {
    expect(findLeaks({ table: { rows, columns: [noise, column] }, splits: [], labels })).toEqual([
      expect.objectContaining({ kind: 'telling-column', column: 'told' }),
    ]);
  });

  it('are columns that tell one label of three from the others', () => {
    const three = Array.from({ length: rows }, (_, row) => row % 3);
    const column = numbers('told', (row) => (three[row] === 1 ? 5 : (row % 4) + 1 - 2));
    expect(
      findLeaks({ table: { rows, columns: [column] }, splits: [], labels: three }),
    ).toHaveLength(1);
  });

  it('are columns that order the rows as the numbers of a regression do, where they are known', () => {
    const targets = Array.from({ length: rows }, (_, row) => Math.floor((row * 37) % rows) / 3);
    const close = numbers('close', (row) => targets[row]! + 6 * random());
    for (const told of [
      numbers('told', (row) => targets[row]!),
      numbers('told', (row) => (row % 5 === 0 ? Number.NaN : -(targets[row]! ** 3))),
    ]) {
      const table = { rows, columns: [noise, close, told] };
      const leaks = findLeaks({ table, splits: [], targets });
      expect(leaks).toEqual([expect.objectContaining({ kind: 'telling-column', column: 'told' })]);
      expect(leaks[0]!.message).toMatch(/rank correlation of -?1\.0000/);
    }
    const few = numbers('few', (row) => (row < 19 ? targets[row]! : Number.NaN));
    const kinds = codes('kinds', (row) => targets[row]!);
    expect(findLeaks({ table: { rows, columns: [few, kinds] }, splits: [], targets })).toEqual([]);
  });

  it('are not categories that hardly ever come again', () => {
    const column = codes('name', (row) => row);
    expect(findLeaks({ table: { rows, columns: [column] }, splits: [], labels })).toEqual([]);
  });

  it('are told by the area under the ROC of the ranked rows', () => {
    const three = Array.from({ length: rows }, (_, row) => (row * 7) % 3);
    const gappy = numbers('gappy', (row) => {
      const value = Math.floor(8 * random()) + (three[row] === 2 ? 3 : 0);
      return random() < 0.2 ? Number.NaN : value;
    });
    const area = (code: number, missing: number): number => {
      const score = (row: number): number =>
        Number.isNaN(gappy.values[row]!) ? missing : gappy.values[row]!;
      let pairs = 0;
      let all = 0;
      for (const [own] of three.entries()) {
        for (const [other] of three.entries()) {
          if (three[own] !== code || three[other] === code) continue;
          all += 1;
          pairs += score(own) > score(other) ? 1 : score(own) === score(other) ? 0.5 : 0;
        }
      }
      return Math.max(pairs / all, 1 - pairs / all);
    };
    const areas = [0, 1, 2].flatMap((code) => [area(code, -1), area(code, 99)]);
    expect(tellingArea(gappy, three)).toBeCloseTo(Math.max(...areas), 12);
  });

  it('are columns that name the group', () => {
    const groups = Array.from({ length: rows }, (_, row) => `customer ${row % 50}`);
    const columns = [
      noise,
      numbers('id', (row) => 1000 - (row % 50)),
      numbers('shared', (row) => (row % 50) % 7),
    ];
    expect(findLeaks({ table: { rows, columns }, splits: [], labels, groups })).toEqual([
      expect.objectContaining({ kind: 'group-column', column: 'id' }),
    ]);
  });
});
