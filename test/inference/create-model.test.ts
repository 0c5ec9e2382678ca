import { describe, expect, test } from 'vitest';
import { readArtifact } from '../../src/formats/index.ts';
import { createModel } from '../../src/inference/index.ts';
import { loadMlJs } from '../formats/ml-js-fixtures.ts';
import { loadFixture } from '../formats/xgboost-fixtures.ts';

const fixture = loadFixture('3.4.1', 'binary-logistic');
const model = createModel(readArtifact(fixture.bytes).pipeline);
const { columns } = fixture;

describe('a model', () => {
  test('answers an object, an array and values that were read alike, infinities too', () => {
    for (const [index, values] of fixture.rows.entries()) {
      const row = Object.fromEntries(columns.map((name, column) => [name, values[column]]));
      const expected = model.predictValues(values);
      expect(expected.margin).toBe(Math.fround(fixture.margins[index]![0]!));
      expect(model.predict(row)).toEqual(expected);
      expect(model.predict([...values])).toEqual(expected);
    }
  });

  test('takes an absent key, null and NaN for missing', () => {
    const absent = model.predict({});
    const said = Object.fromEntries(columns.map((name, column) => [name, [null, NaN][column % 2]]));
    expect(model.predict(said)).toEqual(absent);
  });

  test('refuses a row with every fault of it', () => {
    expect(() => model.predict({ age: 'old', wealth: 1, tenure: true })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ROW',
        message: expect.stringContaining('/age: expected a number; got a string'),
        faults: [
          { pointer: '/age', message: 'expected a number; got a string' },
          { pointer: '/tenure', message: 'expected a number; got a boolean' },
          { pointer: '/wealth', message: `unknown feature; known are ${columns.join(', ')}` },
        ],
      }),
    );
  });

  test('may be asked while a row is being read', () => {
    const plain = { age: 40, tenure: 3 };
    const nosy = {
      get age() {
        model.predict({ age: 18, tenure: 70, monthly: 11, balance: -900, sign: 1 });
        return 40;
      },
      tenure: 3,
    };
    expect(model.predict(nosy)).toEqual(model.predict(plain));
  });

  test('needs every value when it is linear, unless its schema lets one be missing', () => {
    const pipeline = readArtifact(loadMlJs('logistic-binary').bytes).pipeline;
    const row = { f0: 1, f1: 1, f2: 1, f3: null };
    expect(() => createModel(pipeline).predict(row)).toThrow(
      expect.objectContaining({ code: 'INVALID_ROW' }),
    );
    const features = pipeline.schema.features.map((feature) => ({ ...feature, nullable: true }));
    expect(() => createModel({ ...pipeline, schema: { features } }).predict(row)).toThrow(
      expect.objectContaining({ code: 'INVALID_OUTPUT' }),
    );
    expect(createModel(pipeline).predict({ ...row, f3: 0 }).prediction).toBeTypeOf('number');
  });
});
