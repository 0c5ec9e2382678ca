import type { Random } from '../core/index.ts';
import type { ModelVersion } from '../registry/index.ts';
import { createRouter } from '../routing/index.ts';
import type { Answerer } from './answerer.ts';
import { createRuleAnswerer } from './rule-answerer.ts';
import type { ServingVersion } from './serving-version.ts';
import { createSnapshot, type Snapshot, type SnapshotParts } from './snapshot.ts';

/** What is served under the name of a version, or why nothing is. */
export interface Generation {
  /** Counts what was served under the name, from 1. */
  readonly generation: number;
  readonly version: ModelVersion;
  /** `null` for a version that failed. */
  readonly serving: ServingVersion | null;
  /** The rules of its card; `null` when there are none. */
  readonly rules: Answerer | null;
}

/** A version as a gateway has it. */
export interface FleetMember extends Generation {
  /** What was served before, still able to answer; `null` for none. */
  readonly previous: Generation | null;
  /** Whether it was gone back to: then its files are those of `previous`. */
  readonly isRolledBack: boolean;
}

/** Everything that a gateway serves, as one value that never changes: a swap replaces it by one assignment. */
export interface Fleet {
  /** By name. */
  readonly members: readonly FleetMember[];
  /** Weights that were set, one for each member; `null` while the cards decide. */
  readonly weights: Weights | null;
  /** Of all cards, in order of preference. */
  readonly rules: readonly Answerer[];
  /** One answerer per schema: rows are checked against each. */
  readonly readers: readonly Answerer[];
  /** What decisions read. */
  readonly snapshot: Snapshot;
}

/** Relative shares of traffic by version. */
export type Weights = Readonly<Record<string, number>>;

/** How a fleet is served. */
export interface FleetSettings extends Pick<SnapshotParts, 'failClosed' | 'limitFallback'> {
  readonly salt: string;
  readonly random: Random;
}

/** Makes a fleet of its members and the weights that were set for them. */
export function createFleet(
  members: readonly FleetMember[],
  weights: Weights | null,
  { failClosed, limitFallback, random, salt }: FleetSettings,
): Fleet {
  const ready = members.flatMap((member) =>
    member.serving === null ? [] : [{ ...member, serving: member.serving }],
  );
  const versions = ready.map(({ serving }) => serving);
  const rules = members.flatMap((member) => member.rules ?? []);
  const answerers = versions.length > 0 ? versions : rules.slice(0, 1);
  const arms = versions.map(({ name, weight }) => ({
    name,
    weight: weights === null ? weight : (weights[name] ?? 0),
  }));
  const isAssignable = arms.some(({ weight }) => weight !== 0);
  const lastGood = ready.flatMap(({ previous, version: { name } }) =>
    previous?.serving ? [[name, previous.serving] as const] : [],
  );
  const snapshot = createSnapshot({
    versions,
    rules,
    router: isAssignable ? createRouter(arms, salt, random) : null,
    lastGood: new Map(lastGood),
    failClosed,
    limitFallback,
  });
  const readers = [...new Map(answerers.map((one) => [one.schemaKey, one])).values()];
  return Object.freeze({ members, weights, rules, readers, snapshot });
}

/** A version with the rules of its card, as the first or a later one of its name. */
export function createGeneration(
  version: ModelVersion,
  serving: ServingVersion | null,
  generation: number,
): Generation {
  const { card, cardSha256, name } = version;
  const rules = card && createRuleAnswerer({ name, card, cardSha256, generation });
  return Object.freeze({ generation, version, serving, rules });
}
