import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createDecisionWriter,
  type DecisionBlock,
  type DecisionWriterOptions,
  readRows,
} from '../../src/data/index.ts';
import type { Explanation, Prediction } from '../../src/model/index.ts';

const explanation: Explanation = {
  method: 'linear-shap',
  exact: true,
  units: 'log-odds',
  baseValue: -0.5,
  attributions: { age: 0.25, 'a "b"': -1 },
  additivityResidual: 0,
  reasonCodes: [],
  mainReasons: [],
  spokenOutput: 0,
};

function write(options: Partial<DecisionWriterOptions>, block: DecisionBlock): string {
  const writer = createDecisionWriter({
    format: 'csv',
    task: 'binary',
    modelVersion: 'v1.1',
    ...options,
  });
  return Buffer.concat([writer.header, writer.encode(block)]).toString();
}

const binary: Prediction = { margin: 0.5, probability: 0.622459352016449, prediction: 'yes, "1"' };
const multiclass: Prediction = { margin: [1, -2.5], probabilities: [0.75, 0.25], prediction: 0 };

describe('decisions as CSV', () => {
  test('have a header, quotes where they are needed, and JSON text for what is not one value', () => {
    const ids = ['007', 'a\nb', ''];
    const predictions = [binary, binary, { ...binary, margin: null }];
    const explanations = [explanation, null, null];
    expect(write({ ids: true, explain: true }, { predictions, ids, explanations })).toBe(
      `id,margin,probability,prediction,model_version,explanation
007,0.5,0.622459352016449,"yes, ""1""",v1.1,"{""base_value"":-0.5,""attributions"":{""age"":0.25,""a \\""b\\"""":-1},""units"":""log-odds"",""method"":""linear-shap""}"
"a\nb",0.5,0.622459352016449,"yes, ""1""",v1.1,
"",,0.622459352016449,"yes, ""1""",v1.1,
`,
    );
  });

  test('have probabilities for several labels and a value for a regression', () => {
    expect(write({ task: 'multiclass' }, { predictions: [multiclass] })).toBe(
      'margin,probabilities,prediction,model_version\n"[1,-2.5]","[0.75,0.25]",0,v1.1\n',
    );
    const predictions: Prediction[] = [
      { margin: -0, value: 1e-7, prediction: 1e-7 },
      { margin: [1, 2], value: [1, 2], prediction: [1, 2] },
    ];
    expect(write({ task: 'regression' }, { predictions })).toBe(
      'margin,value,prediction,model_version\n-0,1e-7,1e-7,v1.1\n"[1,2]","[1,2]","[1,2]",v1.1\n',
    );
  });

  test('read back as the numbers and ids that were written', async () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    const row = fc.tuple(fc.string({ unit: 'binary' }), number, number);
    const schema = {
      features: ['margin', 'value', 'prediction'].map(
        (name) => ({ name, type: 'number', required: false }) as const,
      ),
    };
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 10 }), async (rows) => {
        const predictions = rows.map(([, margin, value]) => ({ margin, value, prediction: value }));
        // UTF-8 has no lone surrogates
        const ids = rows.map(([id]) => Buffer.from(id).toString());
        const text = write({ task: 'regression', ids: true }, { predictions, ids });
        const options = { format: 'csv', schema, idColumn: 'id', ignoreUnknown: true } as const;
        for await (const block of readRows([Buffer.from(text)], options)) {
          expect(block.ids).toEqual(ids);
          expect([...block.values]).toEqual(
            rows.flatMap(([, margin, value]) => [margin, value, value]),
          );
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('decisions as JSON Lines', () => {
  test('are one object per row, an explanation last', () => {
    const block = {
      predictions: [binary, multiclass],
      ids: ['é"', ''],
      explanations: [explanation, null],
    };
    const lines = write({ format: 'jsonl', ids: true, explain: true }, block).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        id: 'é"',
        margin: 0.5,
        probability: 0.622459352016449,
        prediction: 'yes, "1"',
        model_version: 'v1.1',
        explanation: {
          base_value: -0.5,
          attributions: { age: 0.25, 'a "b"': -1 },
          units: 'log-odds',
          method: 'linear-shap',
        },
      },
      {
        id: '',
        margin: [1, -2.5],
        probability: null,
        prediction: 0,
        model_version: 'v1.1',
        explanation: null,
      },
    ]);
  });

  test('have every field in the order of the page, and null for no margin', () => {
    expect(write({ format: 'jsonl' }, { predictions: [{ ...binary, margin: null }] })).toBe(
      '{"margin":null,"probability":0.622459352016449,"prediction":"yes, \\"1\\"","model_version":"v1.1"}\n',
    );
    expect(write({ format: 'jsonl', task: 'multiclass' }, { predictions: [multiclass] })).toBe(
      '{"margin":[1,-2.5],"probabilities":[0.75,0.25],"prediction":0,"model_version":"v1.1"}\n',
    );
  });
});

test.each(['csv', 'jsonl'] as const)('%s has no numbers that are not finite', (format) => {
  for (const margin of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => write({ format }, { predictions: [{ ...binary, margin }] })).toThrow(
      expect.objectContaining({ code: 'INVALID_OUTPUT' }),
    );
  }
});
