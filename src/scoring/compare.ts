import { type Clock, type ErrorCode, SpillwayError } from '../core/index.ts';
import type { Explanation, Prediction, RiskCategory } from '../model/index.ts';
import { createQuestion } from './answerer.ts';
import { labelOfProbability, mostProbableLabel } from './choose-label.ts';
import { type DecisionRequest, riskOf } from './decide.ts';
import type { ServingVersion } from './serving-version.ts';
import type { Snapshot } from './snapshot.ts';

/** What one version answered in a comparison. */
export interface ComparedAnswer {
  readonly modelVersion: string;
  /** Share of the traffic, 0..1. */
  readonly weight: number;
  readonly prediction: Prediction['prediction'];
  readonly probability?: number;
  readonly probabilities?: readonly number[];
  readonly value?: number | readonly number[];
  readonly riskCategory?: RiskCategory;
  readonly latencyMs: number;
  /** When explanations were asked for; `null` when this version cannot be explained. */
  readonly explanation?: Explanation | null;
  /** Why it cannot. */
  readonly explanationError?: ErrorCode;
}

/** Why one version did not answer in a comparison. */
export interface ComparedError {
  readonly modelVersion: string;
  readonly error: { readonly code: ErrorCode; readonly message: string };
}

/** All versions on one row, and the versions that answered as one. */
export interface Comparison {
  readonly requestId: string;
  readonly results: readonly (ComparedAnswer | ComparedError)[];
  /** The answers averaged by traffic weight; `null` when none answered. */
  readonly ensemble: {
    readonly probability?: number;
    readonly probabilities?: readonly number[];
    readonly value?: number;
    readonly prediction: Prediction['prediction'];
    readonly method: 'weighted-mean';
  } | null;
  readonly agreement: {
    readonly samePrediction: boolean | null;
    /** Largest minus smallest probability of the positive label (binary) or value (regression) among the answers. */
    readonly probabilitySpread?: number;
    readonly valueSpread?: number;
  };
}

/**
 * Asks every ready version, each behind its own breaker, and averages those that answered.
 * @throws SpillwayError `INVALID_ROW` when the row fits no version, `NO_VERSION_READY` when there is none.
 */
export async function compare(
  snapshot: Snapshot,
  request: DecisionRequest,
  clock: Clock,
): Promise<Comparison> {
  const { versions, router } = snapshot;
  if (versions.length === 0)
    throw new SpillwayError('NO_VERSION_READY', 'no model version is ready');
  const outcomes = await Promise.all(
    versions.map((version, index) =>
      askOne(version, router?.arms[index]?.weight ?? 0, request, clock),
    ),
  );
  const [first] = outcomes;
  if (SpillwayError.isInstance(first) && outcomes.every(isInvalidRow)) throw first;
  const answers = outcomes.filter(
    (outcome): outcome is ComparedAnswer => !SpillwayError.isInstance(outcome),
  );
  return {
    requestId: request.requestId,
    results: outcomes.map((outcome, index) =>
      SpillwayError.isInstance(outcome)
        ? {
            modelVersion: versions[index]?.name ?? '',
            error: { code: outcome.code, message: outcome.message },
          }
        : outcome,
    ),
    ensemble: average(answers, versions[0]),
    agreement: agreementOf(answers),
  };
}

function isInvalidRow(outcome: unknown): boolean {
  return SpillwayError.isInstance(outcome) && outcome.code === 'INVALID_ROW';
}

async function askOne(
  version: ServingVersion,
  weight: number,
  request: DecisionRequest,
  clock: Clock,
): Promise<ComparedAnswer | SpillwayError> {
  const startedAt = clock.now();
  try {
    const question = createQuestion(request, request.explain ? 'wanted' : 'none', startedAt);
    const { explanation, prediction: answer } = await version.answer(question);
    const { prediction, probability, probabilities, value } = answer;
    return {
      modelVersion: version.name,
      weight,
      prediction,
      ...(probability !== undefined && {
        probability,
        riskCategory: riskOf(probability, version.card),
      }),
      ...(probabilities !== undefined && { probabilities }),
      ...(value !== undefined && { value }),
      latencyMs: clock.now() - startedAt,
      ...(SpillwayError.isInstance(explanation)
        ? { explanation: null, explanationError: explanation.code }
        : explanation && { explanation }),
    };
  } catch (error) {
    if (SpillwayError.isInstance(error)) return error;
    throw error;
  }
}

/** All versions of a gateway share task and labels, so the first speaks for all. */
function average(
  answers: readonly ComparedAnswer[],
  model: ServingVersion | undefined,
): Comparison['ensemble'] {
  const [first] = answers;
  if (first === undefined || model === undefined) return null;
  const total = answers.reduce((sum, { weight }) => sum + weight, 0);
  const mean = (of: (answer: ComparedAnswer) => number) =>
    answers.reduce(
      (sum, answer) => sum + of(answer) * (total > 0 ? answer.weight / total : 1 / answers.length),
      0,
    );
  const method = 'weighted-mean';
  if (model.task === 'binary') {
    const probability = mean((answer) => answer.probability ?? 0);
    const threshold = model.card?.decisionThreshold ?? 0.5;
    return {
      probability,
      prediction: labelOfProbability(probability, model.labels, threshold),
      method,
    };
  }
  if (model.task === 'multiclass') {
    const probabilities = model.labels.map((_, label) =>
      mean((answer) => answer.probabilities?.[label] ?? 0),
    );
    return { probabilities, prediction: mostProbableLabel(probabilities, model.labels), method };
  }
  if (Array.isArray(first.value)) return null;
  const value = mean((answer) => Number(answer.value));
  return { value, prediction: value, method };
}

function agreementOf(answers: readonly ComparedAnswer[]): Comparison['agreement'] {
  const distinct = new Set(answers.map(({ prediction }) => JSON.stringify(prediction))).size;
  const samePrediction = distinct === 0 ? null : distinct === 1;
  const probabilities = answers.flatMap(({ probability }) => probability ?? []);
  const values = answers.flatMap(({ value }) => (typeof value === 'number' ? value : []));
  return {
    samePrediction,
    ...(probabilities.length > 0 && { probabilitySpread: spreadOf(probabilities) }),
    ...(values.length > 0 && { valueSpread: spreadOf(values) }),
  };
}

function spreadOf(numbers: readonly number[]): number {
  return Math.max(...numbers) - Math.min(...numbers);
}
