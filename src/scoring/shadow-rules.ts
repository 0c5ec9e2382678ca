import type { Decision } from '../model/index.ts';
import { createQuestion } from './answerer.ts';
import type { Snapshot } from './snapshot.ts';

/** What came of asking the rules unseen: the same label, another one, or, for regressions, just an answer; or they failed. */
export type ShadowOutcome = 'same' | 'different' | 'answered' | 'failed';

/**
 * Asks the rules of a version's card about a row that the version has answered, to exercise what would stand in for it.
 * `null` when there are no rules.
 */
export function shadowRules(
  { rulesOf, versions }: Snapshot,
  row: unknown,
  decision: Decision,
): ShadowOutcome | null {
  const rules = rulesOf[versions.findIndex(({ name }) => name === decision.assignedVersion)];
  if (rules === undefined || rules === null) return null;
  const asked = {
    requestId: decision.requestId,
    row,
    reliable: false,
    deadline: Number.POSITIVE_INFINITY,
    priority: 'sheddable',
    signal: undefined,
  } as const;
  try {
    const answer = rules.answer(createQuestion(asked, 'none', 0));
    if (answer instanceof Promise) return 'failed'; // rules answer at once, or could not stand in
    if (rules.task === 'regression') return 'answered';
    return answer.prediction.prediction === decision.prediction ? 'same' : 'different';
  } catch {
    return 'failed';
  }
}
