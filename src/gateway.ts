import { fileURLToPath } from 'node:url';
import type { Registry } from 'prom-client';
import { parseGatewayConfig } from './config.ts';
import {
  type Clock,
  createEmitter,
  createIdSource,
  type Emitter,
  type Eventually,
  type Fault,
  SpillwayError,
  systemClock,
  systemRandom,
} from './core/index.ts';
import { compliancePage } from './explain/index.ts';
import type {
  ChangeableSettings,
  ChangeOptions,
  CompareOptions,
  DecideOptions,
  ForcedState,
  Gateway,
  GatewayEvents,
  GatewayOptions,
  GatewayStatus,
  PredictOptions,
  ReloadOptions,
  ReloadReport,
  VersionChange,
} from './gateway-contract.ts';
import { type FleetParts, GatewayFleet } from './gateway-fleet.ts';
import { completeVersions, ofOneKind } from './gateway-versions.ts';
import type { ComplianceReport, Decision, Row } from './model/index.ts';
import {
  createGatewayMetrics,
  createHttpMetrics,
  type DecisionRoute,
  type GatewayMetrics,
  type HttpMetrics,
  type RouteFigures,
} from './monitoring/index.ts';
import {
  type DirectoryLook,
  loadVersion,
  lookAtDirectory,
  type ModelVersion,
} from './registry/index.ts';
import { type Priority, priorities } from './resilience/index.ts';
import {
  type Answerer,
  type Comparison,
  compare,
  type DecisionRequest,
  decide,
  RowText,
  readVersion,
  type Snapshot,
  shadowRules,
  type Weights,
} from './scoring/index.ts';

/** The directory of the models that come with the package. */
export const demoModels: string = fileURLToPath(new URL('../models/churn', import.meta.url));
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
  return loadAll(await lookAtDirectory(directory), systemClock);
}

function loadAll(look: DirectoryLook, clock: Clock): Promise<readonly ModelVersion[]> {
  return Promise.all(
    [...look.values()].map(({ stored }) => loadVersion(stored, readVersion, clock)),
  );
}

/**
 * Makes a gateway over the versions of one model. Versions that fail to load are reported in `status()` and do not
 * stop the others.
 * @throws SpillwayError `MODEL_NOT_FOUND`, or `INVALID_CONFIG` with every fault of the options.
 */
export async function createGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const asked: unknown = options;
  if (typeof asked !== 'object' || asked === null) {
    throw new SpillwayError(
      'INVALID_CONFIG',
      `expected an object of options, got ${asked === null ? 'null' : `a ${typeof asked}`}`,
    );
  }
  const { versions: given, clock = systemClock, random = systemRandom, ...others } = options;
  const { workerFile, ...settings } = others;
  const config = parseGatewayConfig(settings);
  if (given !== undefined && config.models !== undefined) {
    throw new SpillwayError('INVALID_CONFIG', 'models and versions exclude each other');
  }
  const directory = config.models ?? demoModels;
  // before anything is read, so that what is written meanwhile is seen later
  const look = given === undefined ? await lookAtDirectory(directory) : null;
  const versions =
    given === undefined ? await loadAll(look ?? new Map(), clock) : completeVersions(given);
  const served = ofOneKind(versions);
  const weights = served.map(({ name, weight }) => config.weights?.[name] ?? weight);
  if (weights.every((weight) => weight === 0)) {
    throw new SpillwayError('INVALID_CONFIG', 'at least one version must have a weight above 0');
  }
  const gateway = new LocalGateway(served, {
    config,
    clock,
    random,
    source: look && { directory, look, workerFile },
  });
  await gateway.open(served);
  return gateway;
}

/** The gateway in this process. State: what is served, which decisions read once, and what observers have not seen yet. */
class LocalGateway implements Gateway {
  readonly clock: Clock;
  readonly newRequestId: () => string = createIdSource();
  readonly httpMetrics: HttpMetrics;
  readonly #startedAt: number;
  readonly #metrics: GatewayMetrics;
  readonly #emitter: Emitter<GatewayEvents>;
  readonly #fleet: GatewayFleet;
  /** Decisions that answer later and are under way. */
  readonly #underWay: Set<Promise<unknown>> = new Set();
  #pending: (() => void)[] = [];
  /** Grows with each well answered request; at 1 the rules are asked too. */
  #shadowShare = 0;
  #closed = false;

  constructor(
    versions: readonly ModelVersion[],
    { clock, config, random, source }: Omit<FleetParts, 'host'>,
  ) {
    this.clock = clock;
    this.#startedAt = clock.now();
    this.#metrics = createGatewayMetrics(
      versions.map(({ name }) => name),
      () =>
        this.status().versions.map(({ modelVersion: name, ...status }) => ({ name, ...status })),
    );
    this.httpMetrics = createHttpMetrics(this.#metrics.registry);
    this.#emitter = createEmitter(() => this.#metrics.recordListenerError());
    this.#fleet = new GatewayFleet({
      clock,
      config,
      random,
      source,
      host: {
        metrics: this.#metrics,
        publish: (name, event) => this.#publish(name, event),
        refuseClosed: () => this.#refuseClosed(),
        settleDecisions: async () => void (await Promise.allSettled(this.#underWay)),
      },
    });
  }

  /** Makes the versions able to answer: those that cannot be brought that far have failed. */
  open(versions: readonly ModelVersion[]): Promise<void> {
    return this.#fleet.open(versions);
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
      const { snapshot } = this.#fleet.now;
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
    const fleet = this.#fleet.now;
    try {
      const request = this.#createRequest(row, requestId, options);
      const comparison = await this.#follow(compare(fleet.snapshot, request, this.clock));
      for (const result of comparison.results) this.#metrics.recordCompared(result);
      const notReady = fleet.members.filter(({ serving }) => serving === null);
      const error = { code: 'NO_VERSION_READY', message: 'the version is not ready' } as const;
      const absent = notReady.map(({ version }) => ({ modelVersion: version.name, error }));
      return { ...comparison, results: [...comparison.results, ...absent] };
    } catch (error) {
      this.#recordFailure(error, requestId, 'compare');
      throw error;
    }
  }

  readText(text: Uint8Array): RowText | null {
    const [reader] = this.#fleet.now.readers;
    const values = reader?.readText(text) ?? null;
    return reader === undefined || values === null
      ? null
      : new RowText(text, values, reader.schemaKey);
  }

  compliancePage(report: ComplianceReport): string {
    const byRules = report.fallback.servedBy === 'rules';
    const { members, rules, snapshot } = this.#fleet.now;
    const before = members.flatMap(({ previous }) => previous?.serving ?? []);
    const answerers: readonly Answerer[] = byRules ? rules : [...snapshot.versions, ...before];
    const answerer = answerers.find(({ name }) => name === report.model.version);
    if (answerer !== undefined) return compliancePage(report, answerer.schema);
    throw new SpillwayError('UNKNOWN_VERSION', 'no version of this gateway made that decision');
  }

  faultsOf(row: unknown): readonly Fault[] {
    let faults: readonly Fault[] = [];
    for (const reader of this.#fleet.now.readers) {
      try {
        reader.read(row);
        return [];
      } catch (error) {
        if (faults.length === 0 && SpillwayError.isInstance(error)) faults = error.faults;
      }
    }
    return faults;
  }

  setWeights(weights: Weights, options?: ChangeOptions): void {
    this.#fleet.setWeights(weights, options);
  }

  reload(options?: ReloadOptions): Promise<ReloadReport> {
    return this.#fleet.reload(options);
  }

  rollback(modelVersion: string, options?: ChangeOptions): VersionChange {
    return this.#fleet.rollback(modelVersion, options);
  }

  setBreaker(modelVersion: string, state: ForcedState, options?: ChangeOptions): void {
    this.#fleet.setBreaker(modelVersion, state, options);
  }

  configure(settings: ChangeableSettings, options?: ChangeOptions): Promise<void> {
    return this.#fleet.configure(settings, options);
  }

  #refuseClosed(): void {
    if (this.#closed) throw new SpillwayError('SHUTTING_DOWN', 'the gateway is closed');
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
    const versions = this.#fleet
      .status()
      .map((version) => (this.#closed ? { ...version, state: 'retired' as const } : version));
    const ready = !this.#closed && this.#fleet.now.snapshot.router !== null;
    const healthy = versions.every(
      ({ state, breaker }) => state === 'ready' && breaker === 'closed',
    );
    return {
      status: healthy ? 'healthy' : ready ? 'degraded' : 'unhealthy',
      ready,
      uptimeMs: this.clock.now() - this.#startedAt,
      changedAt: this.#fleet.changedAt,
      versions,
      refused: this.#fleet.refusals,
    };
  }

  performance(): readonly RouteFigures[] {
    return this.#metrics.figures();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
    this.#deliver();
    await this.#fleet.close();
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
      this.#shadowShare += this.#fleet.config.fallback.shadowRatio;
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
    const {
      timeoutMs = this.#fleet.config.timeoutMs,
      unitId,
      signal,
      priority = 'critical',
    } = options;
    this.#refuseClosed();
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
      deadline: startedAt + Math.min(timeoutMs, this.#fleet.config.timeoutMs),
    };
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
  'settings-changed',
  'version-added',
  'version-swapped',
  'version-retired',
  'version-refused',
  'breaker-forced',
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
