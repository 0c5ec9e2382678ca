import { type Eventually, SpillwayError } from '../core/index.ts';
import type { Router } from '../routing/index.ts';
import type { Answer, Answerer, Question } from './answerer.ts';
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
  /**
   * Per ready version who is asked, in order: itself, the other versions by falling weight, what was served under its name
   * before, rules.
   */
  readonly chains: readonly (readonly Answerer[])[];
  /** Who is asked when no version can be assigned, because none is ready or all that are weigh 0: those, then rules. */
  readonly lastResort: readonly Answerer[];
  /** Per ready version the rules that stand in for it; `null` when no card has any. */
  readonly rulesOf: readonly (Answerer | null)[];
  /** Whether the reliable route answers an error instead of falling back. */
  readonly failClosed: boolean;
}

/** What a snapshot is made of. */
export interface SnapshotParts {
  readonly versions: readonly ServingVersion[];
  /** The rules of all cards that were read, in order of preference. */
  readonly rules: readonly Answerer[];
  readonly router: Router | null;
  /** What was served before under the name of a version. */
  readonly lastGood: ReadonlyMap<string, ServingVersion>;
  readonly failClosed: boolean;
  /** Stands in front of every version that is asked in place of another one. */
  readonly limitFallback: (answerer: ServingVersion) => Answerer;
}

/** Makes a snapshot. */
export function createSnapshot({
  versions,
  rules,
  router,
  lastGood,
  failClosed,
  limitFallback,
}: SnapshotParts): Snapshot {
  const weightOf = (index: number) => router?.arms[index]?.weight ?? 0;
  const byWeight = versions.map((version, index) => ({ version, weight: weightOf(index) }));
  byWeight.sort((a, b) => b.weight - a.weight);
  const rulesOf = versions.map(
    (version) => rules.find(({ name }) => name === version.name) ?? rules[0] ?? null,
  );
  const chains = versions.map((version, index) => {
    const others = byWeight.map((other) => other.version).filter((other) => other !== version);
    const before = lastGood.get(version.name);
    const own = rulesOf[index];
    return Object.freeze([
      version,
      ...others.map(limitFallback),
      ...(before === undefined ? [] : [limitFallback(before)]),
      ...(own ? [own] : []),
    ]);
  });
  const lastResort = failClosed ? [] : [...versions, ...rules.slice(0, 1)];
  return Object.freeze({ versions, router, chains, lastResort, rulesOf, failClosed });
}

/**
 * Limits how many calls of versions that answer later are under way in place of another version, so that the traffic of
 * one that failed cannot drown the others: beyond it the next in the chain is asked, in the end the rules.
 */
export function createFallbackLimit(maxConcurrent: number): SnapshotParts['limitFallback'] {
  let underWay = 0;
  const counted = (answer: Promise<Answer>): Promise<Answer> => {
    underWay++;
    return answer.finally(() => {
      underWay--;
    });
  };
  return (version) => {
    if (version.bulkhead === null) return version; // answers at once: there is never more than one
    return {
      ...version,
      answer(question: Question): Eventually<Answer> {
        if (underWay >= maxConcurrent)
          throw new SpillwayError('BULKHEAD_FULL', `${maxConcurrent} fallbacks are under way`);
        const answer = version.answer(question);
        return answer instanceof Promise ? counted(answer) : answer;
      },
    };
  };
}
