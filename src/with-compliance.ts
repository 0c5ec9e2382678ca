import { createHash } from 'node:crypto';
import {
  type Clock,
  canonicalJson,
  createIdSource,
  libraryVersion,
  SpillwayError,
  systemClock,
} from './core/index.ts';
import { statementOf } from './explain/index.ts';
import type { CardCompliance } from './model/index.ts';

/** What is known of the model behind a function. */
export interface FunctionModel {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  /** SHA-256 of its file. */
  readonly sha256?: string | undefined;
}

/** One call of a function with its explanation, as plain JSON data: a copy that later changes to the answer do not reach. */
export interface FunctionReport<Answer, Why> {
  /** ISO 8601 in UTC. */
  readonly generatedAt: string;
  readonly function: string;
  readonly model: { readonly [Key in keyof FunctionModel]-?: string | null };
  /** What the owners state; `null` where they state nothing. */
  readonly statement: { readonly [Key in keyof CardCompliance]-?: string | null };
  /** `null` when they are not recorded. */
  readonly inputs: Readonly<Record<string, unknown>> | null;
  readonly answer: Answer;
  readonly explanation: Why;
  readonly audit: {
    readonly id: string;
    /** ISO 8601 in UTC. */
    readonly calledAt: string;
    /** ISO 8601 in UTC. */
    readonly answeredAt: string;
    readonly libraryVersion: string;
    /** SHA-256 of this report without this field, in the canonical JSON of RFC 8785. */
    readonly sha256: string;
  };
}

/** How `withCompliance` explains and reports. */
export interface WithComplianceOptions<Args extends readonly unknown[], Answer, Why> {
  /** What reports and errors call the function. @default its name */
  readonly name?: string | undefined;
  /** Explains an answer; gets it and the arguments. To throw, or to give `null` or `undefined`, refuses the answer. */
  readonly explain: (
    answer: Answer,
    ...args: Args
  ) => Why | null | undefined | Promise<Why | null | undefined>;
  /** What the owners state to those who are decided about. @default nothing */
  readonly statement?: CardCompliance | undefined;
  readonly model?: FunctionModel | undefined;
  /** What the report records as inputs, from the arguments. @default the only argument when it is one plain object, else nothing */
  readonly inputs?: ((...args: Args) => Readonly<Record<string, unknown>> | null) | undefined;
  /** Gets each report, to keep it; is waited for. To throw refuses the answer. */
  readonly onReport?: ((report: FunctionReport<Answer, Why>) => void | Promise<void>) | undefined;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
}

/** An answer that can be accounted for. */
export interface Accounted<Answer, Why> {
  readonly answer: Answer;
  readonly explanation: Why;
  readonly report: FunctionReport<Answer, Why>;
}

/** What kept a call from being accounted for. */
type Step = 'inputs' | 'explain' | 'report' | 'onReport';

/**
 * Lets a function answer only together with an explanation and a report: no explanation, no decision. What the function
 * itself throws is passed on unchanged.
 * @throws SpillwayError from each call: `NOT_EXPLAINABLE`, its cause kept, when the inputs, the explanation, the report or
 * the keeping of it fail, `details.step` says which; a report fails when answer, inputs or explanation are not plain JSON
 * data (NaN, dates, typed arrays, classes), of which no hash can be made.
 */
export function withCompliance<
  Args extends readonly unknown[],
  Answer,
  Why extends object | string,
>(
  fn: (...args: Args) => Answer | Promise<Answer>,
  options: WithComplianceOptions<Args, Answer, Why>,
): (...args: Args) => Promise<Accounted<Answer, Why>> {
  // callers without types
  const unchecked: { readonly explain?: unknown } = options;
  if (typeof unchecked.explain !== 'function') {
    throw new SpillwayError('INVALID_OPTION', 'expected options with a function explain');
  }
  const { explain, inputs = onlyObject, onReport, clock = systemClock } = options;
  const name = options.name ?? (fn.name || 'function');
  const model = modelOf(options.model);
  const statement = statementOf(options.statement);
  const newId = createIdSource();
  const time = (): string => new Date(clock.wallNow()).toISOString();
  const orRefuse = async <Result>(
    step: Step,
    run: () => Result | Promise<Result>,
  ): Promise<Result> => {
    try {
      return await run();
    } catch (cause) {
      throw refusal(name, step, { cause });
    }
  };

  return async (...args) => {
    const calledAt = time();
    // before the function is asked: it may change them
    const given = await orRefuse('inputs', () => copyOf(inputs(...args)));
    const answer = await fn(...args);
    const answeredAt = time();
    const explanation = await orRefuse('explain', () => explain(answer, ...args));
    if (explanation === null || explanation === undefined) throw refusal(name, 'explain');
    const report = await orRefuse('report', () =>
      seal<Answer, Why>({
        generatedAt: time(),
        function: name,
        model,
        statement,
        inputs: given,
        answer,
        explanation,
        audit: { id: newId(), calledAt, answeredAt, libraryVersion, sha256: '' },
      }),
    );
    if (onReport !== undefined) await orRefuse('onReport', () => onReport(report));
    return { answer, explanation, report };
  };
}

const faults: Readonly<Record<Step, string>> = {
  inputs: 'its inputs cannot be recorded',
  explain: 'it has no explanation',
  report: 'its report cannot be written',
  onReport: 'its report could not be kept',
};

function refusal(name: string, step: Step, cause?: { readonly cause: unknown }): SpillwayError {
  const why = SpillwayError.isInstance(cause?.cause) ? `: ${cause.cause.message}` : '';
  return new SpillwayError('NOT_EXPLAINABLE', `no answer of ${name}: ${faults[step]}${why}`, {
    ...cause,
    details: { step },
  });
}

/** Puts the hash into a copy of the report. */
function seal<Answer, Why>(unsealed: FunctionReport<Answer, Why>): FunctionReport<Answer, Why> {
  const copy = copyOf(unsealed);
  // left out of an object it would be, and an answer is what a report is about
  canonicalJson(copy.answer);
  const text = canonicalJson({ ...copy, audit: { ...copy.audit, sha256: undefined } });
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { ...copy, audit: { ...copy.audit, sha256 } };
}

/** @throws SpillwayError `INVALID_DATA` for what is not plain JSON data. */
function copyOf<Data>(data: Data): Data {
  canonicalJson(data);
  return structuredClone(data);
}

/** The inputs of a function that takes one row. */
function onlyObject(...args: readonly unknown[]): Readonly<Record<string, unknown>> | null {
  const [only] = args;
  return args.length === 1 && isPlainObject(only) ? only : null;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function modelOf({
  name,
  sha256,
  version,
}: FunctionModel = {}): FunctionReport<never, never>['model'] {
  return { name: name ?? null, version: version ?? null, sha256: sha256 ?? null };
}
