import type { pino } from 'pino';
import { type Clock, systemClock } from '../core/index.ts';

/** How a process ends. */
export interface ProcessWatch {
  /** From now on the process drains before it ends; until now it ends at once, because nobody was served yet. */
  drainWith(drain: Drain): void;
  /** Drains and ends, once: to be called for reasons other than signals. */
  stop(reason: string): void;
}

/** What has to happen before a process may end. */
export interface Drain {
  run(): Promise<void>;
  /** How long it may take after a signal, in milliseconds; then the process ends with code 1. */
  readonly limitMs: number;
  /** The same after an error that nobody caught. */
  readonly fatalLimitMs: number;
}

/**
 * Sees to it that this process ends well. The first SIGTERM or SIGINT drains and ends it with code 0, a second one ends it
 * at once with code 1. An error that nobody caught is logged; the process, whose state nobody knows any more, drains and
 * ends with code 1.
 */
export function watchProcess(logger: pino.Logger, clock: Clock = systemClock): ProcessWatch {
  let drain: Drain | null = null;
  let signals = 0;
  let stopping = false;
  let code = 0;

  const end = (fatal: boolean) => {
    if (stopping) return;
    stopping = true;
    process.exitCode = code;
    if (drain === null) process.exit(code);
    clock.schedule(
      () => {
        logger.error('draining took too long');
        process.exit(1);
      },
      fatal ? drain.fatalLimitMs : drain.limitMs,
    );
    drain
      .run()
      .then(() => logger.info('stopped'))
      .catch((error: unknown) => {
        code = 1;
        logger.error({ err: asError(error) }, 'draining failed');
      })
      // what is left, such as an idle metrics timer, must not keep the process
      .finally(() => process.exit(code));
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (++signals > 1) process.exit(1);
    if (!stopping)
      logger.info({ signal }, drain === null ? 'stopped before listening' : 'draining');
    end(false);
  };
  const onFatal = (what: string) => (error: unknown) => {
    code = 1;
    process.exitCode = code;
    logger.fatal({ err: asError(error) }, what);
    end(true);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('uncaughtException', onFatal('uncaught exception'));
  process.on('unhandledRejection', onFatal('unhandled rejection'));
  // a warning that nobody reads any more is no reason to end
  process.stderr.on('error', () => undefined);

  return {
    drainWith(next) {
      drain = next;
    },
    stop(reason) {
      if (!stopping) logger.info({ reason }, 'draining');
      end(false);
    },
  };
}

/** What was thrown may be anything, and its text personal data. */
function asError(thrown: unknown): Error {
  return thrown instanceof Error
    ? thrown
    : new Error(`something other than an error was thrown: ${typeof thrown}`);
}
