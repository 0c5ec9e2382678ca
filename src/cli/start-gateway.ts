import type { pino } from 'pino';
import { collectDefaultMetrics, type Registry } from 'prom-client';
import type { ServerConfig } from '../config.ts';
import { createGateway } from '../gateway.ts';
import type { Gateway } from '../gateway-contract.ts';
import { type ControlPlane, startServer } from '../http/index.ts';
import { logEvents } from './log-events.ts';
import { watchModels } from './reload.ts';

/** A gateway that is served by this process. */
export interface RunningGateway {
  readonly gateway: Gateway;
  readonly url: string;
  readonly adminUrl: string | null;
  /** Drains the server, then closes the gateway. */
  close(): Promise<void>;
}

/** What a process of several does differently. */
export interface StartSteps {
  /** Called with the gateway before anybody is served. @default nothing */
  readonly prepare?: ((gateway: Gateway) => Promise<void>) | undefined;
  /** Where changes and questions about the whole server go. @default this process alone */
  readonly control?: ControlPlane | undefined;
}

/** Loads the versions and listens. Throws what keeps it from either. */
export async function startGateway(
  config: ServerConfig,
  logger: pino.Logger,
  { prepare, control }: StartSteps = {},
): Promise<RunningGateway> {
  const gateway = await createGateway(config.gateway);
  collectProcessMetrics(gateway.metrics);
  logEvents(gateway, logger);
  await prepare?.(gateway);
  const unwatch = watchModels(gateway, config, logger);
  const server = await startServer(
    gateway,
    config,
    logger.isLevelEnabled('debug') ? (answer) => logger.debug(answer, 'answered') : undefined,
    control,
  );
  return {
    gateway,
    url: server.url,
    adminUrl: server.adminUrl,
    async close() {
      unwatch();
      await server.close();
      await gateway.close();
    },
  };
}

/** The metrics of the Node process, without three gauges of prom-client that break the naming rules promtool checks. */
function collectProcessMetrics(register: Registry): void {
  collectDefaultMetrics({ register });
  for (const what of ['handles', 'requests', 'resources']) {
    register.removeSingleMetric(`nodejs_active_${what}_total`);
  }
}
