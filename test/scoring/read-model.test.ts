import { describe, expect, test } from 'vitest';
import { createModel } from '../../src/inference/index.ts';
import { type ModelCard, parseModelCard } from '../../src/model/index.ts';
import { readModel, readVersion } from '../../src/scoring/index.ts';
import { readMlJs } from '../formats/ml-js-fixtures.ts';
import { loadFixture } from '../formats/xgboost-fixtures.ts';

const columns = ['age', 'tenure', 'monthly', 'balance', 'sign'];

function cardOf(fields: object): ModelCard {
  return parseModelCard(
    JSON.stringify({
      format: 'xgboost',
      artifact: { file: 'model', sha256: '0'.repeat(64) },
      task: 'regression',
      features: columns.map((name) => ({ name, type: 'number' })),
      ...fields,
    }),
  );
}

/** The model of an artifact whose card it is. */
function build(artifact: Uint8Array, card: ModelCard) {
  const { pipeline } = readVersion({
    file: 'model',
    artifact: Buffer.from(artifact),
    sha256: card.artifact.sha256,
    card,
    cardSha256: null,
    covers: null,
    background: null,
    goldenRows: null,
  });
  return createModel(pipeline);
}

describe('the iterations of a file that names its best one', () => {
  const { bytes, rows } = loadFixture('3.4.1', 'binary-logistic-early-stopped');
  const binary = { task: 'binary', labels: [0, 1] };
  const marginOf = (iterations?: string): unknown =>
    build(bytes, cardOf({ ...binary, iterations })).predictValues(rows[0]!).margin;

  test('are chosen by the caller', () => {
    const all = readModel(bytes).predictValues(rows[0]!).margin;
    expect(readModel(bytes, { iterations: 'all' }).predictValues(rows[0]!).margin).toBe(all);
    expect(readModel(bytes, { iterations: 'best' }).predictValues(rows[0]!).margin).not.toBe(all);
  });

  test('are chosen by the card', () => {
    const best = readModel(bytes, { iterations: 'best' }).predictValues(rows[0]!).margin;
    expect(marginOf('best')).toBe(best);
    expect(marginOf('all')).toBe(marginOf());
    expect(marginOf()).not.toBe(best);
    expect(() => cardOf({ iterations: 'last' })).toThrow(/iterations/);
  });

  test('cannot be chosen where there is nothing to choose', () => {
    const plain = loadFixture('3.4.1', 'binary-logistic').bytes;
    expect(() => readModel(plain, { iterations: 'best' })).toThrow(/names no best iteration/);
    expect(() => build(plain, cardOf({ ...binary, iterations: 'all' }))).toThrow(
      /names no best iteration/,
    );
    const forest = readMlJs('forest-binary.model.json');
    expect(() => readModel(forest, { iterations: 'all' })).toThrow(
      'no iterations can be chosen: a file of format ml-random-forest names no best one',
    );
    // @ts-expect-error what a caller without types may write
    expect(() => readModel(bytes, { iterations: 'first' })).toThrow('expected "all" or "best"');
  });
});

describe('categories of XGBoost under a card', () => {
  const { bytes, named, margins } = loadFixture('3.4.1', 'reg-squarederror-words');
  const words = ['alpha', 'zeta', 'b c', '', 'm\u00fcnchen', 'Alpha'];
  const featuresOf = (age: object): object[] => [
    { name: 'age', ...age },
    { name: 'tenure', type: 'number' },
    { name: 'monthly', type: 'category', categories: [5, 30, 1000, -7] },
    { name: 'balance', type: 'number' },
    { name: 'sign', type: 'number' },
  ];

  test('may stand there in another order, and be fewer', () => {
    const card = cardOf({ features: featuresOf({ type: 'category', categories: words }) });
    const model = build(bytes, card);
    let asked = 0;
    for (const [index, row] of named!.entries()) {
      if (typeof row[0] === 'string' && !words.includes(row[0])) continue;
      asked++;
      expect(model.predict([...row]).margin).toBe(Math.fround(margins[index]![0]!));
    }
    expect(asked).toBe(35);
  });

  test.each([
    [{ type: 'category', categories: [...words, 'new'] }, /and not "new"/],
    [{ type: 'number' }, /column age is a category for the artifact/],
  ])('must be those of the file, not %j', (age, message) => {
    expect(() => build(bytes, cardOf({ features: featuresOf(age) }))).toThrow(message);
  });

  test('get their codes where the file holds only codes', () => {
    const coded = loadFixture('3.4.1', 'reg-squarederror-categorical');
    const plans = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const features = columns.map((name, index) =>
      index === 0 ? { name, type: 'category', categories: plans } : { name, type: 'number' },
    );
    const model = build(coded.bytes, cardOf({ features }));
    const rows = coded.rows.flatMap((row, index) =>
      Number.isInteger(row[0]) && row[0]! >= 0 && row[0]! < 9 ? [[index, row] as const] : [],
    );
    expect(rows.length).toBeGreaterThan(20);
    for (const [index, row] of rows) {
      const margin = model.predict([plans[row[0]!], ...row.subarray(1)]).margin;
      expect(margin).toBe(Math.fround(coded.margins[index]![0]!));
    }
  });
});
