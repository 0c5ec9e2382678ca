import type { ErrorCode } from '../core/index.ts';
import {
  createRowReader,
  type Explanation,
  type FeatureSchema,
  invalidRow,
  type Label,
  type ModelCard,
  type Prediction,
  type ServedBy,
  type Task,
} from '../model/index.ts';
import type { BreakerState, FallbackStep } from '../resilience/index.ts';

/** One question as every answerer of a chain gets it. */
export interface Question {
  readonly requestId: string;
  readonly row: unknown;
  /** The row as it was read last, good for all answerers that have the same `schemaKey`; `null` before the first. */
  values: Float64Array | null;
  schemaKey: string;
  /** The monotonic time by which the answer must be there. */
  readonly deadline: number;
  /** When the clock was read last: a look at it costs as much as a small model's tree. */
  seenAt: number;
}

/** What an answerer answered, and the row as it read it. */
export interface Answer {
  readonly answerer: Answerer;
  readonly prediction: Prediction;
  readonly values: Float64Array;
  /** When it was there, on the monotonic clock; `null` when nobody looked. */
  readonly answeredAt: number | null;
}

/** Whoever can answer a question: a model version behind its breaker, or the rules of a card. */
export interface Answerer extends FallbackStep<Question, Answer> {
  readonly kind: 'version' | 'rules';
  /** The version, or the version whose card holds the rules. */
  readonly name: string;
  readonly task: Task;
  readonly labels: readonly Label[];
  readonly schema: FeatureSchema;
  /** Equal exactly when the schemas are. */
  readonly schemaKey: string;
  readonly card: ModelCard | null;
  /** SHA-256 of the artifact; `null` for rules and for models built in code. */
  readonly sha256: string | null;
  /** State of the circuit breaker in front of it; `null` when there is none. */
  breakerState(): BreakerState | null;
  /** @throws SpillwayError `INVALID_ROW` with every fault. */
  read(row: unknown): Float64Array;
  /** Answers, or throws a `SpillwayError` that says why not. */
  answer(question: Question): Answer;
  /** @throws SpillwayError `NOT_EXPLAINABLE`. */
  explain(values: Float64Array): Explanation;
}

/** Rows that share one allocation. */
const rowsPerSlab = 256;

/** Reads rows of one schema. Each row is a view of its own of a larger array, which is allocated for many at once. */
export function createReadRow(schema: FeatureSchema): Answerer['read'] {
  const reader = createRowReader(schema);
  const size = schema.features.length;
  let slab = new Float64Array(0);
  let used = 0;
  return (row) => {
    if (used + size > slab.length) {
      slab = new Float64Array(size * rowsPerSlab);
      used = 0;
    }
    const values = slab.subarray(used, (used += size));
    if (reader.read(row, values)) return values;
    throw invalidRow(reader.faults(row));
  };
}

/**
 * The row of a question as this answerer reads it; read anew only when its schema is another one than before.
 * @throws SpillwayError `INVALID_ROW` with every fault.
 */
export function valuesFor(
  { read, schemaKey }: Pick<Answerer, 'read' | 'schemaKey'>,
  question: Question,
): Float64Array {
  if (question.values !== null && question.schemaKey === schemaKey) return question.values;
  const values = read(question.row);
  question.values = values;
  question.schemaKey = schemaKey;
  return values;
}

/** A question that nobody has read yet. */
export function createQuestion({ requestId, row, deadline }: Asked, seenAt: number): Question {
  return { requestId, row, values: null, schemaKey: '', deadline, seenAt };
}

type Asked = Pick<Question, 'requestId' | 'row' | 'deadline'>;

/** What the caller of a decision is told about who answered; `reason` is what led away from the assigned version. */
export function servedBy({ kind }: Answerer, reason: ErrorCode | null): ServedBy {
  if (kind === 'rules') return 'rules';
  return reason === null ? 'model' : 'other-version';
}
