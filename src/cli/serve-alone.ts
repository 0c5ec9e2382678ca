import type { ServerConfig } from '../config.ts';
import { createLogger } from './create-logger.ts';
import { reloadOnSignal } from './reload.ts';
import { startGateway } from './start-gateway.ts';
import { watchProcess } from './watch-process.ts';

/** Serves in this process and returns when it listens; on SIGHUP models and settings are loaded again. */
export async function serveAlone(
  config: ServerConfig,
  readConfig: () => ServerConfig,
): Promise<void> {
  const logger = createLogger(config.logLevel);
  const watch = watchProcess(logger);
  const starting = Promise.resolve().then(() => startGateway(config, logger));
  // before anything is loaded, since a SIGHUP that nobody listens to ends the process
  reloadOnSignal(
    starting.then(({ gateway }) => gateway),
    config,
    readConfig,
    logger,
  );
  const running = await starting;
  const { drainDelayMs, drainTimeoutMs } = config;
  watch.drainWith({
    run: () => running.close(),
    limitMs: drainDelayMs + drainTimeoutMs + 1000,
    fatalLimitMs: drainTimeoutMs + 1000,
  });
  const { status } = running.gateway.status();
  const { url, adminUrl } = running;
  logger[status === 'unhealthy' ? 'error' : 'info']({ url, adminUrl, status }, 'listening');
}
