import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../core/index.ts';
import { type CardGoldenRows, checkPrediction, type Model } from '../model/index.ts';
import { checkGoldenRow } from './check-golden-rows.ts';
import type { GoldenRow } from './golden-rows.ts';

/** The golden rows of a version and what its card says of them; `null` when there are none. */
export interface GoldenFile extends Pick<CardGoldenRows, 'file' | 'tolerance'> {
  readonly rows: readonly GoldenRow[];
}

const madeUpRows = 30;
const leastAnswers = 200;
const longestWarmingMs = 50;
/** Others wait for so long at most, and for one answer. */
const turnMs = 5;

/**
 * Asks a new model before it serves: for rows of which more and more is known, so that one that cannot answer fails here;
 * for its golden rows; and again until it has answered 200 times or for 50 milliseconds, so that the code is compiled. Lets
 * the event loop turn every 5 milliseconds.
 * @throws SpillwayError `INVALID_OUTPUT`, `GOLDEN_ROWS_DIFFER`, or whatever the model throws.
 */
export async function tryModel(
  model: Model,
  golden: GoldenFile | null,
  clock: Clock,
): Promise<void> {
  const startedAt = clock.now();
  let turnedAt = startedAt;
  const turn = async (): Promise<void> => {
    if (clock.now() - turnedAt < turnMs) return;
    await nextTurn();
    turnedAt = clock.now();
  };
  const rows = golden?.rows ?? [];
  let answers = 0;
  for (const values of makeUpRows(model)) {
    checkPrediction(model.predictValues(values.slice()), model);
    answers++;
    await turn();
  }
  for (const row of rows) {
    if (golden !== null) checkGoldenRow(model, row, golden);
    answers++;
    await turn();
  }
  const again = rows.length > 0 ? rows.map(({ values }) => values) : [...makeUpRows(model)];
  while (answers < leastAnswers && clock.now() - startedAt < longestWarmingMs) {
    const values = again[answers % again.length];
    if (values === undefined) return;
    model.predictValues(values.slice());
    answers++;
    await turn();
  }
}

/** Rows of which more and more is known. */
function* makeUpRows({ schema }: Model): Generator<Float64Array> {
  const { features } = schema;
  const values = Float64Array.from(features, ({ nullable, min }) =>
    nullable === false ? (min ?? 0) : Number.NaN,
  );
  for (let row = 0; row < madeUpRows; row++) {
    yield values.slice();
    const feature = features[row % features.length];
    values[row % features.length] = feature?.min ?? 0;
  }
}
