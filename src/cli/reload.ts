import type { pino } from 'pino';
import type { ServerConfig } from '../config.ts';
import { SpillwayError } from '../core/index.ts';
import { demoModels } from '../gateway.ts';
import type { Gateway, ReloadReport } from '../gateway-contract.ts';
import { watchDirectory } from '../registry/index.ts';

/** Serves what has settled in the model directory from now on, when the settings say so; the returned function ends it. */
export function watchModels(
  gateway: Gateway,
  { gateway: { models = demoModels }, watchMs }: ServerConfig,
  logger: pino.Logger,
): () => void {
  if (watchMs === undefined) return () => undefined;
  return watchDirectory(models, () => void reloadModels(gateway, 'watch', logger), {
    clock: gateway.clock,
    intervalMs: watchMs,
  });
}

/**
 * On SIGHUP, once the gateway is there, looks at the models and reads the configuration again. Settings that can change
 * while requests are answered are applied, others are named in the log; what is invalid is logged with all faults, and
 * the old stays.
 */
export function reloadOnSignal(
  starting: Promise<Gateway>,
  asStarted: ServerConfig,
  readConfig: () => ServerConfig,
  logger: pino.Logger,
): void {
  const by = 'SIGHUP';
  const reload = async (gateway: Gateway): Promise<void> => {
    logger.info({ signal: by }, 'reload begins');
    // first, so that weights may name what is new
    await reloadModels(gateway, by, logger);
    try {
      const config = readConfig();
      // without weights in the file those that were set meanwhile stay
      const { breaker, fallback, timeoutMs, weights } = config.gateway;
      await gateway.configure({ breaker, fallback, timeoutMs, weights }, { by });
      const needRestart = settingsThatStay(config, asStarted);
      if (needRestart.length === 0) logger.info('settings applied');
      else logger.warn({ needRestart }, 'settings applied, but for those that need a restart');
    } catch (error) {
      logger.error(factsOf(error), 'settings refused: the old ones stay');
    }
  };
  // a start that fails is told elsewhere
  let last: Promise<void> = starting.then(
    () => undefined,
    () => undefined,
  );
  process.on(by, () => {
    last = last.then(() => starting).then(reload, () => undefined);
  });
}

async function reloadModels(gateway: Gateway, by: string, logger: pino.Logger): Promise<void> {
  try {
    logger.info(countsOf(await gateway.reload({ by })), 'models looked at');
  } catch (error) {
    logger.error(factsOf(error), 'models not reloaded: what was served still is');
  }
}

/** How many versions came to what. */
function countsOf({ by, versions }: ReloadReport): Record<string, unknown> {
  const counts: Record<string, number> = {};
  for (const { result } of versions) counts[result] = (counts[result] ?? 0) + 1;
  return { by, ...counts };
}

/** The names of the settings that are others than at the start, and cannot change without another one. */
function settingsThatStay(now: ServerConfig, before: ServerConfig): readonly string[] {
  const [ours, theirs] = [fixedSettings(now), fixedSettings(before)];
  const names = new Set([...ours.keys(), ...theirs.keys()]);
  return [...names].filter(
    (name) => JSON.stringify(ours.get(name)) !== JSON.stringify(theirs.get(name)),
  );
}

function fixedSettings({ gateway: { models, salt }, ...server }: ServerConfig) {
  return new Map<string, unknown>([
    ...Object.entries(server),
    ['gateway.models', models],
    ['gateway.salt', salt],
  ]);
}

function factsOf(error: unknown): Record<string, unknown> {
  if (!SpillwayError.isInstance(error)) return { err: error };
  const { code, faults, message } = error;
  return { code, message, ...(faults.length > 0 && { faults }) };
}
