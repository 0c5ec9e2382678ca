import { describe, expect, it } from 'vitest';
import type { Explanation, ModelCard } from '../../src/model/index.ts';
import type { Answer, Answerer, ExplanationNeed, Question } from '../../src/scoring/answerer.ts';
import { explainAnswer, explanationNeed } from '../../src/scoring/explain-answer.ts';

const sound: Explanation = {
  method: 'tree-shap-path-dependent',
  exact: true,
  units: 'log-odds',
  baseValue: -2,
  attributions: { a: 1, b: -3 },
  additivityResidual: 1e-16,
  reasonCodes: [],
};

function cardThat(when: 'on-request' | 'always' | 'required'): ModelCard {
  return { explain: { when } } as ModelCard;
}

/** Explains an answer by an answerer whose explanation and card are given. */
function explain(
  explanation: Explanation,
  need: ExplanationNeed,
  card: ModelCard | null = null,
): { answer: () => Answer; told: string[] } {
  const told: string[] = [];
  const answerer = { card, explain: () => explanation } as unknown as Answerer;
  const answer = { answerer, values: new Float64Array(2), prediction: {}, answeredAt: 0 } as Answer;
  const question = { need } as Question;
  return {
    answer: () => explainAnswer(answer, question, ({ code }) => told.push(code)),
    told,
  };
}

describe('an answer to be explained', () => {
  it('gets its explanation when it adds up', () => {
    expect(explain(sound, 'wanted').answer().explanation).toBe(sound);
    expect(explain(sound, 'none').answer().explanation).toBeUndefined();
  });

  it.each([2e-9 * 4, 0.1, Number.NaN, Number.POSITIVE_INFINITY])(
    'gets none when it misses the score by %f',
    (additivityResidual) => {
      const { answer, told } = explain({ ...sound, additivityResidual }, 'wanted');
      expect(answer().explanation).toMatchObject({ code: 'EXPLANATION_INEXACT' });
      expect(told).toEqual(['EXPLANATION_INEXACT']);
    },
  );

  it('may miss by the rounding of large numbers', () => {
    const large = { ...sound, baseValue: [1e12, 0], additivityResidual: 1e-4 };
    expect(explain(large, 'required').answer().explanation).toBe(large);
  });

  it('may miss the score by any amount when it does not claim to be exact', () => {
    const fitted: Explanation = { ...sound, method: 'lime', exact: false, additivityResidual: 0.2 };
    expect(explain(fitted, 'required').answer().explanation).toBe(fitted);
  });

  it('is no answer when an explanation is required and there is none', () => {
    const inexact = { ...sound, additivityResidual: 1 };
    expect(explain(inexact, 'required').answer).toThrow(/miss the score by 1$/);
    expect(explain(inexact, 'wanted', cardThat('required')).answer).toThrow(/miss the score by 1$/);
    expect(explain(inexact, 'none', cardThat('required')).answer).toThrow(/miss the score by 1$/);
    expect(explain(inexact, 'none', cardThat('always')).answer().explanation).toBeUndefined();
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
