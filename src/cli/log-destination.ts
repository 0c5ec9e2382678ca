import { fstatSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { type Clock, systemClock } from '../core/index.ts';

/** Takes log lines. Never throws, never waits, and keeps no process from ending. */
export interface LogDestination {
  write(line: string): void;
}

/** So much may wait for a reader that is slower than the log, in characters; what comes on top is counted and lost. */
const mostWaiting = 2 ** 20;

/**
 * The standard output as a place for log lines. Whatever becomes of it (its reader ends, the disk is full), the process
 * goes on: lines are lost, and how many is said as soon as one can be written again. pino's own destination throws when
 * the disk is full, and when its reader has gone it may try for ever to write its last lines while the process ends.
 */
export function openLogDestination(clock: Clock = systemClock): LogDestination {
  const kind = kindOf(1);
  if (kind === 'closed') return { write: () => undefined };
  return kind === 'stream'
    ? createStreamDestination(process.stdout, clock)
    : createFileDestination((bytes) => writeSync(1, bytes), clock);
}

/** Lines for a pipe or a socket, whose reader may end or be slow. */
export function createStreamDestination(stream: Writable, clock: Clock): LogDestination {
  let gone = false;
  let lost = 0;
  stream.on('error', () => {
    gone = true; // a reader that went away does not come back
  });
  return {
    write(line) {
      if (gone) return;
      if (stream.writableLength > mostWaiting) {
        lost++;
        return;
      }
      stream.write(lost === 0 ? line : lostLines(lost, clock) + line);
      lost = 0;
    },
  };
}

/** Lines for a file or a terminal; `write` takes what it can of the bytes and says how many, or throws. */
export function createFileDestination(
  write: (bytes: Uint8Array) => number,
  clock: Clock,
): LogDestination {
  let lost = 0;
  let torn = false;
  return {
    write(line) {
      const bytes = Buffer.from(
        `${torn ? '\n' : ''}${lost === 0 ? '' : lostLines(lost, clock)}${line}`,
      );
      let written = 0;
      try {
        while (written < bytes.length) written += write(bytes.subarray(written));
        lost = 0;
        torn = false;
      } catch {
        lost++;
        if (written > 0) torn = bytes[written - 1] !== newline;
      }
    },
  };
}

const newline = 10;

function lostLines(lines: number, clock: Clock): string {
  return `${JSON.stringify({ level: 40, time: clock.wallNow(), lines, msg: 'log lines lost' })}\n`;
}

function kindOf(descriptor: number): 'closed' | 'stream' | 'file' {
  try {
    const found = fstatSync(descriptor);
    return found.isFIFO() || found.isSocket() ? 'stream' : 'file';
  } catch {
    return 'closed';
  }
}
