import { SpillwayError } from '../core/index.ts';
import {
  type CardGoldenRows,
  checkPrediction,
  type Model,
  type Prediction,
} from '../model/index.ts';
import type { GoldenRow } from './golden-rows.ts';

/**
 * Asks a model for a golden row and compares each number and label that is known of the answer.
 * @throws SpillwayError `GOLDEN_ROWS_DIFFER` naming the line, what came and what was expected.
 */
export function checkGoldenRow(
  model: Model,
  { expected, line, values }: GoldenRow,
  { file, tolerance }: Pick<CardGoldenRows, 'file' | 'tolerance'>,
): void {
  const answer = new Map<string, unknown>(
    Object.entries(ask(model, values, `${file} line ${line}`)),
  );
  for (const [name, wanted] of Object.entries(expected)) {
    const came = answer.get(name);
    const limit = name === 'prediction' && model.task !== 'regression' ? 0 : tolerance;
    if (!isNear(came, wanted, limit)) {
      throw new SpillwayError(
        'GOLDEN_ROWS_DIFFER',
        `${file} line ${line}: expected ${name} ${JSON.stringify(wanted)}, got ${JSON.stringify(came)}${limit === 0 ? '' : ` (tolerance ${limit})`}`,
      );
    }
  }
}

function ask(model: Model, values: Float64Array, place: string): Prediction {
  try {
    const answer = model.predictValues(values.slice()); // a model may write over what it is lent
    checkPrediction(answer, model);
    return answer;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown';
    throw new SpillwayError('GOLDEN_ROWS_DIFFER', `${place}: the model has no answer: ${why}`, {
      cause,
    });
  }
}

function isNear(came: unknown, wanted: unknown, tolerance: number): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(came) &&
      came.length === wanted.length &&
      wanted.every((one, index) => isNear(came[index], one, tolerance))
    );
  }
  if (typeof wanted !== 'number' || typeof came !== 'number') return came === wanted;
  return Math.abs(came - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
}
