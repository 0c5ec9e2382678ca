/** A process of `spillway serve --workers`: it serves, and does what the primary says. */
import cluster from 'node:cluster';
import { type Clock, systemClock } from '../../core/index.ts';
import type { Gateway } from '../../gateway-contract.ts';
import { applyChange, type Change, type ControlPlane } from '../../http/index.ts';
import { createLogger } from '../create-logger.ts';
import { startGateway } from '../start-gateway.ts';
import { watchProcess } from '../watch-process.ts';
import { type Channel, openChannel, type Port } from './channel.ts';
import { reasonOf } from './reason-of.ts';
import {
  beatMs,
  changeTimeoutMs,
  type Listening,
  type PrimaryCalls,
  reportTimeoutMs,
  type StartOrder,
  type WorkerCalls,
} from './worker-calls.ts';

/** Counts are sent so many beats apart: that much is forgotten of a worker that is killed. */
const beatsPerCount = 5;

function runWorker(clock: Clock): void {
  /** What ends this process; until there is something to drain, it just ends. */
  let stop: ((reason: string) => void) | null = null;
  let give: ((gateway: Gateway) => void) | undefined;
  /** There once the versions are loaded, and the changes made that came with the start. */
  const prepared = new Promise<Gateway>((resolve) => {
    give = resolve;
  });
  const primary = openChannel<PrimaryCalls>(
    parentPort(),
    {
      start,
      drain: () => end('the primary says so'),
      async apply({ name, argument }) {
        return applyChange(await prepared, name, argument);
      },
      async report() {
        const gateway = await prepared;
        return { status: gateway.status(), metrics: await gateway.metrics.getMetricsAsJSON() };
      },
    } satisfies WorkerCalls,
    clock,
  );
  const { worker } = cluster;
  worker?.on('disconnect', () => {
    // otherwise Node ends this process here and now
    worker.exitedAfterDisconnect = true;
    end('the primary has ended');
  });
  beat(0);
  // a terminal that is closed tells all processes; the primary decides what it means
  process.on('SIGHUP', () => undefined);

  function end(reason: string): void {
    if (stop === null) process.exit(0);
    stop(reason);
  }

  async function start({ config, changes }: StartOrder): Promise<Listening> {
    const logger = createLogger(config.logLevel, { pid: process.pid });
    const watch = watchProcess(logger, clock);
    stop = (reason) => watch.stop(reason);
    const running = await startGateway(config, logger, {
      control: createRemoteControl(primary),
      async prepare(gateway) {
        for (const { name, argument } of changes) {
          await applyChange(gateway, name, argument).catch((error: unknown) =>
            logger.error({ change: name, ...reasonOf(error) }, 'change could not be repeated'),
          );
        }
        give?.(gateway);
      },
    });
    const { gateway, url, adminUrl } = running;
    const { drainDelayMs, drainTimeoutMs } = config;
    watch.drainWith({
      limitMs: drainDelayMs + drainTimeoutMs + 1000,
      fatalLimitMs: drainTimeoutMs + 1000,
      async run() {
        primary.tell('draining', null);
        await running.close();
        const metrics = await gateway.metrics.getMetricsAsJSON();
        await primary.ask('counted', metrics, reportTimeoutMs).catch(() => undefined);
      },
    });
    return { url, adminUrl, status: gateway.status().status };
  }

  function beat(count: number): void {
    primary.tell('beat', null);
    if (count % beatsPerCount === beatsPerCount - 1) {
      void prepared
        .then((gateway) => gateway.metrics.getMetricsAsJSON())
        .then((metrics) => primary.tell('counted', metrics));
    }
    clock.schedule(() => beat(count + 1), beatMs);
  }
}

function parentPort(): Port {
  return {
    send(message) {
      // what the primary does not hear, it does not need: it has ended
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    onMessage: (listener) => process.on('message', listener),
  };
}

/** The control of a gateway that is one of several: the primary knows the others. */
function createRemoteControl(primary: Channel<PrimaryCalls>): ControlPlane {
  return {
    change: (name, argument) =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- they belong together, as does the answer of the primary
      primary.ask('change', { name, argument } as Change, changeTimeoutMs) as Promise<never>,
    overview: () => primary.ask('overview', null, 4 * reportTimeoutMs),
    metrics: () => primary.ask('metrics', null, 4 * reportTimeoutMs),
  };
}

runWorker(systemClock);
