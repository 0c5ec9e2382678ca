import { SpillwayError } from '../core/index.ts';
import type { Explanation, ModelCard } from '../model/index.ts';
import type { ExplanationNeed, Question } from './answerer.ts';

/** What a caller's wish and the card of the version that he was assigned to make of a decision's explanation. */
export function explanationNeed(
  { explain, reliable }: { readonly explain: boolean; readonly reliable: boolean },
  card: ModelCard | null,
): ExplanationNeed {
  const when = card?.explain.when ?? 'on-request';
  if (when === 'required') return 'required';
  return explain || (reliable && when === 'always') ? 'wanted' : 'none';
}

/** What the question, and the card of who answers it, want. */
export function needOf(
  card: ModelCard | null,
  { need, reliable }: Pick<Question, 'need' | 'reliable'>,
): ExplanationNeed {
  const own = explanationNeed({ explain: false, reliable }, card);
  if (need === 'required' || own === 'required') return 'required';
  return need === 'none' ? own : need;
}

/**
 * Explains an answer, as the question or the card of who answered asks; `undefined` when nobody does, the error when it
 * cannot be done and need not.
 * @throws SpillwayError what kept a required explanation from being made.
 */
export function explainAnswer(
  card: ModelCard | null,
  question: Pick<Question, 'need' | 'reliable'>,
  explain: () => Explanation,
  onFailure: (error: SpillwayError) => void,
): Explanation | SpillwayError | undefined {
  const need = needOf(card, question);
  if (need === 'none') return undefined;
  try {
    return explain();
  } catch (cause) {
    const error = SpillwayError.isInstance(cause)
      ? cause
      : new SpillwayError('NOT_EXPLAINABLE', 'unexpected error', { cause });
    onFailure(error);
    if (need === 'required') throw error;
    return error;
  }
}
