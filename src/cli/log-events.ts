import type { pino } from 'pino';
import type { Clock } from '../core/index.ts';
import type { Gateway } from '../gateway-contract.ts';
import { statusOf } from '../http/index.ts';

/** Logs the versions of a gateway, and from now on what becomes of them and of decisions that went wrong. */
export function logEvents(gateway: Gateway, logger: pino.Logger): void {
  for (const { modelVersion, state, reason, warnings } of gateway.status().versions) {
    if (state === 'ready') logger.info({ modelVersion, warnings }, 'version ready');
    else logger.error({ modelVersion, state, reason }, 'version not ready');
  }
  gateway.on('breaker-opened', (change) => logger.warn(change, 'breaker opened'));
  gateway.on('breaker-half-opened', (change) => logger.warn(change, 'breaker half-opened'));
  gateway.on('breaker-closed', (change) => logger.warn(change, 'breaker closed'));
  gateway.on('breaker-would-open', (change) => logger.warn(change, 'breaker would open'));
  gateway.on('breaker-kept-closed', (change) => logger.warn(change, 'breaker kept closed'));
  gateway.on('breaker-forced', (change) => logger.warn(change, 'breaker forced'));
  gateway.on('weights-changed', (change) => logger.info(change, 'weights changed'));
  gateway.on('settings-changed', (change) => logger.info(change, 'settings changed'));
  gateway.on('version-added', (change) => logger.info(change, 'version added'));
  gateway.on('version-swapped', (change) => logger.info(change, 'version swapped'));
  gateway.on('version-retired', (change) => logger.info(change, 'version retired'));
  gateway.on('version-refused', (refusal) => logger.error(refusal, 'version refused'));
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
