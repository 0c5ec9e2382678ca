import { SpillwayError } from '../core/index.ts';

/** One way to answer, tried when all before it failed. */
export interface FallbackStep<Input, Output> {
  readonly name: string;
  /** Answers, or throws to hand over to the next step. */
  answer(input: Input): Output;
}

/** A step that did not answer, and what it threw. */
export interface FallbackFailure {
  readonly step: string;
  readonly error: unknown;
}

/** An answer and how it came about. */
export interface FallbackAnswer<Output> {
  readonly output: Output;
  /** The name of the step that answered. */
  readonly step: string;
  /** The steps before it, in order; the first one says what led away from the first choice. Empty when that answered. */
  readonly failures: readonly FallbackFailure[];
}

const none: readonly FallbackFailure[] = Object.freeze([]);

/**
 * Tries steps in order until one answers.
 * @throws SpillwayError `MODEL_FAILED` when none does, naming the steps; its cause is what the first one threw.
 */
export function firstThatAnswers<Input, Output>(
  steps: readonly FallbackStep<Input, Output>[],
  input: Input,
): FallbackAnswer<Output> {
  let failures = none;
  for (const step of steps) {
    try {
      return { output: step.answer(input), step: step.name, failures };
    } catch (error) {
      failures = [...failures, { step: step.name, error }];
    }
  }
  const names = failures.map(({ step }) => step);
  throw new SpillwayError(
    'MODEL_FAILED',
    `none of ${steps.length} steps answered: ${names.join(', ')}`,
    { cause: failures[0]?.error, details: { steps: names } },
  );
}
