import { type Clock, SpillwayError } from '../core/index.ts';
import { createExplainer, type Explainer } from '../explain/index.ts';
import { checkPrediction, type Model, type Prediction } from '../model/index.ts';
import type { ModelVersion } from '../registry/index.ts';
import { type CircuitBreaker, createCircuitBreaker } from '../resilience/index.ts';
import { type Answerer, createReadRow, type Question, valuesFor } from './answerer.ts';

/** When a version's circuit breaker opens and how long it stays open. */
export interface BreakerSettings {
  /** Failures in a row that open it. @default 5 */
  readonly failureThreshold?: number | undefined;
  /** Share of failures (0..1) in the window that opens it, once `minimumCalls` were made. @default 0.5 */
  readonly failureRatio?: number | undefined;
  /** Calls in the window before the ratio counts. @default 20 */
  readonly minimumCalls?: number | undefined;
  /** Length of the window in milliseconds. @default 10000 */
  readonly windowMs?: number | undefined;
  /** Milliseconds until an open breaker lets one call try again. @default 30000 */
  readonly recoveryTimeoutMs?: number | undefined;
}

/** A ready version, prepared to answer behind its circuit breaker. */
export interface ServingVersion extends Answerer {
  readonly kind: 'version';
  readonly weight: number;
  readonly breaker: CircuitBreaker;
}

/** Told of each failure of a version, with all that is known of it. */
export type OnModelFailure = (failure: ModelFailure) => void;

/** A version that was asked and did not answer usably. */
export interface ModelFailure {
  readonly requestId: string;
  readonly modelVersion: string;
  /** Why; its `cause` is what a model threw. For operators, never for clients. */
  readonly error: SpillwayError;
}

/** Prepares a ready version for serving. */
export function createServingVersion(
  version: ModelVersion,
  model: Model,
  settings: BreakerSettings,
  clock: Clock,
  onFailure: OnModelFailure,
): ServingVersion {
  const { name, card } = version;
  const { schema, task, labels } = model;
  const breaker = createCircuitBreaker({ ...settings, name, clock });
  let explainer: Explainer | SpillwayError | undefined;

  const predict = ({ values, question }: Call): Prediction => {
    try {
      const prediction = ask(model, name, values);
      checkPrediction(prediction, task, labels);
      if (clock.now() <= question.deadline) return prediction;
      throw new SpillwayError('DEADLINE_EXCEEDED', `${name} answered too late`);
    } catch (error) {
      if (SpillwayError.isInstance(error)) {
        onFailure({ requestId: question.requestId, modelVersion: name, error });
      }
      throw error;
    }
  };

  const serving: ServingVersion = Object.freeze({
    kind: 'version',
    name,
    task,
    labels,
    schema,
    schemaKey: JSON.stringify(schema),
    card,
    sha256: version.sha256,
    weight: version.weight,
    breaker,
    breakerState: () => breaker.state,
    read: createReadRow(schema),
    answer(question) {
      const values = valuesFor(serving, question);
      if (clock.now() > question.deadline) {
        throw new SpillwayError('DEADLINE_EXCEEDED', 'no time was left');
      }
      return {
        answerer: serving,
        values,
        prediction: breaker.runSync(predict, { values, question }),
      };
    },
    explain(values) {
      explainer ??= prepareExplainer(version, model);
      if (SpillwayError.isInstance(explainer)) throw explainer;
      return explainer.explain(values);
    },
  } satisfies ServingVersion);
  return serving;
}

/** The explainer of a model, or why there is none; made at the first use, which takes milliseconds, since starting should not. */
function prepareExplainer(
  { name, card }: ModelVersion,
  { pipeline }: Model,
): Explainer | SpillwayError {
  if (pipeline === null) {
    return new SpillwayError(
      'NOT_EXPLAINABLE',
      `${name} is only code: there are no trees or weights to explain`,
    );
  }
  try {
    return createExplainer(pipeline, { columnMeans: card?.columnMeans });
  } catch (error) {
    return SpillwayError.isInstance(error)
      ? error
      : new SpillwayError('NOT_EXPLAINABLE', `${name} cannot be explained`, { cause: error });
  }
}

interface Call {
  readonly values: Float64Array;
  readonly question: Question;
}

/** Whatever a model throws, even an error of ours, is a failure of the model. */
function ask(model: Model, name: string, values: Float64Array): Prediction {
  try {
    return model.predictValues(values);
  } catch (cause) {
    throw new SpillwayError('MODEL_FAILED', `${name} failed`, { cause });
  }
}
