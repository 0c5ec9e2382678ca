import { type Clock, SpillwayError } from '../core/index.ts';
import { createReporter } from '../explain/index.ts';
import { checkPrediction, type Model, type Prediction } from '../model/index.ts';
import type { ModelVersion } from '../registry/index.ts';
import {
  type CircuitBreaker,
  type CircuitBreakerOptions,
  createCircuitBreaker,
} from '../resilience/index.ts';
import { type Answerer, createReading, valuesFor } from './answerer.ts';
import { explainAnswer } from './explain-answer.ts';
import { createCounterfactualSearch } from './search-counterfactuals.ts';
import {
  createVersionExplainer,
  explanationSource,
  type RowExplainer,
} from './version-explainer.ts';

/** When a version's circuit breaker opens and how long it stays open. */
export type BreakerSettings = Pick<
  CircuitBreakerOptions,
  | 'failureThreshold'
  | 'failureRatio'
  | 'slowCallMs'
  | 'slowCallRatio'
  | 'minimumCalls'
  | 'windowMs'
  | 'recoveryTimeoutMs'
  | 'maximumRecoveryTimeoutMs'
  | 'recoveryJitter'
  | 'probes'
  | 'dryRun'
>;

/** What all versions of a gateway share. */
export interface ServingSettings {
  readonly breaker: BreakerSettings;
  /** A model that takes longer has failed, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly onFailure: OnModelFailure;
  /** Told of each answer that was to be explained and could not be. */
  readonly onUnexplained: OnModelFailure;
}

/** A ready version, prepared to answer behind its circuit breaker. */
export interface ServingVersion extends Answerer {
  readonly kind: 'version';
  readonly weight: number;
  /** Those of the version, and that its answers cannot be explained where the card says that they always are. */
  readonly warnings: readonly string[];
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
  settings: ServingSettings,
): ServingVersion {
  const { clock, timeoutMs } = settings;
  const { name, card } = version;
  const { schema, task, labels } = model;
  const breaker = createCircuitBreaker({ ...settings.breaker, name, clock });
  const ask = createAsk(name, model);
  // making it takes milliseconds, for large models tenths of a second, which starting waits for when every answer would
  const isAlwaysExplained = card !== null && card.explain.when !== 'on-request';
  let explainer = isAlwaysExplained ? prepareExplainer(version, model) : undefined;

  // what happens in here is the model's doing and counts for its breaker; a deadline that the caller chose does not
  const predict = (call: Call): Prediction => {
    try {
      const prediction = ask(call.values);
      checkPrediction(prediction, model);
      call.answeredAt = clock.now();
      if (call.answeredAt - call.askedAt <= timeoutMs) return prediction;
      throw new SpillwayError('DEADLINE_EXCEEDED', `${name} took longer than ${timeoutMs} ms`);
    } catch (error) {
      if (SpillwayError.isInstance(error)) {
        settings.onFailure({ requestId: call.requestId, modelVersion: name, error });
      }
      throw error;
    }
  };

  const subject = {
    kind: 'version',
    name,
    schema,
    card,
    sha256: version.sha256,
    cardSha256: version.cardSha256,
    threshold: card?.decisionThreshold ?? model.pipeline?.decisionThreshold ?? null,
  } as const;
  const serving: ServingVersion = Object.freeze({
    ...subject,
    task,
    labels,
    schemaKey: JSON.stringify(schema),
    weight: version.weight,
    warnings: SpillwayError.isInstance(explainer)
      ? [...version.warnings, `answers cannot be explained: ${explainer.message}`]
      : version.warnings,
    breaker,
    breakerState: () => breaker.state,
    ...createReading(schema),
    answer(question) {
      const values = valuesFor(serving, question);
      const { requestId, deadline, seenAt: askedAt } = question;
      if (askedAt > deadline) throw new SpillwayError('DEADLINE_EXCEEDED', 'no time was left');
      const call: Call = { requestId, values, askedAt, answeredAt: askedAt };
      try {
        const prediction = breaker.runSync(predict, call);
        if (call.answeredAt <= deadline) {
          const explanation = explainAnswer(serving, values, question, (error) =>
            settings.onUnexplained({ requestId, modelVersion: name, error }),
          );
          const { answeredAt } = call;
          return { answerer: serving, values, prediction, answeredAt, explanation };
        }
      } catch (error) {
        question.seenAt = clock.now();
        throw error;
      }
      question.seenAt = call.answeredAt;
      throw new SpillwayError('DEADLINE_EXCEEDED', `${name} answered after the deadline`);
    },
    explain(values) {
      explainer ??= prepareExplainer(version, model);
      if (SpillwayError.isInstance(explainer)) throw explainer;
      return explainer.explain(values);
    },
    findCounterfactuals: createCounterfactualSearch(model),
    report: createReporter(subject),
  } satisfies ServingVersion);
  return serving;
}

/** The explainer of a version, or why there is none. */
function prepareExplainer(
  { background, card, name }: ModelVersion,
  model: Model,
): RowExplainer | SpillwayError {
  try {
    return createVersionExplainer(model, explanationSource(card, background));
  } catch (error) {
    return SpillwayError.isInstance(error)
      ? error
      : new SpillwayError('NOT_EXPLAINABLE', `${name} cannot be explained`, { cause: error });
  }
}

interface Call {
  readonly requestId: string;
  readonly values: Float64Array;
  readonly askedAt: number;
  answeredAt: number;
}

/**
 * Asks a model. It gets a copy of the row, since what it does to it must not reach whoever answers next. Whatever it
 * throws, even an error of ours, is a failure of the model.
 */
function createAsk(name: string, model: Model): (values: Float64Array) => Prediction {
  const copy = new Float64Array(model.schema.features.length);
  let copyIsInUse = false;
  return (values) => {
    // only a model that asks its own gateway needs a second copy
    const given = copyIsInUse ? values.slice() : copy;
    if (given === copy) {
      copy.set(values);
      copyIsInUse = true;
    }
    try {
      const answered: unknown = model.predictValues(given);
      if (answered instanceof Promise) answered.catch(() => undefined); // refused below; must not end the process
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checkPrediction looks at it next
      return answered as Prediction;
    } catch (cause) {
      throw new SpillwayError('MODEL_FAILED', `${name} failed`, { cause });
    } finally {
      if (given === copy) copyIsInUse = false;
    }
  };
}
