import { type Clock, SpillwayError } from './core/index.ts';
import type {
  ReloadedVersion,
  ReloadOptions,
  ReloadReport,
  ServedContent,
  VersionChange,
  VersionRefusal,
} from './gateway-contract.ts';
import { whyNotStarted } from './gateway-versions.ts';
import {
  compareLooks,
  type DirectoryLook,
  finishVersion,
  isSameContent,
  lookAtDirectory,
  lookAtVersion,
  type ModelVersion,
  type SeenVersion,
} from './registry/index.ts';
import {
  type Fleet,
  type FleetMember,
  type Generation,
  prepareVersionApart,
  type ServingVersion,
  type Weights,
} from './scoring/index.ts';

/** The gateway, as far as swapping needs it. */
export interface SwapHost {
  readonly clock: Clock;
  readonly workerFile: URL | undefined;
  /** What is served now. */
  fleet(): Fleet;
  /** What would be served with these members. */
  fleetOf(members: readonly FleetMember[], weights: Weights | null): Fleet;
  /** Serves a fleet from now on, by one assignment, and ends what it lets go once nobody uses it. */
  install(fleet: Fleet, letGo: readonly (ServingVersion | null)[]): void;
  /** Makes a loaded version able to answer. Rejects with the reason when it never will. */
  prepare(version: ModelVersion, generation: number): Promise<Generation>;
  /** Throws `SHUTTING_DOWN` once the gateway is closed. */
  refuseClosed(): void;
  /** Why a version cannot be served beside the others, and beside those that are to come with it; `null` when it can. */
  strangeness(version: ModelVersion, coming: readonly ModelVersion[]): string | null;
  tell(name: 'version-added' | 'version-swapped' | 'version-retired', change: VersionChange): void;
  tellRefused(refusal: VersionRefusal): void;
}

/** A version whose files were looked into: a generation to serve, or why there is none. */
interface Loaded {
  readonly seen: SeenVersion;
  readonly result: 'loaded' | 'refused' | 'unchanged';
  readonly reason: string | null;
  readonly next: Generation | null;
}

/** Names whose last generation is remembered, so that a version that comes back goes on counting. */
const mostCounted = 1024;

/**
 * Keeps what is served equal to a model directory, one reload after the other. State: how the files of each version
 * looked when they were last taken, what was refused, and how many generations there were.
 */
export class ModelSwaps {
  readonly #directory: string;
  readonly #host: SwapHost;
  readonly #stamps: Map<string, string>;
  readonly #refusals: Map<string, VersionRefusal> = new Map();
  readonly #generations: Map<string, number> = new Map();
  readonly #closing = new AbortController();

  /** `look` is from before the versions that are served were loaded. */
  constructor(directory: string, look: DirectoryLook, host: SwapHost) {
    this.#directory = directory;
    this.#host = host;
    this.#stamps = new Map([...look].map(([name, { stamp }]) => [name, stamp]));
  }

  get refusals(): readonly VersionRefusal[] {
    return [...this.#refusals.values()];
  }

  /** Ends what is being read; the reload that wanted it is refused. */
  close(): void {
    this.#closing.abort();
  }

  /** What `Gateway.reload` does. Must not be called again before it has ended. */
  async reload({ by = 'code', versions }: ReloadOptions): Promise<ReloadReport> {
    const look = await lookAtDirectory(this.#directory);
    this.#checkNames(versions, look);
    const isWanted = (name: string) => versions === undefined || versions.includes(name);
    const { added, removed, touched, untouched } = compareLooks(look, this.#stamps);
    // those that failed are tried again: what was in their way may be gone
    const failed = untouched.flatMap((name) =>
      this.#memberOf(name)?.serving === null ? (look.get(name) ?? []) : [],
    );
    const candidates = [...added, ...touched, ...failed].filter(({ stored }) =>
      isWanted(stored.name),
    );
    const loaded: Loaded[] = [];
    try {
      // one by one, so that memory is needed for one at a time
      for (const seen of candidates) {
        this.#host.refuseClosed();
        loaded.push(await this.#load(seen, loaded));
      }
      this.#host.refuseClosed();
    } catch (error) {
      discard(loaded);
      throw error;
    }
    const gone = removed.filter(isWanted);
    for (const name of this.#refusals.keys()) if (!look.has(name)) this.#refusals.delete(name);
    const left = untouched.filter(
      (name) => isWanted(name) && !failed.some(({ stored }) => stored.name === name),
    );
    return this.#commit(loaded, gone, left, by);
  }

  #memberOf(name: string): FleetMember | undefined {
    return this.#host.fleet().members.find(({ version }) => version.name === name);
  }

  #checkNames(versions: readonly string[] | undefined, look: DirectoryLook): void {
    const known = new Set([...look.keys(), ...this.#stamps.keys()]);
    const unknown = (versions ?? []).filter((name) => !known.has(name));
    if (unknown.length === 0) return;
    throw new SpillwayError(
      'UNKNOWN_VERSION',
      `no such version: ${unknown.join(', ')}; there are ${[...known].toSorted().join(', ')}`,
    );
  }

  async #load(seen: SeenVersion, before: readonly Loaded[]): Promise<Loaded> {
    const { clock, workerFile } = this.#host;
    const { name } = seen.stored;
    const refuse = (reason: string): Loaded => ({ seen, result: 'refused', reason, next: null });
    const keep = (reason: string | null): Loaded => ({
      seen,
      result: 'unchanged',
      reason,
      next: null,
    });
    const { signal } = this.#closing;
    const prepared = await prepareVersionApart(seen.stored, { clock, workerFile, signal });
    const { stamp } = await lookAtVersion(seen.stored);
    if (stamp !== seen.stamp)
      return refuse('INVALID_MODEL: its files were written to while they were read');
    const member = this.#memberOf(name);
    if (member?.serving && isSameContent(prepared, member.version)) return keep(null);
    if (member?.isRolledBack && member.previous && isSameContent(prepared, member.previous.version))
      return keep(`its files are generation ${member.previous.generation}, which was rolled back`);
    const version = await finishVersion(prepared, clock);
    if (version.state !== 'ready') return refuse(version.reason ?? 'unknown');
    const coming = before.flatMap(({ next }) => next?.version ?? []);
    const strangeness = this.#host.strangeness(version, coming);
    if (strangeness !== null) return refuse(strangeness);
    try {
      const last = this.#generations.get(name) ?? member?.generation ?? 0;
      return {
        seen,
        result: 'loaded',
        reason: null,
        next: await this.#host.prepare(version, last + 1),
      };
    } catch (error) {
      return refuse(whyNotStarted(error));
    }
  }

  /** All that was loaded and all that is gone, by one assignment. */
  #commit(
    loaded: readonly Loaded[],
    gone: readonly string[],
    left: readonly string[],
    by: string,
  ): ReloadReport {
    const before = this.#host.fleet();
    if (gone.length === 0 && loaded.every(({ next }) => next === null))
      return this.#report({ before, after: before, loaded, gone, left, by });
    const members = new Map(before.members.map((member) => [member.version.name, member]));
    const letGo: (ServingVersion | null)[] = [];
    for (const name of gone) {
      const member = members.get(name);
      letGo.push(member?.serving ?? null, member?.previous?.serving ?? null);
      members.delete(name);
    }
    for (const { next } of loaded) {
      if (next === null) continue;
      const { name } = next.version;
      const member = members.get(name);
      const wasServed = member !== undefined && member.serving !== null;
      if (wasServed) letGo.push(member.previous?.serving ?? null);
      hold(next, member);
      members.set(name, {
        ...next,
        previous: wasServed ? generationOf(member) : null,
        isRolledBack: false,
      });
    }
    const sorted = [...members.values()].toSorted((a, b) =>
      a.version.name < b.version.name ? -1 : 1,
    );
    let after: Fleet;
    try {
      after = this.#host.fleetOf(sorted, weightsOf(sorted, before.weights));
      if (after.snapshot.router === null && before.snapshot.router !== null) {
        throw new SpillwayError(
          'INVALID_CONFIG',
          'no version would be left with a weight above 0: nothing was changed',
        );
      }
    } catch (error) {
      discard(loaded);
      // why what should have been served is not is told all the same
      for (const one of loaded) if (one.result === 'refused') this.#refuse(one, by);
      throw error;
    }
    this.#host.install(after, letGo);
    return this.#report({ before, after, loaded, gone, left, by });
  }

  /** Remembers, tells and reports what was done. */
  #report({
    after,
    before,
    by,
    gone,
    left,
    loaded,
  }: {
    readonly before: Fleet;
    readonly after: Fleet;
    readonly loaded: readonly Loaded[];
    readonly gone: readonly string[];
    readonly left: readonly string[];
    readonly by: string;
  }): ReloadReport {
    const at = this.#host.clock.wallNow();
    const versions: ReloadedVersion[] = [];
    for (const { next, reason, result, seen } of loaded) {
      const modelVersion = seen.stored.name;
      const [from, to] = [servedContent(before, modelVersion), servedContent(after, modelVersion)];
      if (result === 'refused') {
        this.#refuse({ seen, reason }, by);
        versions.push({ modelVersion, result, reason, from, to });
        continue;
      }
      this.#stamps.set(modelVersion, seen.stamp);
      this.#refusals.delete(modelVersion);
      if (next === null) {
        versions.push({ modelVersion, result: 'unchanged', reason, from, to });
        continue;
      }
      this.#count(modelVersion, next.generation);
      const isNew = from === null;
      const note =
        isNew && after.weights !== null && !Object.hasOwn(before.weights ?? {}, modelVersion)
          ? 'its weight is 0 until it is set, since weights were set for the others'
          : null;
      const change: VersionChange = { modelVersion, from, to, cause: 'files', at, by };
      this.#host.tell(isNew ? 'version-added' : 'version-swapped', change);
      versions.push({ modelVersion, result: isNew ? 'added' : 'swapped', reason: note, from, to });
    }
    for (const modelVersion of gone) {
      const from = servedContent(before, modelVersion);
      this.#stamps.delete(modelVersion);
      this.#refusals.delete(modelVersion);
      if (from !== null)
        this.#host.tell('version-retired', {
          modelVersion,
          from,
          to: null,
          cause: 'files',
          at,
          by,
        });
      versions.push({ modelVersion, result: 'retired', reason: null, from, to: null });
    }
    for (const modelVersion of left) {
      const content = servedContent(after, modelVersion);
      versions.push({
        modelVersion,
        result: 'unchanged',
        reason: null,
        from: content,
        to: content,
      });
    }
    versions.sort((a, b) => (a.modelVersion < b.modelVersion ? -1 : 1));
    return Object.freeze({ at, by, versions });
  }

  /** Remembers and tells a refusal. The stamp of the files is not taken, so that they are tried again. */
  #refuse({ reason, seen }: Pick<Loaded, 'reason' | 'seen'>, by: string): void {
    const modelVersion = seen.stored.name;
    const at = this.#host.clock.wallNow();
    const refusal = { modelVersion, reason: reason ?? '', at, by };
    this.#refusals.set(modelVersion, refusal);
    this.#host.tellRefused(refusal);
  }

  #count(name: string, generation: number): void {
    this.#generations.delete(name);
    this.#generations.set(name, generation);
    const [oldest] = this.#generations.keys();
    if (this.#generations.size > mostCounted && oldest !== undefined)
      this.#generations.delete(oldest);
  }
}

/**
 * The members of a fleet with one of them gone back to what it was before.
 * @throws SpillwayError `UNKNOWN_VERSION`, `INVALID_CONFIG`.
 */
export function rollBack(fleet: Fleet, name: string): readonly FleetMember[] {
  const member = fleet.members.find(({ version }) => version.name === name);
  if (member === undefined) {
    const names = fleet.members.map(({ version }) => version.name).join(', ');
    throw new SpillwayError('UNKNOWN_VERSION', `no such version; there are ${names}`);
  }
  const { isRolledBack, previous } = member;
  if (previous === null) {
    throw new SpillwayError(
      'INVALID_CONFIG',
      `${name} has no generation before ${member.generation} to go back to`,
    );
  }
  return fleet.members.map((one) =>
    one === member
      ? { ...previous, previous: generationOf(member), isRolledBack: !isRolledBack }
      : one,
  );
}

/** What a fleet serves under a name; `null` for nothing. */
export function servedContent(fleet: Fleet, name: string): ServedContent | null {
  const member = fleet.members.find(({ version }) => version.name === name);
  if (member === undefined || member.serving === null) return null;
  const { cardSha256, sha256, weight } = member.version;
  return { generation: member.generation, sha256, cardSha256, weight };
}

/** A breaker begins with a clean record, but what somebody holds stays held. */
export function hold({ serving }: Generation, before: FleetMember | undefined): void {
  const forced = before?.serving?.breaker.forced ?? null;
  if (serving === null) return;
  if (serving.breaker.state !== 'closed' && serving.breaker.forced === null)
    serving.breaker.force('closed');
  serving.breaker.force(forced);
}

/** Ends what was made ready and will not be served. */
function discard(loaded: readonly Loaded[]): void {
  for (const { next } of loaded) void next?.serving?.close();
}

function generationOf({ generation, rules, serving, version }: FleetMember): Generation {
  return { generation, rules, serving, version };
}

/** Weights that were set stay; a version that they do not know gets none. */
function weightsOf(members: readonly FleetMember[], weights: Weights | null): Weights | null {
  if (weights === null) return null;
  return Object.fromEntries(members.map(({ version: { name } }) => [name, weights[name] ?? 0]));
}
