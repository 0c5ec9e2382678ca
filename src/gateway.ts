import { fileURLToPath } from 'node:url';
import type { Registry } from 'prom-client';
import { type GatewayConfig, parseGatewayConfig } from './config.ts';
import {
  type Clock,
  createEmitter,
  createIdSource,
  type Emitter,
  type Eventually,
  type Fault,
  type Random,
  SpillwayError,
  systemClock,
  systemRandom,
} from './core/index.ts';
import { compliancePage } from './explain/index.ts';
import type {
  CompareOptions,
  DecideOptions,
  Gateway,
  GatewayEvents,
  GatewayOptions,
  GatewayStatus,
  PredictOptions,
  VersionStatus,
} from './gateway-contract.ts';
import { checkNames, completeVersion, failedVersion, ofOneKind } from './gateway-versions.ts';
import type { ComplianceReport, Decision, Row } from './model/index.ts';
import {
  createGatewayMetrics,
  createHttpMetrics,
  type DecisionRoute,
  type GatewayMetrics,
  type HttpMetrics,
  type RouteFigures,
} from './monitoring/index.ts';
import { listVersions, loadVersion, type ModelVersion } from './registry/index.ts';
import {
  type BreakerTransition,
  type Bulkhead,
  type CircuitBreakerEvents,
  type Priority,
  priorities,
} from './resilience/index.ts';
import { createRouter } from './routing/index.ts';
import {
  type Answerer,
  type Comparison,
  compare,
  createFallbackLimit,
  createRuleAnswerer,
  createServingVersion,
  createSnapshot,
  type DecisionRequest,
  decide,
  type ModelFailure,
  RowText,
  readVersion,
  type ServingVersion,
  type Snapshot,
  shadowRules,
} from './scoring/index.ts';

const demoModels = fileURLToPath(new URL('../models/churn', import.meta.url));
const maxPendingEvents = 10_000;
const maxIdLength = 256;

/**
 * Loads every version of a model directory (or the demo models): verified, read and tried. A version that fails is in
 * the list with its reason.
 * @throws SpillwayError `MODEL_NOT_FOUND` when there is no version at all.
 */
export async function loadVersions(
  directory: string = demoModels,
): Promise<readonly ModelVersion[]> {
  const stored = await listVersions(directory);
  return Promise.all(stored.map((version) => loadVersion(version, readVersion)));
}

/**
 * Makes a gateway over the versions of one model. Versions that fail to load are reported in `status()` and do not
 * stop the others.
 * @throws SpillwayError `MODEL_NOT_FOUND`, or `INVALID_CONFIG` with every fault of the options.
 */
export async function createGateway(options: GatewayOptions = {}): Promise<Gateway> {
  if (typeof options !== 'object') {
    throw new SpillwayError(
      'INVALID_CONFIG',
      `expected an object of options, got a ${typeof options}`,
    );
  }
  const { versions: given, clock = systemClock, random = systemRandom, ...settings } = options;
  const config = parseGatewayConfig(settings);
  if (given !== undefined && config.models !== undefined) {
    throw new SpillwayError('INVALID_CONFIG', 'models and versions exclude each other');
  }
  const versions =
    given === undefined ? await loadVersions(config.models) : given.map(completeVersion);
  const served = ofOneKind(versions);
  const weights = served.map(({ name, weight }) => config.weights?.[name] ?? weight);
  if (weights.every((weight) => weight === 0)) {
    throw new SpillwayError('INVALID_CONFIG', 'at least one version must have a weight above 0');
  }
  return LocalGateway.open(served, config, clock, random);
}

/** The gateway in this process. State: the snapshot that decisions read, and what observers have not seen yet. */
class LocalGateway implements Gateway {
  readonly clock: Clock;
  readonly newRequestId: () => string = createIdSource();
  readonly httpMetrics: HttpMetrics;
  readonly #config: GatewayConfig;
  readonly #random: Random;
  readonly #startedAt: number;
  readonly #metrics: GatewayMetrics;
  readonly #emitter: Emitter<GatewayEvents>;
  readonly #limitFallback: ReturnType<typeof createFallbackLimit>;
  /** Decisions that answer later and are under way. */
  readonly #underWay: Set<Promise<unknown>> = new Set();
  #versions: readonly ModelVersion[] = [];
  #rules: readonly Answerer[] = [];
  /** One answerer per schema: rows are checked against each. */
  #readers: readonly Answerer[] = [];
  #snapshot: Snapshot;
  #pending: (() => void)[] = [];
  /** Grows with each well answered request; at 1 the rules are asked too. */
  #shadowShare = 0;
  #changedAt: number | null = null;
  #closed = false;

  /** A gateway whose versions can answer: those that cannot be brought that far have failed. */
  static async open(
    versions: readonly ModelVersion[],
    config: GatewayConfig,
    clock: Clock,
    random: Random,
  ): Promise<LocalGateway> {
    const names = versions.map(({ name }) => name);
    const gateway = new LocalGateway(names, config, clock, random);
    await gateway.#install(versions);
    return gateway;
  }

  private constructor(
    names: readonly string[],
    config: GatewayConfig,
    clock: Clock,
    random: Random,
  ) {
    this.clock = clock;
    this.#config = config;
    this.#random = random;
    this.#startedAt = clock.now();
    this.#metrics = createGatewayMetrics(names, () =>
      this.status().versions.map(({ modelVersion: name, state, breaker, weight, calls }) => ({
        name,
        state,
        breaker,
        weight,
        calls,
      })),
    );
    this.httpMetrics = createHttpMetrics(this.#metrics.registry);
    this.#emitter = createEmitter(() => this.#metrics.recordListenerError());
    this.#limitFallback = createFallbackLimit(config.fallback.maxConcurrent);
    this.#snapshot = this.#createSnapshot([]);
  }

  async #install(versions: readonly ModelVersion[]): Promise<void> {
    const prepared = await Promise.all(versions.map((version) => this.#prepare(version)));
    this.#versions = prepared.map(({ version }) => version);
    this.#rules = versions.flatMap(
      ({ name, card, cardSha256 }) => (card && createRuleAnswerer(name, card, cardSha256)) ?? [],
    );
    const serving = prepared.flatMap((one) => one.serving ?? []);
    const answerers = serving.length > 0 ? serving : this.#rules.slice(0, 1);
    this.#readers = [
      ...new Map(answerers.map((answerer) => [answerer.schemaKey, answerer])).values(),
    ];
    this.#snapshot = this.#createSnapshot(serving, this.#config.weights);
    for (const version of serving) this.#watchBreaker(version);
  }

  /** Prepares a version and waits until it can answer; one that cannot has failed, with its reason. */
  async #prepare(version: ModelVersion): Promise<{
    readonly version: ModelVersion;
    readonly serving: ServingVersion | null;
  }> {
    let serving: ServingVersion | null = null;
    try {
      serving = createServingVersion(version, {
        breaker: this.#config.breaker,
        timeoutMs: this.#config.timeoutMs,
        clock: this.clock,
        random: this.#random,
        onFailure: (failure: ModelFailure) => this.#publish('model-failed', failure),
        onUnexplained: (failure: ModelFailure) => {
          this.#metrics.recordUnexplained(failure.modelVersion, failure.error.code);
          this.#publish('explanation-failed', failure);
        },
        mayEject: (name) => this.#mayEject(name),
      });
      await serving?.ready();
      return { version, serving };
    } catch (error) {
      await serving?.close();
      const { code, message } = SpillwayError.isInstance(error)
        ? error
        : new SpillwayError('MODEL_FAILED', 'the version cannot be started', { cause: error });
      return { version: failedVersion(version, `${code}: ${message}`), serving: null };
    }
  }

  /** The last version that answers at all keeps serving, even when it fails in part. */
  #mayEject(name: string): boolean {
    const { router, versions } = this.#snapshot;
    const arms = versions.filter((_, index) => (router?.arms[index]?.weight ?? 0) > 0);
    return (
      arms.length < 2 || arms.some((arm) => arm.name !== name && arm.breaker.state === 'closed')
    );
  }

  get metrics(): Registry {
    return this.#metrics.registry;
  }

  async predict(row: Row, options?: PredictOptions): Promise<Decision> {
    return this.decide(row, { ...options, reliable: false });
  }

  async predictReliable(row: Row, options?: PredictOptions): Promise<Decision> {
    return this.decide(row, { ...options, reliable: true });
  }

  decide(row: unknown, options: DecideOptions = {}): Eventually<Decision> {
    const route = options.reliable ? 'predict_reliable' : 'predict';
    const requestId = options.requestId ?? this.newRequestId();
    try {
      const request = this.#createRequest(row, requestId, options);
      const snapshot = this.#snapshot;
      const decision = decide(snapshot, request, this.clock);
      if (!(decision instanceof Promise)) return this.#tell(decision, snapshot, request, route);
      return this.#follow(
        decision.then(
          (late) => this.#tell(late, snapshot, request, route),
          (error: unknown) => {
            this.#recordFailure(error, requestId, route);
            throw error;
          },
        ),
      );
    } catch (error) {
      this.#recordFailure(error, requestId, route);
      throw error;
    }
  }

  async compare(row: unknown, options: CompareOptions = {}): Promise<Comparison> {
    const requestId = options.requestId ?? this.newRequestId();
    try {
      const request = this.#createRequest(row, requestId, options);
      const comparison = await this.#follow(compare(this.#snapshot, request, this.clock));
      for (const result of comparison.results) this.#metrics.recordCompared(result);
      const notReady = this.#versions.filter(({ state }) => state !== 'ready');
      const error = { code: 'NO_VERSION_READY', message: 'the version is not ready' } as const;
      const absent = notReady.map(({ name }) => ({ modelVersion: name, error }));
      return { ...comparison, results: [...comparison.results, ...absent] };
    } catch (error) {
      this.#recordFailure(error, requestId, 'compare');
      throw error;
    }
  }

  readText(text: Uint8Array): RowText | null {
    const [reader] = this.#readers;
    const values = reader?.readText(text) ?? null;
    return reader === undefined || values === null
      ? null
      : new RowText(text, values, reader.schemaKey);
  }

  compliancePage(report: ComplianceReport): string {
    const byRules = report.fallback.servedBy === 'rules';
    const answerers: readonly Answerer[] = byRules ? this.#rules : this.#snapshot.versions;
    const answerer = answerers.find(({ name }) => name === report.model.version);
    if (answerer !== undefined) return compliancePage(report, answerer.schema);
    throw new SpillwayError('UNKNOWN_VERSION', 'no version of this gateway made that decision');
  }

  faultsOf(row: unknown): readonly Fault[] {
    let faults: readonly Fault[] = [];
    for (const reader of this.#readers) {
      try {
        reader.read(row);
        return [];
      } catch (error) {
        if (faults.length === 0 && SpillwayError.isInstance(error)) faults = error.faults;
      }
    }
    return faults;
  }

  setWeights(weights: Readonly<Record<string, number>>): void {
    if (this.#closed) throw new SpillwayError('SHUTTING_DOWN', 'the gateway is closed');
    const from = this.#weights();
    const next = this.#createSnapshot(this.#snapshot.versions, weights);
    if (next.router === null) {
      throw new SpillwayError(
        'INVALID_CONFIG',
        'at least one ready version must have a weight above 0',
      );
    }
    this.#snapshot = next;
    this.#changedAt = this.clock.wallNow();
    this.#publish('weights-changed', { from, to: this.#weights(), at: this.#changedAt });
  }

  on<Name extends keyof GatewayEvents>(
    name: Name,
    listener: (event: GatewayEvents[Name]) => void,
  ): () => void {
    if (!eventNames.has(name)) {
      const known = [...eventNames].join(', ');
      throw new SpillwayError('INVALID_OPTION', `unknown event; known are ${known}`);
    }
    return this.#emitter.on(name, listener);
  }

  status(): GatewayStatus {
    const weights = this.#weights();
    const { versions: serving } = this.#snapshot;
    const versions = this.#versions.map(({ name, state, reason, warnings, format, sha256 }) => {
      const ready = serving.find((version) => version.name === name);
      return {
        modelVersion: name,
        state: this.#closed ? ('retired' as const) : state,
        reason,
        warnings: ready?.warnings ?? warnings,
        format,
        sha256,
        weight: weights[name] ?? 0,
        breaker: ready?.breakerState() ?? null,
        calls: ready?.bulkhead ? callsOf(ready.bulkhead) : null,
      };
    });
    const ready = !this.#closed && this.#snapshot.router !== null;
    const healthy = versions.every(
      ({ state, breaker }) => state === 'ready' && breaker === 'closed',
    );
    return {
      status: healthy ? 'healthy' : ready ? 'degraded' : 'unhealthy',
      ready,
      uptimeMs: this.clock.now() - this.#startedAt,
      changedAt: this.#changedAt,
      versions,
    };
  }

  performance(): readonly RouteFigures[] {
    return this.#metrics.figures();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
    this.#deliver();
    await Promise.all(this.#snapshot.versions.map((version) => version.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Counts and tells a decision that was made. */
  #tell(
    decision: Decision,
    snapshot: Snapshot,
    { row }: DecisionRequest,
    route: 'predict' | 'predict_reliable',
  ): Decision {
    this.#metrics.recordDecision(decision, route);
    if (this.#emitter.has('decision-made')) this.#publish('decision-made', { route, decision });
    if (decision.degraded) this.#publish('decision-degraded', { route, decision });
    else {
      this.#shadowShare += this.#config.fallback.shadowRatio;
      if (this.#shadowShare > 1 - 1e-9) {
        this.#shadowShare -= 1;
        setImmediate(() => this.#shadow(snapshot, row, decision));
      }
    }
    return decision;
  }

  /** Asks the rules what they would have answered, so that whoever depends on them knows. */
  #shadow(snapshot: Snapshot, row: unknown, decision: Decision): void {
    const outcome = shadowRules(snapshot, row, decision);
    if (outcome !== null) this.#metrics.recordShadow(decision.assignedVersion, outcome);
  }

  /** Keeps a promise in mind until it is settled, so that closing can wait for it. */
  #follow<T>(promise: Promise<T>): Promise<T> {
    this.#underWay.add(promise);
    const forget = () => this.#underWay.delete(promise);
    promise.then(forget, forget);
    return promise;
  }

  #recordFailure(error: unknown, requestId: string, route: DecisionRoute): void {
    const { code, details } = SpillwayError.isInstance(error)
      ? error
      : new SpillwayError('INTERNAL', 'unexpected error');
    // a row that does not fit is no fault of the version that would have answered it
    const counts = code !== 'INVALID_ROW' && typeof details['assignedVersion'] === 'string';
    const assignedVersion = counts ? String(details['assignedVersion']) : null;
    this.#metrics.recordFailure(assignedVersion, route, code);
    this.#publish('decision-failed', { requestId, route, code, assignedVersion });
  }

  #createRequest(row: unknown, requestId: string, options: DecideOptions): DecisionRequest {
    const startedAt = this.clock.now();
    const { timeoutMs = this.#config.timeoutMs, unitId, signal, priority = 'critical' } = options;
    if (this.#closed) throw new SpillwayError('SHUTTING_DOWN', 'the gateway is closed');
    if (signal?.aborted)
      throw new SpillwayError('CANCELLED', 'the caller gave up before the decision began');
    if (typeof timeoutMs !== 'number' || !(timeoutMs > 0)) {
      throw new SpillwayError('INVALID_OPTION', 'timeoutMs must be a number above 0');
    }
    if (unitId !== undefined && !isUnitId(unitId)) {
      throw new SpillwayError(
        'INVALID_OPTION',
        `a unit id is a text of 1 to ${maxIdLength} characters`,
      );
    }
    if (priority !== 'critical' && !priorityNames.has(priority)) {
      throw new SpillwayError('INVALID_OPTION', `priority is one of ${priorities.join(', ')}`);
    }
    for (const name in options) {
      if (knownOptions.has(name)) continue;
      const known = [...knownOptions].join(', ');
      throw new SpillwayError('INVALID_OPTION', `unknown option; known are ${known}`);
    }
    return {
      requestId,
      row,
      reliable: options.reliable ?? false,
      explain: (options.explain || options.counterfactual) ?? false,
      counterfactual: options.counterfactual ?? false,
      unitId,
      modelVersion: options.modelVersion,
      priority,
      signal,
      startedAt,
      deadline: startedAt + Math.min(timeoutMs, this.#config.timeoutMs),
    };
  }

  #createSnapshot(
    versions: readonly ServingVersion[],
    weights?: Readonly<Record<string, number>>,
  ): Snapshot {
    if (weights !== undefined) checkNames(weights, this.#versions);
    const arms = versions.map(({ name, weight }) => ({
      name,
      weight: weights === undefined ? weight : (weights[name] ?? 0),
    }));
    const assignable = arms.some(({ weight }) => weight !== 0);
    const router = assignable ? createRouter(arms, this.#config.salt, this.#random) : null;
    return createSnapshot({
      versions,
      rules: this.#rules,
      router,
      lastGood: new Map(),
      failClosed: this.#config.fallback.failClosed,
      limitFallback: this.#limitFallback,
    });
  }

  #weights(): Record<string, number> {
    return Object.fromEntries(
      (this.#snapshot.router?.arms ?? []).map(({ name, weight }) => [name, weight]),
    );
  }

  #watchBreaker({ name, breaker }: ServingVersion): void {
    const publish = (event: keyof CircuitBreakerEvents, { reason, at }: BreakerTransition) =>
      this.#publish(event, { modelVersion: name, reason, at });
    for (const [event, state] of [
      ['breaker-opened', 'open'],
      ['breaker-half-opened', 'half-open'],
      ['breaker-closed', 'closed'],
    ] as const) {
      breaker.on(event, (transition) => {
        this.#metrics.recordTransition(name, state);
        publish(event, transition);
      });
    }
    for (const event of ['breaker-would-open', 'breaker-kept-closed'] as const) {
      breaker.on(event, (transition) => publish(event, transition));
    }
  }

  /** Queues an event for after the answer; observers can make the queue full, never an answer late. */
  #publish<Name extends keyof GatewayEvents>(name: Name, event: GatewayEvents[Name]): void {
    if (!this.#emitter.has(name)) return;
    if (!this.#later(() => this.#emitter.emit(name, event))) this.#metrics.recordDroppedEvent();
  }

  /** Queues work for after the answer; false when there is too much of it already. */
  #later(job: () => void): boolean {
    if (this.#pending.length >= maxPendingEvents) return false;
    if (this.#pending.push(job) === 1) setImmediate(() => this.#deliver());
    return true;
  }

  #deliver(): void {
    const events = this.#pending;
    this.#pending = [];
    for (const deliver of events) deliver();
  }
}

const eventNames: ReadonlySet<string> = new Set<keyof GatewayEvents>([
  'decision-made',
  'decision-degraded',
  'decision-failed',
  'model-failed',
  'explanation-failed',
  'breaker-opened',
  'breaker-half-opened',
  'breaker-closed',
  'breaker-would-open',
  'breaker-kept-closed',
  'weights-changed',
]);

const priorityNames: ReadonlySet<Priority> = new Set(priorities);

const knownOptions: ReadonlySet<string> = new Set<keyof DecideOptions>([
  'explain',
  'counterfactual',
  'unitId',
  'timeoutMs',
  'signal',
  'priority',
  'modelVersion',
  'requestId',
  'reliable',
]);

function isUnitId(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= maxIdLength;
}

function callsOf({ inFlight, limit, waiting }: Bulkhead): VersionStatus['calls'] {
  return { inFlight, limit, waiting };
}
