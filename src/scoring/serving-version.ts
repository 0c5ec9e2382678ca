import { type Clock, SpillwayError } from '../core/index.ts';
import { createExplainer, type Explainer } from '../explain/index.ts';
import { checkPrediction, type Model, type Prediction } from '../model/index.ts';
import type { ModelVersion } from '../registry/index.ts';
import { type CircuitBreaker, createCircuitBreaker } from '../resilience/index.ts';
import { type Answerer, createReadRow, valuesFor } from './answerer.ts';

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

/** Prepares a ready version for serving. */
export function createServingVersion(
  version: ModelVersion,
  model: Model,
  settings: BreakerSettings,
  clock: Clock,
): ServingVersion {
  const { name, card } = version;
  const { schema, task, labels, pipeline } = model;
  const breaker = createCircuitBreaker({ ...settings, name, clock });
  let explainer: Explainer | undefined;

  const predict = ({ values, deadline }: Call): Prediction => {
    const prediction = model.predictValues(values);
    checkPrediction(prediction, task, labels);
    if (clock.now() > deadline)
      throw new SpillwayError('DEADLINE_EXCEEDED', `${name} answered too late`);
    return prediction;
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
    read: createReadRow(name, schema),
    answer(question) {
      const { deadline } = question;
      const values = valuesFor(serving, question);
      if (clock.now() > deadline) throw new SpillwayError('DEADLINE_EXCEEDED', 'no time was left');
      try {
        return {
          answerer: serving,
          values,
          prediction: breaker.runSync(predict, { values, deadline }),
        };
      } catch (error) {
        if (SpillwayError.isInstance(error)) throw error;
        throw new SpillwayError('MODEL_FAILED', `${name} failed`, { cause: error });
      }
    },
    explain(values) {
      if (pipeline === null) {
        throw new SpillwayError(
          'NOT_EXPLAINABLE',
          `${name} is only code: there are no trees or weights to explain`,
        );
      }
      explainer ??= createExplainer(pipeline, { columnMeans: card?.columnMeans });
      return explainer.explain(values);
    },
  } satisfies ServingVersion);
  return serving;
}

interface Call {
  readonly values: Float64Array;
  readonly deadline: number;
}
