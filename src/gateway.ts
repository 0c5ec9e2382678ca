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
  VersionStatus,
} from './gateway-contract.ts';
import { ModelSwaps, rollBack, servedContent } from './gateway-swap.ts';
import {
  checkNames,
  completeVersion,
  failedVersion,
  kindOf,
  ofOneKind,
} from './gateway-versions.ts';
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
import {
  type BreakerTransition,
  type Bulkhead,
  type CircuitBreakerEvents,
  type Priority,
  priorities,
} from './resilience/index.ts';
import {
  type Answerer,
  type Comparison,
  compare,
  createFallbackLimit,
  createFleet,
  createGeneration,
  createServingVersion,
  type DecisionRequest,
  decide,
  type Fleet,
  type FleetMember,
  type Generation,
  type ModelFailure,
  RowText,
  readVersion,
  type ServingVersion,
  type Snapshot,
  shadowRules,
  type Weights,
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
  if (typeof options !== 'object') {
    throw new SpillwayError(
      'INVALID_CONFIG',
      `expected an object of options, got a ${typeof options}`,
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
    given === undefined ? await loadAll(look ?? new Map(), clock) : given.map(completeVersion);
  const served = ofOneKind(versions);
  const weights = served.map(({ name, weight }) => config.weights?.[name] ?? weight);
  if (weights.every((weight) => weight === 0)) {
    throw new SpillwayError('INVALID_CONFIG', 'at least one version must have a weight above 0');
  }
  return LocalGateway.open(served, {
    config,
    clock,
    random,
    source: look && { directory, look, workerFile },
  });
}

/** What a gateway is made with beside its versions. */
interface GatewayParts {
  readonly config: GatewayConfig;
  readonly clock: Clock;
  readonly random: Random;
  /** Where its versions are from; `null` for those of code. */
  readonly source: {
    readonly directory: string;
    readonly look: DirectoryLook;
    readonly workerFile: URL | undefined;
  } | null;
}

/** The gateway in this process. State: what is served, which decisions read once, and what observers have not seen yet. */
class LocalGateway implements Gateway {
  readonly clock: Clock;
  readonly newRequestId: () => string = createIdSource();
  readonly httpMetrics: HttpMetrics;
  readonly #random: Random;
  readonly #startedAt: number;
  readonly #metrics: GatewayMetrics;
  readonly #emitter: Emitter<GatewayEvents>;
  readonly #swaps: ModelSwaps | null;
  /** Decisions that answer later and are under way. */
  readonly #underWay: Set<Promise<unknown>> = new Set();
  /** What is served no more and still used, until it is ended. */
  readonly #draining: Set<Promise<void>> = new Set();
  #config: GatewayConfig;
  #limitFallback: ReturnType<typeof createFallbackLimit>;
  #fleet: Fleet;
  /** The last change that takes its time; the next waits for it. */
  #changing: Promise<unknown> = Promise.resolve();
  #pending: (() => void)[] = [];
  /** Grows with each well answered request; at 1 the rules are asked too. */
  #shadowShare = 0;
  #changedAt: number | null = null;
  #closed = false;

  /** A gateway whose versions can answer: those that cannot be brought that far have failed. */
  static async open(versions: readonly ModelVersion[], parts: GatewayParts): Promise<LocalGateway> {
    const names = versions.map(({ name }) => name);
    const gateway = new LocalGateway(names, parts);
    const generations = await Promise.all(
      versions.map((version) => gateway.#prepareOrFail(version)),
    );
    const members = generations.map((one) => ({ ...one, previous: null, isRolledBack: false }));
    const { weights = null } = parts.config;
    if (weights !== null) checkNames(weights, versions);
    gateway.#fleet = gateway.#fleetOf(members, weights);
    return gateway;
  }

  private constructor(names: readonly string[], parts: GatewayParts) {
    const { clock, config, random, source } = parts;
    this.clock = clock;
    this.#config = config;
    this.#random = random;
    this.#startedAt = clock.now();
    this.#metrics = createGatewayMetrics(names, () =>
      this.status().versions.map(({ modelVersion: name, ...status }) => ({ name, ...status })),
    );
    this.httpMetrics = createHttpMetrics(this.#metrics.registry);
    this.#emitter = createEmitter(() => this.#metrics.recordListenerError());
    this.#limitFallback = createFallbackLimit(config.fallback.maxConcurrent);
    this.#fleet = this.#fleetOf([], null);
    this.#swaps = source && this.#createSwaps(source);
  }

  #createSwaps({ directory, look, workerFile }: NonNullable<GatewayParts['source']>): ModelSwaps {
    return new ModelSwaps(directory, look, {
      clock: this.clock,
      workerFile,
      fleet: () => this.#fleet,
      fleetOf: (members, weights) => this.#fleetOf(members, weights),
      install: (fleet, letGo) => this.#install(fleet, letGo),
      prepare: (version, generation) => this.#prepare(version, generation),
      refuseClosed: () => this.#refuseClosed(),
      strangeness: (version) => this.#strangeness(version),
      tell: (name, change) => this.#tellChange(name, change),
      tellRefused: (refusal) => {
        this.#metrics.recordSwap('refused');
        this.#publish('version-refused', refusal);
      },
    });
  }

  #fleetOf(members: readonly FleetMember[], weights: Weights | null): Fleet {
    return createFleet(members, weights, {
      salt: this.#config.salt,
      random: this.#random,
      failClosed: this.#config.fallback.failClosed,
      limitFallback: this.#limitFallback,
    });
  }

  /** Serves a fleet from now on. What it lets go is ended when no decision uses it any more. */
  #install(fleet: Fleet, letGo: readonly (ServingVersion | null)[]): void {
    this.#fleet = fleet;
    this.#changedAt = this.clock.wallNow();
    const ended = letGo.filter((serving) => serving !== null);
    if (ended.length === 0) return;
    const drained = this.#end(ended).finally(() => this.#draining.delete(drained));
    this.#draining.add(drained);
  }

  /** Ends what is served no more, after the decisions that began with it. */
  async #end(served: readonly ServingVersion[]): Promise<void> {
    await Promise.allSettled(this.#underWay);
    await Promise.allSettled(served.map((serving) => serving.close()));
  }

  /** Why a version cannot be served beside the others: it answers another kind of question. */
  #strangeness(version: ModelVersion): string | null {
    const reference = this.#fleet.members.find(({ serving }) => serving !== null)?.version;
    if (reference === undefined || kindOf(reference) === kindOf(version)) return null;
    return `INVALID_MODEL: answers ${kindOf(version)}, the versions that are served ${kindOf(reference)}`;
  }

  #tellChange(
    name: 'version-added' | 'version-swapped' | 'version-retired',
    change: VersionChange,
  ): void {
    const { cause, modelVersion } = change;
    if (name === 'version-retired') this.#metrics.retireVersion(modelVersion);
    else this.#metrics.addVersion(modelVersion);
    const result = {
      'version-added': 'added',
      'version-retired': 'retired',
      'version-swapped': 'swapped',
    } as const;
    this.#metrics.recordSwap(cause === 'rollback' ? 'rolled-back' : result[name]);
    this.#publish(name, change);
  }

  async #prepareOrFail(version: ModelVersion): Promise<Generation> {
    try {
      return await this.#prepare(version, 1);
    } catch (error) {
      const { code, message } = SpillwayError.isInstance(error)
        ? error
        : new SpillwayError('MODEL_FAILED', 'the version cannot be started', { cause: error });
      return createGeneration(failedVersion(version, `${code}: ${message}`), null, 0);
    }
  }

  /** Prepares a version and waits until it can answer. Rejects with the reason when it never will. */
  async #prepare(
    version: ModelVersion,
    generation: number,
    { breaker, timeoutMs }: GatewayConfig = this.#config,
  ): Promise<Generation> {
    const serving = createServingVersion(
      version,
      {
        breaker,
        timeoutMs,
        clock: this.clock,
        random: this.#random,
        onFailure: (failure: ModelFailure) => this.#publish('model-failed', failure),
        onUnexplained: (failure: ModelFailure) => {
          this.#metrics.recordUnexplained(failure.modelVersion, failure.error.code);
          this.#publish('explanation-failed', failure);
        },
        mayEject: (name) => this.#mayEject(name),
      },
      generation,
    );
    try {
      await serving?.ready();
    } catch (error) {
      await serving?.close();
      throw error;
    }
    if (serving !== null) this.#watchBreaker(serving);
    return createGeneration(version, serving, serving === null ? 0 : generation);
  }

  /** The last version that answers at all keeps serving, even when it fails in part. */
  #mayEject(name: string): boolean {
    const { router, versions } = this.#fleet.snapshot;
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
      const { snapshot } = this.#fleet;
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
    const fleet = this.#fleet;
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
    const [reader] = this.#fleet.readers;
    const values = reader?.readText(text) ?? null;
    return reader === undefined || values === null
      ? null
      : new RowText(text, values, reader.schemaKey);
  }

  compliancePage(report: ComplianceReport): string {
    const byRules = report.fallback.servedBy === 'rules';
    const { members, rules, snapshot } = this.#fleet;
    const before = members.flatMap(({ previous }) => previous?.serving ?? []);
    const answerers: readonly Answerer[] = byRules ? rules : [...snapshot.versions, ...before];
    const answerer = answerers.find(({ name }) => name === report.model.version);
    if (answerer !== undefined) return compliancePage(report, answerer.schema);
    throw new SpillwayError('UNKNOWN_VERSION', 'no version of this gateway made that decision');
  }

  faultsOf(row: unknown): readonly Fault[] {
    let faults: readonly Fault[] = [];
    for (const reader of this.#fleet.readers) {
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
    this.#refuseClosed();
    this.#setWeights(weights, actorOf(options));
  }

  #setWeights(weights: Weights | null, by: string): void {
    const { members } = this.#fleet;
    if (weights !== null)
      checkNames(
        weights,
        members.map(({ version }) => version),
      );
    const next = this.#fleetOf(members, weights && { ...weights });
    if (next.snapshot.router === null) {
      throw new SpillwayError(
        'INVALID_CONFIG',
        'at least one ready version must have a weight above 0',
      );
    }
    const from = this.#weights();
    this.#install(next, []);
    const at = this.clock.wallNow();
    this.#publish('weights-changed', { from, to: this.#weights(), at, by });
  }

  async reload(options: ReloadOptions = {}): Promise<ReloadReport> {
    const by = actorOf(options);
    const { versions } = options;
    const swaps = this.#swaps;
    if (swaps === null) {
      throw new SpillwayError(
        'INVALID_CONFIG',
        'the gateway was made of versions in code: there is no model directory to look at',
      );
    }
    return this.#inTurn(() => swaps.reload({ by, versions }));
  }

  rollback(modelVersion: string, options?: ChangeOptions): VersionChange {
    this.#refuseClosed();
    const by = actorOf(options);
    const before = this.#fleet;
    const after = this.#fleetOf(rollBack(before, modelVersion), before.weights);
    if (after.snapshot.router === null && before.snapshot.router !== null) {
      throw new SpillwayError('INVALID_CONFIG', 'no version would be left with a weight above 0');
    }
    this.#install(after, []);
    const change: VersionChange = {
      modelVersion,
      from: servedContent(before, modelVersion),
      to: servedContent(after, modelVersion),
      cause: 'rollback',
      at: this.clock.wallNow(),
      by,
    };
    this.#tellChange('version-swapped', change);
    return change;
  }

  setBreaker(modelVersion: string, state: ForcedState, options?: ChangeOptions): void {
    this.#refuseClosed();
    const by = actorOf(options);
    const { members } = this.#fleet;
    const member = members.find(({ version }) => version.name === modelVersion);
    if (!member?.serving) {
      const ready = members.filter(({ serving }) => serving !== null);
      const names = ready.map(({ version }) => version.name).join(', ') || 'none';
      throw new SpillwayError('UNKNOWN_VERSION', `no such version is ready; ready are ${names}`);
    }
    const from = member.serving.breaker.forced;
    member.serving.breaker.force(state);
    // what was served before stands in for it, and is held with it
    member.previous?.serving?.breaker.force(state);
    if (from === state) return;
    const at = this.clock.wallNow();
    this.#publish('breaker-forced', { modelVersion, from, to: state, at, by });
  }

  async configure(settings: ChangeableSettings, options?: ChangeOptions): Promise<void> {
    const by = actorOf(options);
    const { weights, ...others } = settings;
    return this.#inTurn(async () => {
      const next = changedConfig(this.#config, others);
      if (weights)
        checkNames(
          weights,
          this.#fleet.members.map(({ version }) => version),
        );
      const isNewGuard =
        next.timeoutMs !== this.#config.timeoutMs ||
        JSON.stringify(next.breaker) !== JSON.stringify(this.#config.breaker);
      const anew = isNewGuard ? await this.#prepareAnew(next) : new Map<ModelVersion, Generation>();
      const letGo: ServingVersion[] = [];
      const renew = <One extends Generation>(one: One): One => {
        const { serving } = anew.get(one.version) ?? one;
        if (serving === one.serving || serving === null || one.serving === null) return one;
        serving.breaker.force(one.serving.breaker.forced);
        letGo.push(one.serving);
        return { ...one, serving };
      };
      this.#refuseClosed();
      const { members, weights: before } = this.#fleet;
      const renewed = members.map((member) => ({
        ...renew(member),
        previous: member.previous && renew(member.previous),
      }));
      if (next.fallback.maxConcurrent !== this.#config.fallback.maxConcurrent)
        this.#limitFallback = createFallbackLimit(next.fallback.maxConcurrent);
      this.#config = next;
      this.#install(this.#fleetOf(renewed, before), letGo);
      if (weights !== undefined && JSON.stringify(weights) !== JSON.stringify(before))
        this.#setWeights(weights, by);
    });
  }

  /** All that can answer, anew and with other settings. */
  async #prepareAnew(config: GatewayConfig): Promise<Map<ModelVersion, Generation>> {
    const all = this.#fleet.members.flatMap(({ previous, ...own }) =>
      previous === null ? [own] : [own, previous],
    );
    const anew = await Promise.all(
      all.map(({ generation, version }) => this.#prepare(version, generation, config)),
    );
    return new Map(anew.map((one) => [one.version, one]));
  }

  /** Changes that take their time come one after the other. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#changing.then(() => {
      this.#refuseClosed();
      return change();
    });
    this.#changing = result.catch(() => undefined);
    return result;
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
    const weights = this.#weights();
    const versions = this.#fleet.members.map(
      ({ generation, previous, serving, version }): VersionStatus => ({
        modelVersion: version.name,
        state: this.#closed ? 'retired' : version.state,
        reason: version.reason,
        warnings: serving?.warnings ?? version.warnings,
        format: version.format,
        sha256: version.sha256,
        weight: weights[version.name] ?? 0,
        breaker: serving?.breakerState() ?? null,
        breakerForced: serving?.breaker.forced ?? null,
        generation,
        previousGeneration: previous?.generation ?? null,
        calls: serving?.bulkhead ? callsOf(serving.bulkhead) : null,
      }),
    );
    const ready = !this.#closed && this.#fleet.snapshot.router !== null;
    const healthy = versions.every(
      ({ state, breaker }) => state === 'ready' && breaker === 'closed',
    );
    return {
      status: healthy ? 'healthy' : ready ? 'degraded' : 'unhealthy',
      ready,
      uptimeMs: this.clock.now() - this.#startedAt,
      changedAt: this.#changedAt,
      versions,
      refused: this.#swaps?.refusals ?? [],
    };
  }

  performance(): readonly RouteFigures[] {
    return this.#metrics.figures();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
    this.#deliver();
    const { members } = this.#fleet;
    const all = members.flatMap(({ previous, serving }) => [serving, previous?.serving]);
    await Promise.all([...this.#draining, ...all.map((serving) => serving?.close())]);
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
      deadline: startedAt + Math.min(timeoutMs, this.#config.timeoutMs),
    };
  }

  #weights(): Record<string, number> {
    return Object.fromEntries(
      (this.#fleet.snapshot.router?.arms ?? []).map(({ name, weight }) => [name, weight]),
    );
  }

  #watchBreaker({ breaker, generation, name }: ServingVersion): void {
    const publish = (event: keyof CircuitBreakerEvents, { reason, at }: BreakerTransition) =>
      this.#publish(event, { modelVersion: name, generation, reason, at });
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

function callsOf({ inFlight, limit, waiting }: Bulkhead): VersionStatus['calls'] {
  return { inFlight, limit, waiting };
}

const maxActorLength = 128;

/** Who asks for a change, as events tell it. */
function actorOf({ by = 'code' }: ChangeOptions = {}): string {
  if (typeof by === 'string' && by.length > 0 && by.length <= maxActorLength) return by;
  throw new SpillwayError('INVALID_OPTION', `by is a text of 1 to ${maxActorLength} characters`);
}

/** The settings of a gateway with some of them replaced. */
function changedConfig(
  config: GatewayConfig,
  { breaker, fallback, timeoutMs }: Omit<ChangeableSettings, 'weights'>,
): GatewayConfig {
  return parseGatewayConfig({
    ...config,
    timeoutMs: timeoutMs ?? config.timeoutMs,
    breaker: breaker ?? config.breaker,
    fallback: fallback ?? config.fallback,
  });
}
