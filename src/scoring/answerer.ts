import type { ErrorCode, Eventually, SpillwayError } from '../core/index.ts';
import type { ReportFacts } from '../explain/index.ts';
import {
  type ComplianceReport,
  type CounterfactualSearch,
  createRowReader,
  createRowTextReader,
  type Explanation,
  type FeatureSchema,
  invalidRow,
  type Label,
  type ModelCard,
  type Prediction,
  type ServedBy,
  type Task,
} from '../model/index.ts';
import type { BreakerState, FallbackStep, Priority } from '../resilience/index.ts';
import { RowText } from './row-text.ts';

/** Whether an answer is explained: not, if it can be, or not given without. */
export type ExplanationNeed = 'none' | 'wanted' | 'required';

/** One question as every answerer of a chain gets it. */
export interface Question {
  readonly requestId: string;
  readonly row: unknown;
  /** The row as it was read last, good for all answerers that have the same `schemaKey`; `null` before the first. */
  values: Float64Array | null;
  schemaKey: string;
  /** Whether the answer is to be explained, as the caller and the card of the assigned version want. */
  readonly need: ExplanationNeed;
  /** Whether it came by the route that always answers. */
  readonly reliable: boolean;
  /** The monotonic time by which the answer must be there. */
  readonly deadline: number;
  /** Which go first when not all can be asked at once. */
  readonly priority: Priority;
  /** Aborted when the caller gave up. */
  readonly signal: AbortSignal | undefined;
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
  /** When one was needed: the explanation, or why there is none. */
  readonly explanation: Explanation | SpillwayError | undefined;
}

/** Whoever can answer a question: a model version behind its breaker, or the rules of a card. */
export interface Answerer extends FallbackStep<Question, Answer> {
  readonly kind: 'version' | 'rules';
  /** The version, or the version whose card holds the rules. */
  readonly name: string;
  /** Which of those served under this name it is, counted from 1. */
  readonly generation: number;
  readonly task: Task;
  readonly labels: readonly Label[];
  readonly schema: FeatureSchema;
  /** Equal exactly when the schemas are. */
  readonly schemaKey: string;
  readonly card: ModelCard | null;
  /** SHA-256 of the artifact; `null` for rules and for models built in code. */
  readonly sha256: string | null;
  /** SHA-256 of the card's file; `null` for a card given in code. */
  readonly cardSha256: string | null;
  /** Binary: the probability from which the positive label is predicted; `null` for models that are only code and have no card. */
  readonly threshold: number | null;
  /** State of the circuit breaker in front of it; `null` when there is none. */
  breakerState(): BreakerState | null;
  /** @throws SpillwayError `INVALID_ROW` with every fault. */
  read(row: unknown): Float64Array;
  /** Reads the JSON text of a plain row; `null` when only `read` can tell what it says or what is wrong with it. */
  readText(text: Uint8Array): Float64Array | null;
  /** Answers, now or later, or throws a `SpillwayError` that says why not. */
  answer(question: Question): Eventually<Answer>;
  /** @throws SpillwayError `NOT_EXPLAINABLE`. */
  explain(values: Float64Array): Explanation;
  /** The smallest changes that move the decision; what keeps them from being looked for is said in the result's text. */
  findCounterfactuals(values: Float64Array, shouldStop: () => boolean): CounterfactualSearch;
  /** The compliance report of a decision that it answered. */
  report(facts: ReportFacts): ComplianceReport;
}

/** Rows that share one allocation. */
const rowsPerSlab = 256;

/**
 * Reads rows of one schema. Each row is a view of its own of a larger array, which is allocated for many at once. Where
 * no features are stated every object is a row, and has no numbers.
 */
export function createReading(schema: FeatureSchema): Pick<Answerer, 'read' | 'readText'> {
  if (schema.features.length === 0) return { read: readOpaque, readText: () => null };
  const reader = createRowReader(schema);
  const textReader = createRowTextReader(schema);
  const size = schema.features.length;
  let slab = new Float64Array(0);
  let used = 0;
  const next = (): Float64Array => {
    if (used + size > slab.length) {
      slab = new Float64Array(size * rowsPerSlab);
      used = 0;
    }
    return slab.subarray(used, used + size);
  };
  return {
    read(row) {
      const values = next();
      if (!reader.read(row, values)) throw invalidRow(reader.faults(row));
      used += size;
      return values;
    },
    readText(text) {
      const values = next();
      if (!textReader(text, values)) return null;
      used += size;
      return values;
    },
  };
}

const noValues = new Float64Array(0);
/** Keys that change the prototype of an object that code copies them to. */
const unsafeKeys = ['__proto__', 'constructor', 'prototype'];

function readOpaque(row: unknown): Float64Array {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw invalidRow([{ pointer: '', message: 'expected an object keyed by feature name' }]);
  }
  const unsafe = unsafeKeys.filter((key) => Object.hasOwn(row, key));
  if (unsafe.length === 0) return noValues;
  throw invalidRow(
    unsafe.map((key) => ({ pointer: `/${key}`, message: 'is a name that every object has' })),
  );
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
  const { row } = question;
  const values = read(row instanceof RowText ? row.parse() : row);
  question.values = values;
  question.schemaKey = schemaKey;
  return values;
}

/** The row of a question as an object keyed by feature name, for code that wants rows as their senders wrote them. */
export function rowObjectOf(
  { row }: Pick<Question, 'row'>,
  { features }: FeatureSchema,
): Readonly<Record<string, unknown>> {
  const given = row instanceof RowText ? row.parse() : row;
  if (!Array.isArray(given)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the row has been read: it is one or the other
    const object = given as Readonly<Record<string, unknown>>;
    // a copy, since what code does to it must not reach whoever answers next; of what is not stated it may be anything
    return features.length === 0 ? object : { ...object };
  }
  return Object.fromEntries(features.map(({ name }, index) => [name, given[index]]));
}

/** A question as it comes: of a row that nobody has read yet, or of one that was read from its text. */
export function createQuestion(asked: Asked, need: ExplanationNeed, seenAt: number): Question {
  const { requestId, row, reliable, deadline, priority, signal } = asked;
  const isText = row instanceof RowText;
  // written out, so that all questions have one shape
  return {
    requestId,
    row,
    values: isText ? row.values : null,
    schemaKey: isText ? row.schemaKey : '',
    need,
    reliable,
    deadline,
    priority,
    signal,
    seenAt,
  };
}

type Asked = Pick<Question, 'requestId' | 'row' | 'reliable' | 'deadline' | 'priority' | 'signal'>;

/** What the caller of a decision is told about who answered; `reason` is what led away from the assigned version. */
export function servedBy(
  answerer: Answerer,
  assigned: Answerer,
  reason: ErrorCode | null,
): ServedBy {
  if (answerer.kind === 'rules') return 'rules';
  if (reason === null) return 'model';
  return answerer !== assigned && answerer.name === assigned.name ? 'last-good' : 'other-version';
}
