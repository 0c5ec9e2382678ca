import { type Eventually, SpillwayError } from '../core/index.ts';

/** One way to answer, tried when all before it failed. */
export interface FallbackStep<Input, Output> {
  readonly name: string;
  /** Answers, now or later; throws or rejects to hand over to the next step. */
  answer(input: Input): Eventually<Output>;
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
 * Tries steps in order until one answers, or `isFinal` says of what one threw that nobody wants the others any more. What
 * it gives is a promise exactly when a step gave one: a chain that answers at once costs none.
 * @throws SpillwayError `MODEL_FAILED` when none does, naming the steps; its cause is what the first one threw. Rejects
 * with it when a step had answered later.
 */
export function firstThatAnswers<Input, Output>(
  steps: readonly FallbackStep<Input, Output>[],
  input: Input,
  isFinal: (error: unknown) => boolean = () => false,
): Eventually<FallbackAnswer<Output>> {
  return tryFrom(steps, 0, input, isFinal, none);
}

function tryFrom<Input, Output>(
  steps: readonly FallbackStep<Input, Output>[],
  first: number,
  input: Input,
  isFinal: (error: unknown) => boolean,
  before: readonly FallbackFailure[],
): Eventually<FallbackAnswer<Output>> {
  let failures = before;
  for (let index = first; index < steps.length; index++) {
    const step = steps[index];
    if (step === undefined) break;
    const { name } = step;
    try {
      const output = step.answer(input);
      if (!(output instanceof Promise)) return { output, step: name, failures };
      const soFar = failures;
      return output.then(
        (late) => ({ output: late, step: name, failures: soFar }),
        (error: unknown) => {
          const next = isFinal(error) ? steps.length : index + 1;
          return tryFrom(steps, next, input, isFinal, [...soFar, { step: name, error }]);
        },
      );
    } catch (error) {
      failures = [...failures, { step: name, error }];
      if (isFinal(error)) break;
    }
  }
  const names = failures.map(({ step }) => step);
  throw new SpillwayError(
    'MODEL_FAILED',
    `none of ${steps.length} steps answered: ${names.join(', ')}`,
    { cause: failures[0]?.error, details: { steps: names } },
  );
}
