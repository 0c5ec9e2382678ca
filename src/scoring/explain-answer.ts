import { SpillwayError } from '../core/index.ts';
import type { Explanation, ModelCard } from '../model/index.ts';
import type { Answer, ExplanationNeed, Question } from './answerer.ts';

/** What a caller's wish and the card of the version that he was assigned to make of a decision's explanation. */
export function explanationNeed(
  { explain, reliable }: { readonly explain: boolean; readonly reliable: boolean },
  card: ModelCard | null,
): ExplanationNeed {
  const when = card?.explain.when ?? 'on-request';
  if (when === 'required') return 'required';
  return explain || (reliable && when === 'always') ? 'wanted' : 'none';
}

/**
 * Gives an answer its explanation, as the question or the card of who answered asks.
 * @throws SpillwayError what kept a required explanation from being made.
 */
export function explainAnswer(
  answer: Answer,
  question: Question,
  onFailure: (error: SpillwayError) => void,
): Answer {
  const { answerer, values } = answer;
  const required = question.need === 'required' || answerer.card?.explain.when === 'required';
  if (question.need === 'none' && !required) return answer;
  try {
    return { ...answer, explanation: checkAdditivity(answerer.explain(values)) };
  } catch (cause) {
    const error = SpillwayError.isInstance(cause)
      ? cause
      : new SpillwayError('NOT_EXPLAINABLE', 'unexpected error', { cause });
    onFailure(error);
    if (required) throw error;
    return { ...answer, explanation: error };
  }
}

/** |base + sum of attributions - score| may be so much of the numbers that are added up. */
const tolerance = 1e-9;

/**
 * An exact explanation that does not add up is none.
 * @throws SpillwayError `EXPLANATION_INEXACT`.
 */
function checkAdditivity(explanation: Explanation): Explanation {
  const { additivityResidual, attributions, baseValue, exact } = explanation;
  if (!exact) return explanation;
  let size = 0;
  for (const name in attributions) size += largest(attributions[name]);
  size = Math.max(1, size, largest(baseValue));
  if (additivityResidual <= tolerance * size) return explanation;
  throw new SpillwayError(
    'EXPLANATION_INEXACT',
    `the attributions miss the score by ${additivityResidual}`,
  );
}

function largest(part: number | readonly number[] = 0): number {
  if (typeof part === 'number') return Math.abs(part);
  return part.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
