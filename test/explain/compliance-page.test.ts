import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pageStyle } from '../../src/explain/compliance-page/page-style.ts';
import { compliancePage } from '../../src/explain/index.ts';
import type { ComplianceReport, Explanation, FeatureSchema } from '../../src/model/index.ts';

const schema: FeatureSchema = {
  features: [
    { name: 'monthly', type: 'number', label: 'Monthly charges', unit: 'USD', required: true },
    {
      name: 'contract',
      type: 'category',
      label: 'Contract',
      categories: ['One year', 'None'],
      required: false,
    },
    {
      name: 'tenure',
      type: 'integer',
      unit: 'months',
      required: false,
      missing: 'the start is not known',
    },
    { name: 'unused', type: 'number', required: false },
  ],
};

const explanation: Explanation = {
  method: 'tree-shap-path-dependent',
  exact: true,
  units: 'log-odds',
  baseValue: -1,
  attributions: { monthly: 0.75, contract: -0.25, tenure: 1.5, unused: 0 },
  additivityResidual: 2e-16,
  mainReasons: [],
  spokenOutput: 0,
  reasonCodes: [
    { code: 'R17', feature: 'tenure', label: 'tenure', attribution: 1.5, text: 'New.' },
  ],
};

const report: ComplianceReport = {
  generatedAt: '2026-11-20T10:00:01.250Z',
  decision: {
    decidedAt: '2026-11-20T10:00:00.000Z',
    prediction: 'leaves',
    probability: 0.731058578630005,
    riskCategory: 'High',
    threshold: 0.5,
  },
  model: {
    name: 'churn',
    version: 'v1.1',
    format: 'xgboost',
    sha256: 'a'.repeat(64),
    cardVersion: '7',
    cardSha256: 'b'.repeat(64),
    intendedUse: 'Retention',
    owner: 'Analytics',
  },
  statement: {
    controller: 'Example Telecom',
    purpose: 'Offers',
    legalBasis: 'GDPR 6(1)(f)',
    consequences: 'A call',
    humanInvolvement: 'An employee decides',
    contact: 'privacy@example.com',
    rightToContest: 'Write to us',
  },
  inputs: { monthly: 89.9, contract: 'None', tenure: null, unused: 3 },
  mainReasons: ['Being new raises it', 'The bill raises it'],
  method: 'tree-shap-path-dependent',
  units: 'log-odds',
  explanation,
  explanationError: null,
  counterfactual: null,
  fallback: { degraded: false, servedBy: 'model', reason: null },
  audit: {
    requestId: 'order-42',
    assignedVersion: 'v1.1',
    modelVersion: 'v1.1',
    breakerState: 'closed',
    libraryVersion: '1.2.3',
    sha256: 'c'.repeat(64),
  },
};

/** With these attributions by feature, the base value -1, and a schema that fits. */
function withAttributions(values: readonly number[]): [ComplianceReport, FeatureSchema] {
  const names = values.map((_, index) => `f${index}`);
  const features = names.map((name) => ({ name, type: 'number', required: false }) as const);
  const attributions = Object.fromEntries(names.map((name, index) => [name, values[index]!]));
  return [{ ...report, inputs: {}, explanation: { ...explanation, attributions } }, { features }];
}

/** The tags of a page in order, each checked: attributes quoted, nothing unescaped, everything closed where it belongs. */
function tagsOf(html: string): string[] {
  const text = html.replace('<!doctype html>', '');
  const open: string[] = [];
  const tags: string[] = [];
  let read = 0;
  for (const { 0: tag, index, groups } of text.matchAll(
    /<(?<end>\/?)(?<name>[a-z][a-z0-9]*)(?<attributes>(?: [a-zA-Z][\w:-]*="[^"<>]*")*)(?<self>\/?)>/g,
  )) {
    expect(text.slice(read, index)).not.toMatch(/[<]/);
    read = index + tag.length;
    const { name, end, self } = groups as Record<string, string>;
    if (end === '/') expect(open.pop()).toBe(name);
    else if (self === '' && !['meta', 'br'].includes(name!)) open.push(name!);
    tags.push(`${end}${name}`);
  }
  expect(text.slice(read).trim()).toBe('');
  expect(open).toEqual([]);
  return tags;
}

/** What a reader sees: no tags, no title or description of a drawing, no style. */
function wordsOf(html: string): string {
  const body = html.slice(html.indexOf('<body>'));
  return body
    .replaceAll(/<(title|desc)[^>]*>[^]*?<\/\1>/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&amp;', '&');
}

function headingsOf(html: string): string[] {
  return [...html.matchAll(/<h[12][^>]*>(.*?)<\/h[12]>/g)].map(([, text = '']) => text);
}

/** The bars of the wide drawing as [left, width, whether it raises], in percent of the plot. */
function barsOf(html: string): [number, number, boolean][] {
  const wide = html.slice(
    html.indexOf('class="waterfall wide"'),
    html.indexOf('class="waterfall narrow"'),
  );
  return [
    ...wide.matchAll(/<svg x="([\d.]+)%" y="7" width="([\d.]+)%"[^>]*><rect[^>]*class="(\w+)"/g),
  ].map(([, left, width, kind]) => [Number(left), Number(width), kind === 'raises']);
}

function marksOf(html: string): number[] {
  return [...html.matchAll(/<line x1="([\d.]+)%"[^>]*class="mark"/g)].map(([, x]) => Number(x));
}

describe('the page of a model’s decision', () => {
  const html = compliancePage(report, schema);
  const words = wordsOf(html);

  test('is whole HTML with its sections in order', () => {
    expect(tagsOf(html).slice(0, 2)).toEqual(['html', 'head']);
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).toContain('<title>Decision order-42: explanation</title>');
    expect(headingsOf(html)).toEqual([
      'Explanation of an automated decision',
      'What was decided',
      'Main reasons',
      'How the inputs led to the score',
      'All inputs',
      'What would have changed the decision',
      'Statement of those responsible',
      'Audit trail',
      'What this report cannot say',
    ]);
  });

  test('loads nothing and runs nothing', () => {
    expect(html).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|href=|@import|\bon\w+=|style="/i);
    expect([...html.matchAll(/url\(([^)]*)\)/g)].map(([, target]) => target)).toEqual(['#hatch']);
  });

  test('says what was decided, from which probability on, and by which version', () => {
    expect(words).toContain('Probability of leaves 73.1 % 0.731058578630005');
    expect(words).toContain(
      'From a probability of 50 % on, the answer is leaves ; 73.1 % reaches that threshold.',
    );
    expect(words).toContain('Version v1.1 of the model churn decided; there was no fallback.');
    expect(words).toContain('20 November 2026, 10:00:00 UTC');
  });

  test('says on which side of the threshold another answer lies', () => {
    const decision = { ...report.decision, prediction: 'stays', probability: 0.2 };
    const other = wordsOf(compliancePage({ ...report, decision }, schema));
    expect(other).toContain('Probability of the other answer 20 %');
    expect(other).toContain(
      'the answer would have been another; 20 % does not reach that threshold.',
    );
  });

  test('has every input with its label, unit, value and exact effect, and sums them up', () => {
    const rows = [...html.matchAll(/<tr.*?<\/tr>/g)].map(([row]) => wordsOf(`<body>${row}`).trim());
    expect(rows).toEqual([
      'Input Value used Effect Exactly',
      'Monthly charges 89.9 USD +0.750 0.75',
      'Contract None −0.250 −0.25',
      'tenure not given +1.500 1.5',
      'unused 3 0 0',
      'Base value −1.000 −1',
      'Base value and all effects: the score 1.000 1',
    ]);
    expect(html).toContain('title="the start is not known"');
  });

  test('names the codes of the reasons and the reasons in words', () => {
    expect(html).toMatch(/<li><bdi>Being new raises it<\/bdi><\/li>\n<li><bdi>The bill/);
    expect(words).toContain(
      'Reason codes, for what counted in the adverse direction, largest first: R17 .',
    );
  });

  test('has what a reviewer needs to check it', () => {
    for (const fact of [
      'order-42',
      '2026-11-20T10:00:00.000Z',
      '2026-11-20T10:00:01.250Z',
      'a'.repeat(64),
      'b'.repeat(64),
      'c'.repeat(64),
      'Spillway 1.2.3',
      'Circuit breaker closed',
      'Card version 7',
      'Residue of the sum 2e−16',
      'RFC 8785',
    ])
      expect(words).toContain(fact);
  });

  test('says that no counterfactual was asked for, or what was found and that it is no advice', () => {
    expect(words).toContain('No counterfactual was asked for');
    const counterfactual = {
      counterfactuals: [
        { changes: [], prediction: 'stays', text: 'With One year it would have been stays.' },
      ],
      text: 'One change was tried.',
      evaluations: 3,
      exhaustive: true,
    };
    const found = wordsOf(compliancePage({ ...report, counterfactual }, schema));
    expect(found).toContain('With One year it would have been stays. One change was tried.');
    expect(found).toContain('The search was complete within these bounds.');
    expect(found).toContain('no advice');
  });

  test('says of each thing that the owners do not state that they do not', () => {
    expect(words).not.toContain('not stated');
    const statement = {
      controller: null,
      purpose: null,
      legalBasis: null,
      consequences: null,
      humanInvolvement: null,
      contact: null,
      rightToContest: ' ',
    };
    const silent = wordsOf(compliancePage({ ...report, statement }, schema));
    expect(silent.match(/not stated in the model’s card/g)).toHaveLength(7);
  });
});

describe('the waterfall', () => {
  test('begins at the base value, goes on where it stopped, and ends at the score', () => {
    const amount = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 30 }), (values) => {
        const html = compliancePage(...withAttributions(values));
        const [base, score] = marksOf(html);
        let at = base!;
        for (const [left, width, rises] of barsOf(html)) {
          expect(rises ? left : left + width).toBeCloseTo(at, 1);
          at = rises ? left + width : left;
        }
        expect(at).toBeCloseTo(score!, 1);
      }),
    );
  });

  test('has the largest on top and sums up the small rest', () => {
    const values = [...Array.from({ length: 12 }, (_, index) => (index + 1) / 10), 0, 0];
    const html = compliancePage(...withAttributions(values));
    const words = wordsOf(html);
    expect(barsOf(html)).toHaveLength(9);
    const widths = barsOf(html)
      .slice(0, 8)
      .map(([, width]) => width);
    expect(widths).toEqual(widths.toSorted((one, other) => other - one));
    expect(words).toMatch(/4 other features each smaller, see the table \+1\.000/);
    expect(words).toContain('2 inputs had no effect at all.');
  });

  test('gives a single small one a bar of its own', () => {
    const html = compliancePage(...withAttributions([1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect(barsOf(html)).toHaveLength(9);
    expect(html).not.toContain('other features');
  });

  test('stands when nothing has an effect, and when numbers are huge or tiny', () => {
    for (const values of [
      [0, 0],
      [1e300, -1e299],
      [1e-300, 2e-300],
      [1e-9, -3e-10],
    ]) {
      const html = compliancePage(...withAttributions(values));
      expect(tagsOf(html)).toContain('svg');
      expect(html).not.toMatch(/NaN|Infinity/);
    }
  });

  test('says in its description what it shows, once for each of its two widths', () => {
    const html = compliancePage(report, schema);
    expect(
      html.match(
        /The base value is −1\.000\. tenure \(not given\) raises it by 1\.500\. Monthly charges \(89\.9 USD\) raises it by 0\.750\. Contract \(None\) lowers it by 0\.250\. Score: 1\.000\./g,
      ),
    ).toHaveLength(2);
    expect(html.match(/role="img" aria-labelledby="waterfall-\w+ described-\w+"/g)).toHaveLength(2);
  });

  test('shows log-odds as probabilities too, and no other scale', () => {
    expect(wordsOf(compliancePage(report, schema))).toContain('as a probability');
    const margin = {
      ...report,
      units: 'margin',
      explanation: { ...explanation, units: 'margin' },
    } as const;
    expect(wordsOf(compliancePage(margin, schema))).not.toContain('as a probability');
  });
});

describe('decisions of other kinds', () => {
  test('of several labels the one decided for is explained', () => {
    const html = compliancePage(
      {
        ...report,
        decision: {
          decidedAt: report.decision.decidedAt,
          prediction: 'b',
          probabilities: [0.1, 0.7, 0.2],
        },
        units: 'margin',
        explanation: {
          ...explanation,
          units: 'margin',
          baseValue: [1, 2, 3],
          spokenOutput: 1,
          attributions: {
            monthly: [1, 10, 0],
            contract: [0, -4, 0],
            tenure: [0, 0, 0],
            unused: [0, 0, 0],
          },
          outputs: ['a', 'b', 'c'],
        },
      },
      schema,
    );
    const words = wordsOf(html);
    expect(headingsOf(html)).toContain('How the inputs led to the score for “<bdi>b</bdi>”');
    expect(words).toContain('b (decided for): 70 %');
    expect(words).toContain('those of the other 2 are in the JSON form');
    expect(words).toContain('Base value and all effects: the score 8.00 8');
    expect(words).not.toContain('threshold');
  });

  test('a regression has its value, and no probability', () => {
    const decision = { decidedAt: report.decision.decidedAt, prediction: 1234.5, value: 1234.5 };
    const explained = { ...explanation, units: 'target' } as const;
    const words = wordsOf(
      compliancePage({ ...report, decision, units: 'target', explanation: explained }, schema),
    );
    expect(words).toContain('What was decided 1234.5');
    expect(words).not.toMatch(/probability|Threshold/i);
  });

  test('a rule has no waterfall, but its sentence and its conditions', () => {
    const html = compliancePage(
      {
        ...report,
        decision: { ...report.decision, threshold: null },
        mainReasons: ['Customers on a month’s notice leave.'],
        method: 'rule',
        units: 'probability',
        explanation: {
          ...explanation,
          method: 'rule',
          units: 'probability',
          reasonCodes: [],
          rule: {
            because: 'Customers on a month’s notice leave.',
            conditions: ['Contract is None'],
          },
        },
        fallback: { degraded: true, servedBy: 'rules', reason: 'BREAKER_OPEN' },
      },
      schema,
    );
    const words = wordsOf(html);
    expect(html).not.toContain('<svg');
    expect(html).toContain('<li><bdi>Customers on a month’s notice leave.</bdi></li>');
    expect(html).toContain('<li><bdi>Contract is None</bdi></li>');
    expect(words).toContain(
      'This was a fallback: version v1.1 should have answered, but it had failed several times before and was being left alone (BREAKER_OPEN). No model answered; a rule decided ,',
    );
    expect(words).toContain('No model took part in the answer.');
    expect(words).not.toContain('Effect');
  });

  test('another version’s answer says whose place it took and why', () => {
    const words = wordsOf(
      compliancePage(
        {
          ...report,
          model: { ...report.model, version: 'v1.0' },
          fallback: { degraded: true, servedBy: 'other-version', reason: 'MODEL_FAILED' },
        },
        schema,
      ),
    );
    expect(words).toContain(
      'version v1.1 should have answered, but it failed (MODEL_FAILED). In its place version v1.0 of the model churn decided.',
    );
  });

  test('LIME is called an approximation where its reasons stand, with its fit', () => {
    const fit = { r2: 0.8125, localPrediction: 0.5, samples: 5000, seed: 42 };
    const lime = { ...explanation, method: 'lime', exact: false, fit } as const;
    const words = wordsOf(compliancePage({ ...report, method: 'lime', explanation: lime }, schema));
    expect(words).toMatch(/Main reasons Approximation: these reasons come from a stand-in/);
    expect(words).toContain('5000 altered copies of the inputs (seed 42)');
    expect(words).toContain('81.3 % of how');
    expect(words).toContain('r² = 0.8125');
    expect(words).toContain('Score of the stand-in');
    expect(words).not.toMatch(/exact(?!ly)/);
  });

  test('a decision without an explanation says so and why', () => {
    const html = compliancePage(
      {
        ...report,
        mainReasons: [],
        method: null,
        units: null,
        explanation: null,
        explanationError: 'NOT_EXPLAINABLE',
      },
      schema,
    );
    expect(tagsOf(html)).not.toContain('svg');
    expect(wordsOf(html)).toContain(
      'There is no explanation of this decision. The decision was made, but its answer could not be explained (NOT_EXPLAINABLE).',
    );
    expect(wordsOf(html)).toContain('Monthly charges 89.9 USD');
  });
});

describe('texts of others', () => {
  /** Every text that a card, a row or a caller decides. */
  function pageWith(text: string): string {
    return compliancePage(
      {
        ...report,
        decision: { ...report.decision, prediction: text, riskCategory: text },
        model: {
          ...report.model,
          name: text,
          version: text,
          format: text,
          cardVersion: text,
          owner: text,
          intendedUse: text,
        },
        statement: {
          controller: text,
          purpose: text,
          legalBasis: text,
          consequences: text,
          humanInvolvement: text,
          contact: text,
          rightToContest: text,
        },
        inputs: { ...report.inputs, contract: text },
        mainReasons: [text],
        explanation: {
          ...explanation,
          reasonCodes: [{ ...explanation.reasonCodes[0]!, code: text }],
        },
        counterfactual: {
          counterfactuals: [{ changes: [], prediction: text, text }],
          text,
          evaluations: 1,
          exhaustive: false,
        },
        audit: { ...report.audit, requestId: text, assignedVersion: text, breakerState: text },
      },
      {
        features: schema.features.map((feature) => ({
          ...feature,
          label: text,
          unit: text,
          missing: text,
        })),
      },
    );
  }
  const tags = tagsOf(pageWith('plain'));

  test.each([
    '<script>alert(1)</script>',
    '</style><style>*{display:none}',
    '</title></desc></svg><img src=x onerror=alert(1)>',
    `" onmouseover="alert(1)" x='`,
    '<!-- ]]> -->',
    '&lt;script&gt;',
    '\u202Egnirts\u2066\u0000\u001B[2J',
    'Donaudampfschifffahrt'.repeat(60),
    '${7*7}{{7*7}}$&$1$`',
    'مرحبا שלום 你好 😀',
  ])('leave the page as it is: %j', (text) => {
    const html = pageWith(text);
    expect(tagsOf(html)).toEqual(tags);
    expect(html).not.toMatch(/<(script|img)/);
    expect(html.match(/<style>/g)).toHaveLength(1);
  });

  test('whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(tagsOf(pageWith(`x${text}`))).toEqual(tags);
      }),
    );
  });

  test('come with the characters spelled out that would turn or hide what stands there', () => {
    const html = pageWith('a\u202Eb\u0007c\nd');
    expect(html).toContain('a[U+202E]b[U+0007]c d');
    for (const hidden of ['\u202E', '\u0007']) expect(html).not.toContain(hidden);
  });
});

test('every colour of letters has a contrast of 4.5 to 1 or more on white', () => {
  const colours = new Map(
    [...pageStyle.matchAll(/--(\w+):#([0-9a-f]{6})/g)].map(([, name = '', hex = '']) => [
      name,
      hex,
    ]),
  );
  const used = [...pageStyle.matchAll(/[{;](?:color|fill):var\(--(\w+)\)/g)].map(
    ([, name]) => name!,
  );
  expect(new Set(used)).toEqual(new Set(['ink', 'soft', 'rise', 'fall']));
  for (const name of used) {
    const [red, green, blue] = [0, 2, 4].map((at) => {
      const value = Number.parseInt(colours.get(name)!.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    const luminance = 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
    expect(1.05 / (luminance + 0.05), name).toBeGreaterThan(4.5);
  }
});
