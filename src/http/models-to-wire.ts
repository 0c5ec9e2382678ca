import type {
  GatewayStatus,
  ReloadReport,
  ServedContent,
  VersionChange,
} from '../gateway-contract.ts';

/*
 * What leaves over HTTP about the models that are served: snake_case names, times as ISO 8601 in UTC.
 */

/** The answer of `GET /admin/models`. */
export function modelsToWire({ changedAt, refused, versions }: GatewayStatus): object {
  return {
    last_swap: changedAt === null ? null : timeOf(changedAt),
    versions: versions.map((version) => ({
      model_version: version.modelVersion,
      state: version.state,
      reason: version.reason,
      generation: version.generation,
      previous_generation: version.previousGeneration,
      format: version.format,
      sha256: version.sha256,
      weight: version.weight,
      breaker: version.breaker,
      breaker_forced: version.breakerForced,
      warnings: version.warnings,
    })),
    refused: refused.map(({ at, by, modelVersion, reason }) => ({
      model_version: modelVersion,
      reason,
      at: timeOf(at),
      by,
    })),
  };
}

/** The answer of `POST /admin/models`. */
export function reloadToWire({ at, by, versions }: ReloadReport): object {
  return {
    at: timeOf(at),
    by,
    versions: versions.map(({ from, modelVersion, reason, result, to }) => ({
      model_version: modelVersion,
      result,
      reason,
      from: contentToWire(from),
      to: contentToWire(to),
    })),
  };
}

/** The answer of `POST /admin/models/{version}/rollback`. */
export function swapToWire({ at, by, from, modelVersion, to }: VersionChange): object {
  return {
    model_version: modelVersion,
    from: contentToWire(from),
    to: contentToWire(to),
    at: timeOf(at),
    by,
  };
}

function contentToWire(content: ServedContent | null): object | null {
  if (content === null) return null;
  const { cardSha256, generation, sha256, weight } = content;
  return { generation, sha256, card_sha256: cardSha256, weight };
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
