import { SpillwayError } from '../../core/index.ts';
import { checkPrediction, type Model, type Prediction } from '../../model/index.ts';
import type { Combination } from './candidate.ts';

/** Asks a model about one row with some values changed, no more often than allowed. */
export interface Asker {
  /** How many rows the model was asked about. */
  readonly evaluations: number;
  /** How many more it may be asked about; 0 once the caller wanted it to stop. */
  readonly left: number;
  /** Whether the caller wanted it to stop. */
  readonly isStopped: boolean;
  /** Whether anything was left unasked: the rows allowed were used up, or the caller wanted it to stop. */
  readonly isCut: boolean;
  /**
   * Asks about each combination in turn, many at a time: `take` lags behind what was read of them.
   * @throws SpillwayError `NOT_EXPLAINABLE` when the model fails or gives no usable answer.
   */
  ask(
    combinations: Iterable<Combination>,
    take: (combination: Combination, prediction: Prediction) => void,
  ): void;
}

// a model that is only code may be slow: the caller is asked often whether to go on
const rowsAtOnce = { batch: 256, single: 16 };

/** Makes what asks about a row; `shouldStop` is called before each batch. */
export function createAsker(
  model: Model,
  values: Float64Array,
  maxEvaluations: number,
  shouldStop: () => boolean,
): Asker {
  const width = values.length;
  const size = model.predictBatch === undefined ? rowsAtOnce.single : rowsAtOnce.batch;
  const rows = new Float64Array(size * width);
  let evaluations = 0;
  let isStopped = false;
  let isCut = false;

  const answer: Asker['ask'] = (combinations, take) => {
    const asked = [...combinations];
    for (const [index, combination] of asked.entries()) {
      rows.set(values, index * width);
      for (const { feature, value } of combination) rows[index * width + feature] = value;
    }
    const { length } = asked;
    const together = length > 1 ? attempt(() => model.predictBatch?.(rows, length)) : undefined;
    for (const [index, combination] of asked.entries()) {
      // one at a time, since a model that is only code may use its answers again
      const row = rows.subarray(index * width, (index + 1) * width);
      const prediction =
        together === undefined ? attempt(() => model.predictValues(row)) : together[index]!;
      attempt(() => checkPrediction(prediction, model));
      take(combination, prediction);
    }
  };

  return {
    get evaluations() {
      return evaluations;
    },
    get left() {
      return isStopped ? 0 : maxEvaluations - evaluations;
    },
    get isStopped() {
      return isStopped;
    },
    get isCut() {
      return isCut;
    },
    ask(combinations, take) {
      let pending: Combination[] = [];
      const flush = (): void => {
        if (pending.length === 0) return;
        isStopped ||= shouldStop();
        isCut ||= isStopped;
        if (isStopped) return;
        const asked = pending;
        pending = [];
        evaluations += asked.length;
        answer(asked, take);
      };
      for (const combination of combinations) {
        if (isStopped || evaluations + pending.length >= maxEvaluations) {
          isCut = true;
          break;
        }
        pending.push(combination);
        if (pending.length === size) flush();
      }
      flush();
    },
  };
}

function attempt<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw new SpillwayError(
      'NOT_EXPLAINABLE',
      'the model failed on a row that the search for counterfactuals asked about',
      { cause },
    );
  }
}
