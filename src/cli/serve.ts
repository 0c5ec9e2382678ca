import { pino } from 'pino';
import { collectDefaultMetrics, type Registry } from 'prom-client';
import { numberOf, readServerConfig, type ServerConfig } from '../config.ts';
import type { Clock } from '../core/index.ts';
import { createGateway } from '../gateway.ts';
import type { Gateway } from '../gateway-contract.ts';
import { startServer, statusOf } from '../http/index.ts';
import { parseOptions } from './parse-options.ts';

/** What `spillway serve --help` prints. */
export const serveHelp = `spillway serve: answer predictions over HTTP

Usage: spillway serve [options]

  --models DIR         model directory, DIR/<version>/card.json   (the demo models of this package)
  --host HOST          address to listen on                       (127.0.0.1)
  --port PORT          port to listen on, 0 for any               (8000)
  --admin-port PORT    serve /admin on a port of its own
  --protect-status     ask for the admin token on /admin, /metrics and /health too
  --config FILE        JSON file with these and all other settings, see docs/configuration.md
  --log-level LEVEL    debug, info, warn, error or silent         (info)
  --json               errors on stderr as JSON

Environment: SPILLWAY_ADMIN_TOKEN opens what changes state; SPILLWAY_HOST, SPILLWAY_PORT, SPILLWAY_LOG_LEVEL.
Flags win over the environment, the environment over the file.
`;

/** Starts the server and returns when it listens; the first SIGTERM or SIGINT drains it, a second one ends it at once. */
export async function serve(args: readonly string[]): Promise<void> {
  const config = readConfig(args);
  const logger = pino({ level: config.logLevel, base: null });
  const gateway = await createGateway(config.gateway);
  collectProcessMetrics(gateway.metrics);
  logEvents(gateway, logger);
  const server = await startServer(
    gateway,
    config,
    logger.isLevelEnabled('debug') ? (answer) => logger.debug(answer, 'answered') : undefined,
  );
  const { status } = gateway.status();
  logger[status === 'unhealthy' ? 'error' : 'info'](
    { url: server.url, adminUrl: server.adminUrl, status },
    'listening',
  );

  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal }, 'draining');
    void server
      .close()
      .then(() => gateway.close())
      .then(() => logger.info('stopped'))
      // what is left, such as an idle metrics timer, must not keep the process
      .finally(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function readConfig(args: readonly string[]): ServerConfig {
  const { values } = parse(args);
  return readServerConfig({
    file: values.config,
    flags: {
      models: values.models,
      host: values.host,
      port: numberOf(values.port),
      adminPort: numberOf(values['admin-port']),
      protectStatus: values['protect-status'],
      logLevel: values['log-level'],
    },
  });
}

function parse(args: readonly string[]) {
  return parseOptions({
    args: [...args],
    strict: true,
    allowPositionals: false,
    options: {
      models: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
      'admin-port': { type: 'string' },
      'protect-status': { type: 'boolean' },
      config: { type: 'string' },
      'log-level': { type: 'string' },
      json: { type: 'boolean' },
    },
  });
}

/** The metrics of the Node process, without three gauges of prom-client that break the naming rules promtool checks. */
function collectProcessMetrics(register: Registry): void {
  collectDefaultMetrics({ register });
  for (const what of ['handles', 'requests', 'resources']) {
    register.removeSingleMetric(`nodejs_active_${what}_total`);
  }
}

function logEvents(gateway: Gateway, logger: pino.Logger): void {
  for (const { modelVersion, state, reason, warnings } of gateway.status().versions) {
    if (state === 'ready') logger.info({ modelVersion, warnings }, 'version ready');
    else logger.error({ modelVersion, state, reason }, 'version not ready');
  }
  gateway.on('breaker-opened', (change) => logger.warn(change, 'breaker opened'));
  gateway.on('breaker-half-opened', (change) => logger.warn(change, 'breaker half-opened'));
  gateway.on('breaker-closed', (change) => logger.warn(change, 'breaker closed'));
  gateway.on('weights-changed', (change) => logger.info(change, 'weights changed'));
  const limited = createLogLimit(gateway.clock);
  gateway.on('model-failed', ({ requestId, modelVersion, error }) => {
    limited((suppressed) => {
      const { code, cause = error } = error;
      logger.warn({ requestId, modelVersion, code, err: cause, suppressed }, 'model failed');
    });
  });
  gateway.on('explanation-failed', ({ requestId, modelVersion, error }) => {
    limited((suppressed) => {
      const { code, message } = error;
      logger.warn({ requestId, modelVersion, code, message, suppressed }, 'explanation failed');
    });
  });
  gateway.on('decision-failed', (failure) => {
    // what a client did wrong is the client's business, what the models did wrong is ours
    if (statusOf[failure.code] < 500) logger.debug(failure, 'decision failed');
    else limited((suppressed) => logger.warn({ ...failure, suppressed }, 'decision failed'));
  });
  gateway.on('decision-degraded', ({ route, decision }) => {
    const { requestId, modelVersion, assignedVersion, servedBy, reason } = decision;
    const facts = { requestId, route, modelVersion, assignedVersion, servedBy, reason };
    limited((suppressed) => logger.warn({ ...facts, suppressed }, 'degraded decision'));
  });
}

const linesPerSecond = 10;

/** Lets a few lines a second through and counts the others, so that an outage does not become one of the disk as well. */
function createLogLimit(clock: Clock): (log: (suppressed: number) => void) => void {
  let second = 0;
  let written = 0;
  let suppressed = 0;
  return (log) => {
    const now = Math.floor(clock.now() / 1000);
    if (now !== second) {
      second = now;
      written = 0;
    }
    if (++written > linesPerSecond) {
      suppressed++;
      return;
    }
    log(suppressed);
    suppressed = 0;
  };
}
