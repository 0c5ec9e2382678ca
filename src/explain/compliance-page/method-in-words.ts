import type { AttributionUnits, Explanation, ExplanationMethod } from '../../model/index.ts';
import { showExactly } from './show-number.ts';

const names: Readonly<Record<ExplanationMethod, string>> = {
  'tree-shap-path-dependent': 'SHAP values of the trees, exact, path-dependent',
  'linear-shap': 'SHAP values of the linear model, exact',
  'interventional-shap': 'SHAP values against a background, exact for that background',
  lime: 'LIME, an approximation',
  rule: 'the rule itself',
};

/** The method of an explanation, by name. */
export function nameMethod(method: ExplanationMethod): string {
  return names[method];
}

const scales: Readonly<Record<AttributionUnits, string>> = {
  'log-odds': 'log-odds',
  probability: 'probability (0 to 1)',
  target: 'units of the answer',
  'log-target': 'logarithms of the answer',
  margin: 'points of the model’s score',
};

/** The scale of the attributions, for captions. */
export function nameUnits(units: AttributionUnits): string {
  return scales[units];
}

const averages: Partial<Readonly<Record<ExplanationMethod, string>>> = {
  'tree-shap-path-dependent':
    'An input’s effect is measured against the training data as the trees themselves recorded it. Inputs that go together in that data share their effect, and how they share it is a property of the trees.',
  'linear-shap':
    'An input’s effect is measured against its mean in the training data, each input by itself, as if it did not depend on the others.',
  'interventional-shap':
    'An input’s effect is measured against rows of a background, each input by itself; some of the combinations that are compared may not occur in reality.',
};

const scaleLimits: Partial<Readonly<Record<AttributionUnits, string>>> = {
  'log-odds':
    'Effects add up on the scale of log-odds. They are not percentage points: the same effect moves a probability near 50 % more than one near 0 or 100 %.',
  'log-target':
    'Effects add up on the logarithm of the answer: on the answer itself they multiply.',
  margin: 'Effects add up on the score inside the model, from which its answer is computed.',
};

/** What the numbers of an explanation cannot say, a sentence or two each; what holds for all explanations comes last. */
export function limitsOf(explanation: Explanation | null): string[] {
  if (explanation === null) {
    return [
      'This report has no explanation. It states what was decided, on which inputs and by what.',
    ];
  }
  const { exact, fit, method, units } = explanation;
  if (method === 'rule') {
    return [
      'No model took part in the answer. Its figures are those that people wrote into the rule.',
      'The rule looked only at the inputs that its conditions name.',
    ];
  }
  // of several outputs the worst
  const r2 = fit === undefined ? 0 : Math.min(...[fit.r2].flat());
  const approximation =
    fit === undefined
      ? 'The effects are an approximation: they do not add up to the score of the model.'
      : `The effects are an approximation: a straight-line stand-in was fitted to ${fit.samples} altered copies of the inputs (seed ${fit.seed}). It accounts for ${showExactly(Number((r2 * 100).toFixed(1)))} % of how the model’s answers vary among them (r² = ${showExactly(Number(r2.toPrecision(4)))}). Another seed gives other numbers.`;
  return [
    ...(exact ? [averages[method] ?? ''] : [approximation]),
    scaleLimits[units] ?? '',
    'An effect says how the model used an input. It does not say that the input is a cause in the world, nor that changing it would change what happens.',
    'The report says how the answer came about. Whether the decision was right, fair or lawful is for people to judge.',
  ].filter((limit) => limit !== '');
}
