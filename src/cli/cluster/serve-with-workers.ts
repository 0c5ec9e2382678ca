import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import type { pino } from 'pino';
import type { ServerConfig } from '../../config.ts';
import { systemClock } from '../../core/index.ts';
import { createLogger } from '../create-logger.ts';
import { watchProcess } from '../watch-process.ts';
import { claimPorts } from './claim-ports.ts';
import type { WorkerProcess } from './managed-worker.ts';
import { reasonOf } from './reason-of.ts';
import { Supervisor } from './supervisor.ts';

/**
 * Serves with several processes that share a port, and returns when all of them listen. This one serves nobody: it
 * replaces workers that end, adds up what they count, and on SIGHUP puts new ones in the place of all.
 */
export async function serveWithWorkers(
  asStarted: ServerConfig,
  readConfig: () => ServerConfig,
): Promise<void> {
  const config = await claimPorts(asStarted);
  const logger = createLogger(config.logLevel, { pid: process.pid });
  // the workers accept connections themselves: one that stands still, or has ended, is handed none
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({
    exec: fileURLToPath(new URL('./run-worker.js', import.meta.url)),
    args: [],
    serialization: 'advanced', // JSON has no NaN
  });
  const supervisor = new Supervisor(config, forkWorker, systemClock, logger);
  const watch = watchProcess(logger);
  const { drainDelayMs, drainTimeoutMs, workerTimeoutMs } = config;
  const limitMs = drainDelayMs + drainTimeoutMs + workerTimeoutMs + 1000;
  const stopped = new AbortController();
  watch.drainWith({
    limitMs,
    fatalLimitMs: limitMs,
    run() {
      stopped.abort();
      return supervisor.stop();
    },
  });
  process.on('exit', () => supervisor.kill());
  const starting = supervisor.start();
  restartOn('SIGHUP', logger, async () => {
    await starting;
    await supervisor.restart(samePorts(readConfig(), config));
  });
  try {
    const { url, adminUrl, status } = await starting;
    if (stopped.signal.aborted) return;
    // between a worker's end and the start of the next one there may be nothing else to wait for
    setInterval(() => undefined, 2 ** 30);
    const { workers } = config;
    const level = status === 'unhealthy' ? 'error' : 'info';
    logger[level]({ url, adminUrl, status, workers }, 'listening');
  } catch (error) {
    // who has been told to end has no other reason
    if (!stopped.signal.aborted) throw error;
  }
}

/** Any port still means the one that was taken. */
function samePorts(config: ServerConfig, taken: ServerConfig): ServerConfig {
  return {
    ...config,
    port: config.port === 0 ? taken.port : config.port,
    adminPort: config.adminPort === 0 ? taken.adminPort : config.adminPort,
  };
}

/** One rolling restart at a time; a signal that comes meanwhile asks for another one afterwards. */
function restartOn(
  signal: NodeJS.Signals,
  logger: pino.Logger,
  restart: () => Promise<void>,
): void {
  let asked = 0;
  const run = async () => {
    for (; asked > 0; asked = asked > 1 ? 1 : 0) {
      asked = 1;
      logger.info({ signal }, 'rolling restart begins');
      try {
        await restart();
        logger.info('rolling restart done');
      } catch (error) {
        logger.error(reasonOf(error), 'rolling restart stopped: the workers that listen stay');
      }
    }
  };
  process.on(signal, () => {
    if (++asked === 1) void run();
  });
}

function forkWorker(): WorkerProcess {
  const worker = cluster.fork();
  // a message to a worker that has just ended is lost, and that is all
  worker.on('error', () => undefined);
  const send = (message: object) => {
    if (!worker.isConnected()) return;
    worker.process.send(message, undefined, undefined, () => undefined);
  };
  // Node drops what comes before the worker's own code runs; so it speaks first
  let unsent: object[] | null = [];
  worker.once('message', () => {
    for (const message of unsent ?? []) send(message);
    unsent = null;
  });
  return {
    pid: worker.process.pid ?? 0,
    port: {
      send(message) {
        if (unsent === null) send(message);
        else unsent.push(message);
      },
      onMessage: (listener) => worker.on('message', listener),
    },
    kill: (signal) => worker.process.kill(signal),
    onExit: (listener) =>
      worker.on('exit', (code: number | null, signal: NodeJS.Signals | null) =>
        listener(signal ? null : code, signal || null),
      ),
  };
}
