import { SpillwayError } from '../core/index.ts';
import type { Explanation, ModelCard } from '../model/index.ts';
import type { Answerer, ExplanationNeed, Question } from './answerer.ts';

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
 * Explains an answer, as the question or the card of who answered asks; `undefined` when nobody does, the error when it
 * cannot be done and need not.
 * @throws SpillwayError what kept a required explanation from being made.
 */
export function explainAnswer(
  { card, explain }: Pick<Answerer, 'card' | 'explain'>,
  values: Float64Array,
  { need, reliable }: Pick<Question, 'need' | 'reliable'>,
  onFailure: (error: SpillwayError) => void,
): Explanation | SpillwayError | undefined {
  const own = explanationNeed({ explain: false, reliable }, card);
  const required = need === 'required' || own === 'required';
  if (need === 'none' && own === 'none') return undefined;
  try {
    return explain(values);
  } catch (cause) {
    const error = SpillwayError.isInstance(cause)
      ? cause
      : new SpillwayError('NOT_EXPLAINABLE', 'unexpected error', { cause });
    onFailure(error);
    if (required) throw error;
    return error;
  }
}
