import { type Clock, KeepAlive, type Random, SpillwayError } from '../core/index.ts';
import { createReporter } from '../explain/index.ts';
import type { CardServing, Explanation } from '../model/index.ts';
import type { ModelVersion } from '../registry/index.ts';
import {
  type Bulkhead,
  type CircuitBreaker,
  type CircuitBreakerOptions,
  createBulkhead,
  createCircuitBreaker,
  createFixedLimit,
  createGradientLimit,
} from '../resilience/index.ts';
import { type Answerer, createReading, rowObjectOf, valuesFor } from './answerer.ts';
import { createAwaitedCall, type LaterSource } from './awaited-call.ts';
import { explainAnswer, needOf } from './explain-answer.ts';
import { createInlineCall, type InlineCall } from './inline-call.ts';
import { createLaterSource } from './later-source.ts';
import type { OnModelFailure } from './model-failure.ts';
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
  readonly random: Random;
  readonly onFailure: OnModelFailure;
  /** Told of each answer that was to be explained and could not be. */
  readonly onUnexplained: OnModelFailure;
  /** Whether traffic can do without a version that fails in part: whether another one is left. */
  readonly mayEject: (modelVersion: string) => boolean;
}

/** A ready version, prepared to answer behind its circuit breaker. */
export interface ServingVersion extends Answerer {
  readonly kind: 'version';
  readonly weight: number;
  /** Those of the version, and that its answers cannot be explained where the card says that they always are. */
  readonly warnings: readonly string[];
  readonly breaker: CircuitBreaker;
  /** What limits the calls under way at once; `null` for a model that answers at once, and so one by one. */
  readonly bulkhead: Bulkhead | null;
  /** How many of its threads had to be replaced; 0 when it has none of its own. */
  threadRestarts(): number;
  /** Resolves when it can answer, rejects with the reason when it never will. */
  ready(): Promise<void>;
  /** Ends its breaker and its threads. */
  close(): Promise<void>;
}

/**
 * Prepares a ready version for serving; `null` for one that has neither a model nor code. `generation` counts what was
 * served under its name.
 */
export function createServingVersion(
  version: ModelVersion,
  settings: ServingSettings,
  generation = 1,
): ServingVersion | null {
  const { card, model, name, predictor } = version;
  const answers = model ?? predictor;
  if (answers === null) return null;
  const { clock, onUnexplained } = settings;
  const { labels, schema, task } = answers;
  const serves: CardServing = version.serving;
  const timeoutMs = Math.min(settings.timeoutMs, serves.timeoutMs ?? settings.timeoutMs);
  const breaker = createCircuitBreaker({
    ...settings.breaker,
    name,
    clock,
    random: settings.random,
    mayOpen: () => settings.mayEject(name),
  });
  const threshold = card?.decisionThreshold ?? model?.pipeline?.decisionThreshold ?? null;
  const callOptions = { name, breaker, timeoutMs, clock, onFailure: settings.onFailure };
  // making it takes milliseconds, for large models tenths of a second, which starting waits for when every answer would
  const isAlwaysExplained = card !== null && card.explain.when !== 'on-request';
  let explainer = isAlwaysExplained ? prepareExplainer(version) : undefined;
  const subject = {
    kind: 'version',
    name,
    schema,
    card,
    sha256: version.sha256,
    cardSha256: version.cardSha256,
    threshold,
  } as const;
  const reading = createReading(schema);
  const schemaKey = JSON.stringify(schema);
  const common = {
    ...subject,
    generation,
    task,
    labels,
    schemaKey,
    weight: version.weight,
    warnings: SpillwayError.isInstance(explainer)
      ? [...version.warnings, `answers cannot be explained: ${explainer.message}`]
      : version.warnings,
    breaker,
    breakerState: () => breaker.state,
    ...reading,
    explain(values: Float64Array): Explanation {
      explainer ??= prepareExplainer(version);
      if (SpillwayError.isInstance(explainer)) throw explainer;
      return explainer.explain(values);
    },
    findCounterfactuals: createCounterfactualSearch(model),
    report: createReporter(subject),
  };
  const source = createLaterSource(version, settings.clock);
  const answering = {
    labels,
    task,
    pipeline: model?.pipeline ?? null,
    threshold: threshold ?? 0.5,
  };

  if (source !== null)
    return answerLater(
      source,
      createVersionBulkhead(name, serves, source.threads, timeoutMs, clock),
    );
  if (model === null) return null;
  return answerAtOnce(createInlineCall(model, { ...callOptions, threshold: answering.threshold }));

  function answerAtOnce(ask: ReturnType<typeof createInlineCall>): ServingVersion {
    const serving: ServingVersion = Object.freeze({
      ...common,
      bulkhead: null,
      threadRestarts: () => 0,
      answer(question) {
        const values = valuesFor(serving, question);
        const { requestId, deadline, seenAt: askedAt } = question;
        if (askedAt > deadline) throw new SpillwayError('DEADLINE_EXCEEDED', 'no time was left');
        const call: InlineCall = { requestId, values, askedAt, answeredAt: askedAt };
        try {
          const prediction = ask(call);
          if (call.answeredAt <= deadline) {
            const explanation =
              question.need === 'none' && !isAlwaysExplained
                ? undefined
                : explainAnswer(
                    card,
                    question,
                    () => serving.explain(values),
                    (error) => onUnexplained({ requestId, modelVersion: name, error }),
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
      ready: () => Promise.resolve(),
      close() {
        breaker.close();
        return Promise.resolve();
      },
    } satisfies ServingVersion);
    return serving;
  }

  function answerLater(later: LaterSource, bulkhead: Bulkhead): ServingVersion {
    const keepAlive = new KeepAlive();
    const ask = createAwaitedCall(later, { ...callOptions, answering, bulkhead, keepAlive });
    const serving: ServingVersion = Object.freeze({
      ...common,
      bulkhead,
      threadRestarts: () => later.restarts,
      async answer(question) {
        const values = valuesFor(serving, question);
        const { requestId, deadline, priority, signal } = question;
        question.seenAt = clock.now();
        if (question.seenAt > deadline)
          throw new SpillwayError('DEADLINE_EXCEEDED', 'no time was left');
        const input = later.takes === 'row' ? rowObjectOf(question, schema) : values;
        const explain = needOf(card, question) !== 'none';
        try {
          const answer = await ask({ requestId, input, explain, priority, deadline, signal });
          const explanation = explainAnswer(
            card,
            question,
            () => explained(answer.explanation),
            (error) => onUnexplained({ requestId, modelVersion: name, error }),
          );
          const { answeredAt, prediction } = answer;
          return { answerer: serving, values, prediction, answeredAt, explanation };
        } catch (error) {
          question.seenAt = clock.now();
          throw error;
        }
      },
      ready: () => later.ready(),
      async close() {
        breaker.close();
        bulkhead.close();
        keepAlive.close();
        await later.close();
      },
    } satisfies ServingVersion);
    return serving;
  }
}

/** Of code nobody can say how it came to its answer; a model in a thread explained itself there. */
function explained(explanation: Explanation | SpillwayError | undefined): Explanation {
  if (explanation === undefined)
    throw new SpillwayError('NOT_EXPLAINABLE', 'the version is code that answers later');
  if (SpillwayError.isInstance(explanation)) throw explanation;
  return explanation;
}

const queueLength = 100;

function createVersionBulkhead(
  name: string,
  { maxConcurrent, queue = queueLength }: CardServing,
  threads: number,
  timeoutMs: number,
  clock: Clock,
): Bulkhead {
  const limit =
    maxConcurrent === undefined
      ? createGradientLimit({ min: threads, clock })
      : createFixedLimit(maxConcurrent);
  // a quarter of its time a call may wait; who allows more time has slower calls
  const intervalMs = timeoutMs / 4;
  return createBulkhead({ name, limit, queue, intervalMs, targetMs: intervalMs / 20, clock });
}

/** The explainer of a version, or why there is none. */
function prepareExplainer({
  background,
  card,
  model,
  name,
}: ModelVersion): RowExplainer | SpillwayError {
  if (model === null)
    return new SpillwayError('NOT_EXPLAINABLE', `${name} is code that answers later`);
  try {
    return createVersionExplainer(model, explanationSource(card, background));
  } catch (error) {
    return SpillwayError.isInstance(error)
      ? error
      : new SpillwayError('NOT_EXPLAINABLE', `${name} cannot be explained`, { cause: error });
  }
}
