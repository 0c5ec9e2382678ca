import type { GatewayStatus } from '../../gateway-contract.ts';

/**
 * The state of several processes that serve the same versions: of each version the worst state and breaker, as whole
 * `healthy` when all are, `unhealthy` when none is any better.
 */
export function combineStatus(
  first: GatewayStatus,
  others: readonly GatewayStatus[],
  uptimeMs: number,
): GatewayStatus {
  const all = [first, ...others];
  const versions = first.versions.map((version) =>
    others
      .flatMap((other) =>
        other.versions.filter(({ modelVersion }) => modelVersion === version.modelVersion),
      )
      .reduce(
        (worst, other) =>
          severityOf(other) > severityOf(worst) ? { ...other, weight: worst.weight } : worst,
        version,
      ),
  );
  const states = new Set(all.map(({ status }) => status));
  const changes = all.flatMap(({ changedAt }) => changedAt ?? []);
  return {
    ...first,
    status: states.size === 1 ? first.status : 'degraded',
    ready: all.some(({ ready }) => ready),
    uptimeMs,
    changedAt: changes.length === 0 ? null : Math.max(...changes),
    versions,
  };
}

const states = ['ready', 'loading', 'retired', 'failed'];
const breakers = [null, 'closed', 'half-open', 'open'];

function severityOf({ state, breaker }: GatewayStatus['versions'][number]): number {
  return states.indexOf(state) * breakers.length + breakers.indexOf(breaker);
}
