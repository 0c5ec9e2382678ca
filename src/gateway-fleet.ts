import { type GatewayConfig, parseGatewayConfig } from './config.ts';
import { type Clock, type Random, SpillwayError } from './core/index.ts';
import type {
  ChangeableSettings,
  ChangeOptions,
  ForcedState,
  GatewayEvents,
  GuardSettings,
  ReloadOptions,
  ReloadReport,
  VersionChange,
  VersionRefusal,
  VersionStatus,
} from './gateway-contract.ts';
import { hold, ModelSwaps, rollBack, servedContent } from './gateway-swap.ts';
import { checkNames, failedVersion, kindOf, whyNotStarted } from './gateway-versions.ts';
import type { GatewayMetrics } from './monitoring/index.ts';
import type { DirectoryLook, ModelVersion } from './registry/index.ts';
import type { BreakerTransition, CircuitBreakerEvents } from './resilience/index.ts';
import {
  createFallbackLimit,
  createFleet,
  createGeneration,
  createServingVersion,
  type Fleet,
  type FleetMember,
  type Generation,
  type ModelFailure,
  type ServingVersion,
  type Weights,
} from './scoring/index.ts';

/** The gateway, as far as its fleet needs it. */
export interface FleetHost {
  readonly metrics: GatewayMetrics;
  readonly publish: <Name extends keyof GatewayEvents>(
    name: Name,
    event: GatewayEvents[Name],
  ) => void;
  /** Throws `SHUTTING_DOWN` once the gateway is closed. */
  refuseClosed(): void;
  /** Resolves when the decisions that are under way now have ended. */
  settleDecisions(): Promise<void>;
}

/** What a fleet is made with. */
export interface FleetParts {
  readonly config: GatewayConfig;
  readonly clock: Clock;
  readonly random: Random;
  /** Where the versions are from; `null` for those of code. */
  readonly source: {
    readonly directory: string;
    /** From before the versions were loaded. */
    readonly look: DirectoryLook;
    readonly workerFile: URL | undefined;
  } | null;
  readonly host: FleetHost;
}

/** What a gateway serves, and all that changes it: each change is one assignment of `now`. */
export class GatewayFleet {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #host: FleetHost;
  readonly #swaps: ModelSwaps | null;
  /** What is served no more and still used, until it is ended. */
  readonly #draining: Set<Promise<void>> = new Set();
  #config: GatewayConfig;
  #limitFallback: ReturnType<typeof createFallbackLimit>;
  #now: Fleet;
  #changedAt: number | null = null;
  /** The last change that takes its time; the next waits for it. */
  #changing: Promise<unknown> = Promise.resolve();

  /** Nothing is served until it is opened. */
  constructor({ clock, config, host, random, source }: FleetParts) {
    this.#clock = clock;
    this.#random = random;
    this.#host = host;
    this.#config = config;
    this.#limitFallback = createFallbackLimit(config.fallback.maxConcurrent);
    this.#now = this.#fleetOf([], null);
    this.#swaps = source && this.#createSwaps(source);
  }

  /** What is served now; a decision takes it once. */
  get now(): Fleet {
    return this.#now;
  }

  get config(): GatewayConfig {
    return this.#config;
  }

  /** When it was last changed, in milliseconds since the Unix epoch; `null` when never. */
  get changedAt(): number | null {
    return this.#changedAt;
  }

  get refusals(): readonly VersionRefusal[] {
    return this.#swaps?.refusals ?? [];
  }

  /** Serves the first versions. Those that cannot be brought so far that they answer have failed. */
  async open(versions: readonly ModelVersion[]): Promise<void> {
    const { weights = null } = this.#config;
    // before threads are started that nobody would end
    if (weights !== null) checkNames(weights, versions);
    const generations = await Promise.all(versions.map((version) => this.#prepareOrFail(version)));
    const members = generations.map((one) => ({ ...one, previous: null, isRolledBack: false }));
    this.#now = this.#fleetOf(members, weights);
  }

  /** Ends all that answers. */
  async close(): Promise<void> {
    this.#swaps?.close();
    const all = this.#now.members.flatMap(({ previous, serving }) => [serving, previous?.serving]);
    await Promise.all([...this.#draining, ...all.map((serving) => serving?.close())]);
  }

  /** See `Gateway.setWeights`. */
  setWeights(weights: Weights, options?: ChangeOptions): void {
    this.#host.refuseClosed();
    const by = actorOf(options);
    const { members } = this.#now;
    checkNames(weights, versionsOf(members));
    this.#installWeighted(members, { ...weights }, [], by);
  }

  /** See `Gateway.reload`. */
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

  /** See `Gateway.rollback`. */
  rollback(modelVersion: string, options?: ChangeOptions): VersionChange {
    this.#host.refuseClosed();
    const by = actorOf(options);
    const before = this.#now;
    const after = this.#fleetOf(rollBack(before, modelVersion), before.weights);
    if (after.snapshot.router === null && before.snapshot.router !== null) {
      throw new SpillwayError('INVALID_CONFIG', 'no version would be left with a weight above 0');
    }
    const memberIn = ({ members }: Fleet) =>
      members.find(({ version }) => version.name === modelVersion);
    const next = memberIn(after);
    if (next !== undefined) hold(next, memberIn(before));
    this.#install(after, []);
    const change: VersionChange = {
      modelVersion,
      from: servedContent(before, modelVersion),
      to: servedContent(after, modelVersion),
      cause: 'rollback',
      at: this.#clock.wallNow(),
      by,
    };
    this.#tellChange('version-swapped', change);
    return change;
  }

  /** See `Gateway.setBreaker`. */
  setBreaker(modelVersion: string, state: ForcedState, options?: ChangeOptions): void {
    this.#host.refuseClosed();
    const by = actorOf(options);
    const { members } = this.#now;
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
    const at = this.#clock.wallNow();
    this.#host.publish('breaker-forced', { modelVersion, from, to: state, at, by });
  }

  /** See `Gateway.configure`. */
  async configure(settings: ChangeableSettings, options?: ChangeOptions): Promise<void> {
    const by = actorOf(options);
    return this.#inTurn(async () => {
      const { weights } = settings;
      const next = changedConfig(this.#config, settings);
      if (weights) checkNames(weights, versionsOf(this.#now.members));
      const { breaker, timeoutMs } = this.#config;
      const isNewGuard =
        next.timeoutMs !== timeoutMs || JSON.stringify(next.breaker) !== JSON.stringify(breaker);
      const anew = isNewGuard ? await this.#prepareAnew(next) : new Map<ModelVersion, Generation>();
      const config = this.#config;
      const limitFallback = this.#limitFallback;
      try {
        this.#host.refuseClosed();
        this.#config = next;
        if (next.fallback.maxConcurrent !== config.fallback.maxConcurrent)
          this.#limitFallback = createFallbackLimit(next.fallback.maxConcurrent);
        const { members, weights: before } = this.#now;
        const { letGo, renewed } = renew(members, anew);
        this.#installWeighted(renewed, weights === undefined ? before : weights, letGo, by);
        this.#tellSettings(config, next, by);
      } catch (error) {
        this.#config = config;
        this.#limitFallback = limitFallback;
        for (const { serving } of anew.values()) void serving?.close();
        throw error;
      }
    });
  }

  /** The versions and how they fare now. */
  status(): readonly VersionStatus[] {
    const weights = weightsIn(this.#now);
    return this.#now.members.map(({ generation, previous, serving, version }) => ({
      modelVersion: version.name,
      state: version.state,
      reason: version.reason,
      warnings: serving?.warnings ?? version.warnings,
      format: version.format,
      sha256: version.sha256,
      weight: weights[version.name] ?? 0,
      breaker: serving?.breakerState() ?? null,
      breakerForced: serving?.breaker.forced ?? null,
      generation,
      previousGeneration: previous?.generation ?? null,
      calls: serving && callsOf(serving),
    }));
  }

  #createSwaps({ directory, look, workerFile }: NonNullable<FleetParts['source']>): ModelSwaps {
    return new ModelSwaps(directory, look, {
      clock: this.#clock,
      workerFile,
      fleet: () => this.#now,
      fleetOf: (members, weights) => this.#fleetOf(members, weights),
      install: (fleet, letGo) => this.#install(fleet, letGo),
      prepare: (version, generation) => this.#prepare(version, generation),
      refuseClosed: () => this.#host.refuseClosed(),
      strangeness: (version, coming) => this.#strangeness(version, coming),
      tell: (name, change) => this.#tellChange(name, change),
      tellRefused: (refusal) => {
        this.#host.metrics.recordSwap('refused');
        this.#host.publish('version-refused', refusal);
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

  /** Serves members with these weights. Throws `INVALID_CONFIG`, nothing changed, when none of them would get traffic. */
  #installWeighted(
    members: readonly FleetMember[],
    weights: Weights | null,
    letGo: readonly ServingVersion[],
    by: string,
  ): void {
    const next = this.#fleetOf(members, weights);
    const isNew = weights !== this.#now.weights;
    if (next.snapshot.router === null && (isNew || this.#now.snapshot.router !== null)) {
      throw new SpillwayError(
        'INVALID_CONFIG',
        'at least one ready version must have a weight above 0',
      );
    }
    const isChanged = JSON.stringify(weights) !== JSON.stringify(this.#now.weights);
    const from = weightsIn(this.#now);
    this.#install(next, letGo);
    if (!isChanged) return;
    const at = this.#clock.wallNow();
    this.#host.publish('weights-changed', { from, to: weightsIn(next), at, by });
  }

  /** Serves a fleet from now on. What it lets go is ended when no decision uses it any more. */
  #install(fleet: Fleet, letGo: readonly (ServingVersion | null)[]): void {
    this.#now = fleet;
    this.#changedAt = this.#clock.wallNow();
    const ended = letGo.filter((serving) => serving !== null);
    if (ended.length === 0) return;
    const drained = this.#end(ended).finally(() => this.#draining.delete(drained));
    this.#draining.add(drained);
  }

  /** Ends what is served no more, after the decisions that began with it. */
  async #end(served: readonly ServingVersion[]): Promise<void> {
    await this.#host.settleDecisions();
    await Promise.allSettled(served.map((serving) => serving.close()));
  }

  /** Why a version cannot be served beside the others: it answers another kind of question. */
  #strangeness(version: ModelVersion, coming: readonly ModelVersion[]): string | null {
    const served = this.#now.members.find(({ serving }) => serving !== null)?.version;
    const reference = served ?? coming[0];
    if (reference === undefined || kindOf(reference) === kindOf(version)) return null;
    return `INVALID_MODEL: answers ${kindOf(version)}, the versions that are served ${kindOf(reference)}`;
  }

  #tellChange(
    name: 'version-added' | 'version-swapped' | 'version-retired',
    change: VersionChange,
  ): void {
    const { metrics } = this.#host;
    const { cause, modelVersion } = change;
    if (name === 'version-retired') metrics.retireVersion(modelVersion);
    else metrics.addVersion(modelVersion);
    metrics.recordSwap(cause === 'rollback' ? 'rolled-back' : resultOf[name]);
    this.#host.publish(name, change);
  }

  #tellSettings(before: GatewayConfig, after: GatewayConfig, by: string): void {
    const from = guardSettingsOf(before);
    const to = guardSettingsOf(after);
    if (JSON.stringify(from) === JSON.stringify(to)) return;
    this.#host.publish('settings-changed', { from, to, at: this.#clock.wallNow(), by });
  }

  async #prepareOrFail(version: ModelVersion): Promise<Generation> {
    try {
      return await this.#prepare(version, 1);
    } catch (error) {
      return createGeneration(failedVersion(version, whyNotStarted(error)), null, 0);
    }
  }

  /** Prepares a version and waits until it can answer. Rejects with the reason when it never will. */
  async #prepare(
    version: ModelVersion,
    generation: number,
    { breaker, timeoutMs }: GatewayConfig = this.#config,
  ): Promise<Generation> {
    const { metrics } = this.#host;
    const serving = createServingVersion(
      version,
      {
        breaker,
        timeoutMs,
        clock: this.#clock,
        random: this.#random,
        onFailure: (failure: ModelFailure) => this.#host.publish('model-failed', failure),
        onUnexplained: (failure: ModelFailure) => {
          metrics.recordUnexplained(failure.modelVersion, failure.error.code);
          this.#host.publish('explanation-failed', failure);
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
    if (serving !== null) watchBreaker(serving, this.#host);
    return createGeneration(version, serving, serving === null ? 0 : generation);
  }

  /** All that can answer, anew and with other settings. Rejects when one of them cannot; then all of them are ended. */
  async #prepareAnew(config: GatewayConfig): Promise<Map<ModelVersion, Generation>> {
    const all = this.#now.members.flatMap(({ previous, ...own }) =>
      previous === null ? [own] : [own, previous],
    );
    const anew = await Promise.allSettled(
      all.map(({ generation, version }) => this.#prepare(version, generation, config)),
    );
    const made = anew.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    const failed = anew.find((one) => one.status === 'rejected');
    if (failed === undefined) return new Map(made.map((one) => [one.version, one]));
    await Promise.allSettled(made.flatMap(({ serving }) => serving?.close() ?? []));
    throw failed.reason;
  }

  /** The last version that answers at all keeps serving, even when it fails in part. */
  #mayEject(name: string): boolean {
    const { router, versions } = this.#now.snapshot;
    const arms = versions.filter((_, index) => (router?.arms[index]?.weight ?? 0) > 0);
    return (
      arms.length < 2 || arms.some((arm) => arm.name !== name && arm.breaker.state === 'closed')
    );
  }

  /** Changes that take their time come one after the other. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#changing.then(() => {
      this.#host.refuseClosed();
      return change();
    });
    this.#changing = result.catch(() => undefined);
    return result;
  }
}

const resultOf = {
  'version-added': 'added',
  'version-retired': 'retired',
  'version-swapped': 'swapped',
} as const;

function watchBreaker({ breaker, generation, name }: ServingVersion, host: FleetHost): void {
  const publish = (event: keyof CircuitBreakerEvents, { at, reason }: BreakerTransition) =>
    host.publish(event, { modelVersion: name, generation, reason, at });
  for (const [event, state] of [
    ['breaker-opened', 'open'],
    ['breaker-half-opened', 'half-open'],
    ['breaker-closed', 'closed'],
  ] as const) {
    breaker.on(event, (transition) => {
      host.metrics.recordTransition(name, state);
      publish(event, transition);
    });
  }
  for (const event of ['breaker-would-open', 'breaker-kept-closed'] as const) {
    breaker.on(event, (transition) => publish(event, transition));
  }
}

/** Members whose generations were made anew, and what they no longer need. */
function renew(
  members: readonly FleetMember[],
  anew: ReadonlyMap<ModelVersion, Generation>,
): { readonly renewed: readonly FleetMember[]; readonly letGo: readonly ServingVersion[] } {
  const letGo: ServingVersion[] = [];
  const renewOne = <One extends Generation>(one: One): One => {
    const serving = anew.get(one.version)?.serving ?? null;
    if (serving === null || one.serving === null) return one;
    serving.breaker.force(one.serving.breaker.forced);
    letGo.push(one.serving);
    return { ...one, serving };
  };
  const renewed = members.map((member) => ({
    ...renewOne(member),
    previous: member.previous && renewOne(member.previous),
  }));
  return { renewed, letGo };
}

function guardSettingsOf({ breaker, fallback, timeoutMs }: GatewayConfig): GuardSettings {
  return { timeoutMs, breaker, fallback };
}

/** Shares of the traffic, 0..1. */
function weightsIn({ snapshot: { router } }: Fleet): Record<string, number> {
  return Object.fromEntries((router?.arms ?? []).map(({ name, weight }) => [name, weight]));
}

function versionsOf(members: readonly FleetMember[]): readonly ModelVersion[] {
  return members.map(({ version }) => version);
}

function callsOf(serving: ServingVersion): VersionStatus['calls'] {
  if (serving.bulkhead === null) return null;
  const { inFlight, limit, waiting } = serving.bulkhead;
  return { inFlight, limit, waiting, threadRestarts: serving.threadRestarts() };
}

const maxActorLength = 128;

/** Who asks for a change, as events tell it. */
function actorOf({ by = 'code' }: ChangeOptions = {}): string {
  if (typeof by === 'string' && by.length > 0 && by.length <= maxActorLength) return by;
  throw new SpillwayError('INVALID_OPTION', `by is a text of 1 to ${maxActorLength} characters`);
}

/** The settings of a gateway with some of them replaced. Throws `INVALID_CONFIG` with every fault. */
function changedConfig(config: GatewayConfig, settings: ChangeableSettings): GatewayConfig {
  const { breaker, fallback, timeoutMs, weights: _, ...others } = settings;
  const unchangeable = Object.keys(others);
  if (unchangeable.length > 0) {
    throw new SpillwayError(
      'INVALID_CONFIG',
      `only weights, timeoutMs, breaker and fallback can change, not ${unchangeable.join(', ')}`,
    );
  }
  return parseGatewayConfig({
    ...config,
    timeoutMs: timeoutMs ?? config.timeoutMs,
    breaker: breaker ?? config.breaker,
    fallback: fallback ?? config.fallback,
  });
}
