import {
  andThen,
  type Clock,
  type ErrorCode,
  type Eventually,
  SpillwayError,
} from '../core/index.ts';
import {
  type Decision,
  defaultRiskThresholds,
  type ModelCard,
  type RiskCategory,
} from '../model/index.ts';
import { type FallbackAnswer, firstThatAnswers, type Priority } from '../resilience/index.ts';
import { type Answer, type Answerer, createQuestion, type Question, servedBy } from './answerer.ts';
import { explanationNeed } from './explain-answer.ts';
import type { Snapshot } from './snapshot.ts';

/** One question to the gateway, its options already checked. */
export interface DecisionRequest {
  readonly requestId: string;
  readonly row: unknown;
  /** Ask other versions and then rules instead of throwing. */
  readonly reliable: boolean;
  readonly explain: boolean;
  /** Look for the smallest changes that move the decision, when it is explained. */
  readonly counterfactual: boolean;
  /** Makes the assignment sticky. */
  readonly unitId?: string | undefined;
  /** Forces the version instead of asking the split. */
  readonly modelVersion?: string | undefined;
  readonly priority: Priority;
  /** Aborted when the caller gave up. */
  readonly signal: AbortSignal | undefined;
  /** Monotonic times, in the clock's milliseconds. */
  readonly startedAt: number;
  readonly deadline: number;
}

/**
 * The path of one decision: route, read the row, ask the assigned version behind its breaker; when that fails and the
 * request is `reliable`, ask the other ready versions and then the rules; explain what answered. A promise exactly when a
 * version was asked that answers later.
 * @throws SpillwayError `INVALID_ROW` and `UNKNOWN_VERSION`; and, unless some answerer of the chain answered, what kept
 * the assigned version from it: `NO_VERSION_READY`, `BREAKER_OPEN`, `BULKHEAD_FULL`, `MODEL_FAILED`, `INVALID_OUTPUT`,
 * `CANCELLED` or `DEADLINE_EXCEEDED`. `details.assignedVersion` is set once a version was assigned.
 */
export function decide(
  snapshot: Snapshot,
  request: DecisionRequest,
  clock: Clock,
): Eventually<Decision> {
  const chain = chooseChain(snapshot, request);
  const [assigned] = chain;
  if (assigned === undefined) {
    throw new SpillwayError('NO_VERSION_READY', 'no model version can be assigned');
  }
  const need = explanationNeed(request, assigned.card);
  const question = createQuestion(request, need, request.startedAt);
  if (!request.reliable || snapshot.failClosed) {
    const answer = askOnly(assigned, question);
    if (!(answer instanceof Promise)) return toDecision(request, assigned, answer, null, clock);
    return answer.then((late) => toDecision(request, assigned, late, null, clock));
  }
  const isLastResort = chain === snapshot.lastResort;
  return andThen(askInTurn(chain, question), ({ output, failures }) => {
    const unassigned = isLastResort ? 'NO_VERSION_READY' : null;
    const reason = failures[0] === undefined ? unassigned : codeOf(failures[0].error);
    return toDecision(request, assigned, output, reason, clock);
  });
}

function askOnly(assigned: Answerer, question: Question): Eventually<Answer> {
  try {
    const answer = assigned.answer(question);
    if (!(answer instanceof Promise)) return answer;
    return answer.catch((error: unknown) => {
      throw withAssigned(error, assigned.name);
    });
  } catch (error) {
    throw withAssigned(error, assigned.name);
  }
}

/** What a caller learns when nobody answered is why the assigned version did not. One who gave up gets no stand-in. */
function askInTurn(
  chain: readonly Answerer[],
  question: Question,
): Eventually<FallbackAnswer<Answer>> {
  const name = chain[0]?.name ?? '';
  const isGone = () => question.signal?.aborted ?? false;
  const explain = (error: unknown) => {
    const gone = isGone() ? new SpillwayError('CANCELLED', 'the caller gave up') : null;
    return withAssigned(gone ?? (error instanceof Error ? error.cause : error), name);
  };
  try {
    const answer = firstThatAnswers(chain, question, isGone);
    if (!(answer instanceof Promise)) return answer;
    return answer.catch((error: unknown) => {
      throw explain(error);
    });
  } catch (error) {
    throw explain(error);
  }
}

function codeOf(error: unknown): ErrorCode {
  return SpillwayError.isInstance(error) ? error.code : 'INTERNAL';
}

function withAssigned(error: unknown, assignedVersion: string): SpillwayError {
  if (!SpillwayError.isInstance(error)) {
    return new SpillwayError('INTERNAL', 'unexpected error', {
      cause: error,
      details: { assignedVersion },
    });
  }
  const { code, message, cause, faults } = error;
  return new SpillwayError(code, message, {
    cause,
    faults,
    details: { ...error.details, assignedVersion },
  });
}

function chooseChain(
  { versions, chains, router, lastResort }: Snapshot,
  request: DecisionRequest,
): readonly Answerer[] {
  const { modelVersion, unitId, reliable } = request;
  if (modelVersion !== undefined) {
    const chain = chains[versions.findIndex(({ name }) => name === modelVersion)];
    if (chain !== undefined) return chain;
    const names = versions.map(({ name }) => name).join(', ') || 'none';
    throw new SpillwayError('UNKNOWN_VERSION', `no such version is ready; ready are ${names}`);
  }
  const chain = router === null ? undefined : chains[router.choose(unitId)];
  return chain ?? (reliable ? lastResort : []);
}

/** A search for counterfactuals holds up everybody else for so long at most, in milliseconds. */
const longestSearchMs = 50;

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

function toDecision(
  request: DecisionRequest,
  assigned: Answerer,
  answer: Answer,
  reason: ErrorCode | null,
  clock: Clock,
): Decision {
  const { answerer, prediction, answeredAt, explanation } = answer;
  const { margin, probability, probabilities, value } = prediction;
  // written so that decisions of a task share one shape, field after field
  const decision: Writable<Decision> = {
    requestId: request.requestId,
    prediction: prediction.prediction,
    modelVersion: answerer.name,
    generation: answerer.generation,
    assignedVersion: assigned.name,
    degraded: reason !== null,
    servedBy: servedBy(answerer, assigned, reason),
    reason,
    latencyMs: 0,
  };
  if (margin !== null) decision.margin = margin;
  if (probability !== undefined) {
    decision.probability = probability;
    decision.riskCategory = riskOf(probability, answerer.card);
  }
  if (probabilities !== undefined) decision.probabilities = probabilities;
  if (value !== undefined) decision.value = value;
  if (explanation === undefined) {
    decision.latencyMs = (answeredAt ?? clock.now()) - request.startedAt;
    return decision;
  }
  if (SpillwayError.isInstance(explanation)) {
    decision.explanation = null;
    decision.explanationError = explanation.code;
  } else decision.explanation = explanation;
  const { values } = answer;
  const decidedAt = clock.wallNow();
  const searchUntil = Math.min(request.deadline, clock.now() + longestSearchMs);
  const counterfactual = request.counterfactual
    ? answerer.findCounterfactuals(values, () => clock.now() > searchUntil)
    : null;
  decision.complianceReport = answerer.report({
    decision,
    values,
    counterfactual,
    breakerState: assigned.breakerState(),
    decidedAt,
    generatedAt: counterfactual === null ? decidedAt : clock.wallNow(),
  });
  decision.latencyMs = clock.now() - request.startedAt;
  return decision;
}

/** The category of a probability; without a card by the thresholds that a card has by default. */
export function riskOf(probability: number, card: ModelCard | null): RiskCategory {
  const { high, medium } = card?.riskThresholds ?? defaultRiskThresholds;
  if (probability >= high) return 'High';
  return probability >= medium ? 'Medium' : 'Low';
}
