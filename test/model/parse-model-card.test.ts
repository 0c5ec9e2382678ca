import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseModelCard } from '../../src/model/index.ts';

const sha256 = '0'.repeat(64);
/** The smallest card with rules. */
const card = {
  format: 'xgboost',
  artifact: { file: 'model.json', sha256 },
  task: 'binary',
  labels: [0, 1],
  features: [
    { name: 'tenure', type: 'integer', min: 0 },
    { name: 'plan', type: 'category', categories: ['basic', 'pro'] },
  ],
  rules: [
    {
      when: [
        { feature: 'tenure', below: 12 },
        { feature: 'plan', is: 'basic' },
      ],
      probability: 0.5,
      because: 'new',
    },
    { when: [], probability: 0.1, because: 'otherwise' },
  ],
};

/** Parses the card with some fields replaced. */
function parse(changes: object) {
  return parseModelCard(JSON.stringify({ ...card, ...changes }));
}

function faultsOf(changes: object): readonly string[] {
  try {
    parse(changes);
    return [];
  } catch (error) {
    return (error as { faults: { pointer: string; message: string }[] }).faults.map(
      ({ pointer, message }) => `${pointer} ${message}`,
    );
  }
}

describe('a card', () => {
  it('gets its defaults', () => {
    expect(parse({})).toMatchObject({
      decisionThreshold: 0.5,
      riskThresholds: { high: 0.7, medium: 0.4 },
      weight: 1,
      features: [{ required: false, nullable: true }, {}],
    });
  });

  it('is refused with half a character in a text', () => {
    expect(() => parse({ owner: '\ud800' })).toThrow(
      expect.objectContaining({
        code: 'INVALID_CARD',
        message: expect.stringMatching(/surrogate/),
      }),
    );
  });

  it.each(['v1.0', 'v1.1', 'v2.0'])(
    'of the demo model %s says where it comes from and how good it is',
    (version) => {
      const { training, metrics, rules } = parseModelCard(
        readFileSync(`models/churn/${version}/card.json`, 'utf8'),
      );
      expect(training).toMatchObject({ licence: expect.stringContaining('Apache-2.0') });
      const floor = { 'v1.0': [0.81, 0.77], 'v1.1': [0.83, 0.8], 'v2.0': [0.81, 0.77] }[version]!;
      const { full_rows, three_field_rows } = metrics as Record<
        string,
        { auc: number; rows: number }
      >;
      expect(full_rows).toMatchObject({
        rows: 1762,
        log_loss: expect.any(Number),
        brier: expect.any(Number),
      });
      expect(full_rows!.auc).toBeGreaterThanOrEqual(floor[0]!);
      expect(three_field_rows!.auc).toBeGreaterThanOrEqual(floor[1]!);
      expect(rules?.length).toBeGreaterThan(3);
    },
  );

  it('may begin with a byte order mark', () => {
    expect(parseModelCard(`\ufeff${JSON.stringify(card)}`).format).toBe('xgboost');
  });

  const wrong: Record<string, [object, RegExp]> = {
    'an unknown field': [{ fromat: 'x' }, /fromat/],
    'a file with a path': [{ artifact: { file: '../model.json', sha256 } }, /plain file name/],
    'a short checksum': [{ artifact: { file: 'model.json', sha256: 'abc' } }, /64 lower-case/],
    'labels of another number': [{ labels: [0, 1, 2] }, /expected 2 labels/],
    'a label twice': [{ labels: [1, 1] }, /twice/],
    'a category twice': [
      { features: [{ name: 'plan', type: 'category', categories: ['a', 'a'] }], rules: [] },
      /twice/,
    ],
    'a feature twice': [
      { features: [card.features[0], card.features[0]], rules: [] },
      /share a name/,
    ],
    'a name that every object has': [
      { features: [{ name: 'toString', type: 'number' }], rules: [] },
      /every object/,
    ],
    'a category without categories': [
      { features: [{ name: 'a', type: 'category' }], rules: [] },
      /categories/,
    ],
    'thresholds the wrong way round': [
      { risk_thresholds: { high: 0.2, medium: 0.5 } },
      /medium is above high/,
    ],
    'a range the wrong way round': [
      { features: [{ name: 'a', type: 'number', min: 2, max: 1 }], rules: [] },
      /min is above max/,
    ],
    'a column of a feature that is not there': [
      { columns: [{ name: 'c', from: [{ feature: 'age' }] }] },
      /unknown feature age/,
    ],
    'a column of a category that is not there': [
      { columns: [{ name: 'c', from: [{ feature: 'plan', equals: 'gold' }] }] },
      /no category gold/,
    ],
    'a scale of 0': [
      { columns: [{ name: 'c', from: [{ feature: 'tenure' }], scale: 0 }] },
      /other than 0/,
    ],
    'means of another number': [{ background: { column_means: [1] } }, /expected 2 means/],
    'rules that may not answer': [{ rules: [card.rules[0]] }, /always answer/],
    'a rule that is never reached': [
      { rules: [card.rules[1], card.rules[1]] },
      /no later rule is ever reached/,
    ],
    'a rule without an answer': [{ rules: [{ when: [], because: 'x' }] }, /exactly one answer/],
    'a rule on a text for a number': [
      {
        rules: [
          { when: [{ feature: 'tenure', is: 'long' }], probability: 1, because: 'x' },
          card.rules[1],
        ],
      },
      /tenure is a number/,
    ],
    'a rule on a bound for a category': [
      {
        rules: [
          { when: [{ feature: 'plan', below: 1 }], probability: 1, because: 'x' },
          card.rules[1],
        ],
      },
      /plan is a category/,
    ],
    'probabilities that do not sum to 1': [
      {
        task: 'multiclass',
        labels: ['a', 'b', 'c'],
        rules: [{ when: [], probabilities: [0.5, 0.1, 0.1], because: 'x' }],
      },
      /sum to 1/,
    ],
  };
  it.each(Object.entries(wrong))('with %s is refused', (_, [changes, message]) => {
    expect(faultsOf(changes).join('\n')).toMatch(message);
  });

  it('lists every fault at once, with a pointer', () => {
    expect(faultsOf({ weight: -1, labels: [], artifact: 'model.json' })).toHaveLength(2);
    expect(faultsOf({ weight: -1, decision_threshold: 2 })).toEqual([
      expect.stringMatching(/^\/decision_threshold /),
      expect.stringMatching(/^\/weight /),
    ]);
  });
});

describe('what a card says about explanations', () => {
  it('is on request and exact when it says nothing', () => {
    expect(parse({}).explain).toEqual({
      when: 'on-request',
      method: 'exact',
      output: 'score',
      samples: 5000,
    });
  });

  it('may be one word', () => {
    expect(parse({ explain: 'required' }).explain).toMatchObject({
      when: 'required',
      method: 'exact',
    });
  });

  it('may name a method, with the rows that it compares with', () => {
    const background = { rows: { file: 'background.json', sha256 } };
    const explain = { method: 'interventional', output: 'probability', adverse: 'lower' };
    expect(parse({ background, explain })).toMatchObject({
      explain: { when: 'on-request', method: 'interventional', output: 'probability' },
      backgroundRows: { file: 'background.json' },
    });
  });

  it.each([
    [{ explain: 'sometimes' }, /^\/explain /],
    [{ explain: { when: 'always', how: 'well' } }, /^\/explain /],
    [{ explain: { method: 'lime' } }, /^\/explain\/method lime compares with the rows/],
    [{ explain: { output: 'probability' } }, /^\/explain\/output /],
    [{ explain: { samples: 10 } }, /^\/explain\/samples /],
    [{ compliance: { purpose: '' } }, /^\/compliance\/purpose /],
    [{ compliance: { motto: 'x' } }, /^\/compliance /],
  ])('is refused as %j', (changes, message) => {
    expect(faultsOf(changes)).toEqual([expect.stringMatching(message)]);
  });
});

describe('changeable features', () => {
  const withFeature = (feature: object) => ({ features: [feature], rules: undefined });
  const number = { name: 'charges', type: 'number', min: 0, max: 100 };
  const plan = { name: 'plan', type: 'category', categories: ['basic', 'pro'] };

  it('may be any way, or in bounds', () => {
    expect(parse(withFeature({ ...number, changeable: true })).features[0]?.changeable).toEqual({});
    const bounds = { direction: 'decrease', min: 20, step: 5 };
    expect(parse(withFeature({ ...number, changeable: bounds })).features[0]?.changeable).toEqual(
      bounds,
    );
    expect(
      parse(withFeature({ ...plan, changeable: { to: ['pro'] } })).features[0]?.changeable,
    ).toEqual({ to: ['pro'] });
  });

  it.each([
    [{ name: 'charges', type: 'number', changeable: true }, /needs a min and a max/],
    [{ ...number, changeable: false }, /changeable/],
    [{ ...number, changeable: { to: [3] } }, /to is for categories/],
    [{ ...number, changeable: { min: 5, max: 4 } }, /changeable/],
    [{ ...plan, changeable: { to: ['gold'] } }, /there is no category gold/],
    [{ ...plan, changeable: { step: 1 } }, /are for numbers/],
  ])('are refused as %j', (feature, message) => {
    expect(faultsOf(withFeature(feature))).toEqual([expect.stringMatching(message)]);
  });
});
