import type { Router } from '../routing/index.ts';
import type { Answerer } from './answerer.ts';
import type { ServingVersion } from './serving-version.ts';

/**
 * Everything a decision reads, as one value that never changes: a request takes it once, so weights and versions
 * can be replaced under load by one assignment.
 */
export interface Snapshot {
  /** The ready versions. */
  readonly versions: readonly ServingVersion[];
  /** The split over `versions`, in the same order; `null` when nothing can be assigned. */
  readonly router: Router | null;
  /** Per ready version who is asked, in order: itself, the other versions by falling weight, rules. */
  readonly chains: readonly (readonly Answerer[])[];
  /** Who is asked when no version can be assigned, because none is ready or all that are weigh 0: those, then rules. */
  readonly lastResort: readonly Answerer[];
}

/** Makes a snapshot; `rules` are those of all cards that were read, in order of preference. */
export function createSnapshot(
  versions: readonly ServingVersion[],
  rules: readonly Answerer[],
  router: Router | null,
): Snapshot {
  const weightOf = (index: number) => router?.arms[index]?.weight ?? 0;
  const byWeight = versions.map((version, index) => ({ version, weight: weightOf(index) }));
  byWeight.sort((a, b) => b.weight - a.weight);
  const chains = versions.map((version) => {
    const others = byWeight.map((other) => other.version).filter((other) => other !== version);
    const ownRules = rules.find(({ name }) => name === version.name) ?? rules[0];
    return Object.freeze([version, ...others, ...(ownRules === undefined ? [] : [ownRules])]);
  });
  const lastResort = [...versions, ...rules.slice(0, 1)];
  return Object.freeze({ versions, router, chains, lastResort });
}
