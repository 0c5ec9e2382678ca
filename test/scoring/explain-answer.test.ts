import { describe, expect, it } from 'vitest';
import { SpillwayError } from '../../src/core/index.ts';
import type { Explanation, ModelCard } from '../../src/model/index.ts';
import type { ExplanationNeed } from '../../src/scoring/answerer.ts';
import { explainAnswer, explanationNeed } from '../../src/scoring/explain-answer.ts';

const sound: Explanation = {
  method: 'tree-shap-path-dependent',
  exact: true,
  units: 'log-odds',
  baseValue: -2,
  attributions: { a: 1, b: -3 },
  additivityResidual: 1e-16,
  reasonCodes: [],
  mainReasons: [],
  spokenOutput: 0,
};

function cardThat(when: 'on-request' | 'always' | 'required'): ModelCard {
  return { explain: { when } } as ModelCard;
}

/** Explains an answer by an answerer whose explanation, or what keeps it from one, and card are given. */
function explain(
  explanation: Explanation | Error,
  need: ExplanationNeed,
  card: ModelCard | null = null,
  reliable = false,
): { answer: () => unknown; told: string[] } {
  const told: string[] = [];
  const explaining = (): Explanation => {
    if (explanation instanceof Error) throw explanation;
    return explanation;
  };
  return {
    answer: () =>
      explainAnswer(card, { need, reliable }, explaining, ({ code }) => told.push(code)),
    told,
  };
}

describe('an answer to be explained', () => {
  const inexact = new SpillwayError('EXPLANATION_INEXACT', 'the attributions miss the score');

  it('gets its explanation', () => {
    expect(explain(sound, 'wanted').answer()).toBe(sound);
    expect(explain(sound, 'none').answer()).toBeUndefined();
  });

  it('gets what kept it from one, which is told', () => {
    const { answer, told } = explain(inexact, 'wanted');
    expect(answer()).toBe(inexact);
    expect(told).toEqual(['EXPLANATION_INEXACT']);
    const unknown = explain(new RangeError('out of memory'), 'wanted');
    expect(unknown.answer()).toMatchObject({ code: 'NOT_EXPLAINABLE' });
  });

  it('is no answer when an explanation is required and there is none', () => {
    expect(explain(inexact, 'required').answer).toThrow(inexact);
    expect(explain(inexact, 'wanted', cardThat('required')).answer).toThrow(inexact);
    expect(explain(inexact, 'none', cardThat('required')).answer).toThrow(inexact);
    expect(explain(inexact, 'none', cardThat('always')).answer()).toBeUndefined();
  });

  it('is explained when the card of who answers says always, whoever was assigned', () => {
    expect(explain(sound, 'none', cardThat('always'), true).answer()).toBe(sound);
    expect(explain(sound, 'none', cardThat('on-request'), true).answer()).toBeUndefined();
  });
});

describe('whether a decision is explained', () => {
  it.each<[string, boolean, boolean, ModelCard | null, ExplanationNeed]>([
    ['nobody asks', false, true, null, 'none'],
    ['the caller asks', true, false, null, 'wanted'],
    ['the card says on-request', false, true, cardThat('on-request'), 'none'],
    ['the card says always', false, true, cardThat('always'), 'wanted'],
    ['the card says always, on the other route', false, false, cardThat('always'), 'none'],
    ['the card says required', false, false, cardThat('required'), 'required'],
    ['both ask', true, true, cardThat('required'), 'required'],
  ])('when %s', (_, asked, reliable, card, need) => {
    expect(explanationNeed({ explain: asked, reliable }, card)).toBe(need);
  });
});
