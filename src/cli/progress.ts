import type { WriteStream } from 'node:tty';

/** A line that shows whatever it is told, at most five times a second. */
export interface StatusLine {
  show(text: () => string): void;
  /** Removes the line. */
  end(): void;
}

/** Shows how far work is on a terminal, and nothing when the stream is none. */
export function createStatusLine(stream: WriteStream): StatusLine {
  if (!stream.isTTY) return { show: () => undefined, end: () => undefined };
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    show(text) {
      const now = performance.now();
      if (now - shownAt < intervalMs) return;
      shownAt = now;
      stream.write(`\r${text()}\u001b[K`);
    },
    end() {
      if (shownAt > Number.NEGATIVE_INFINITY) stream.write('\r\u001b[K');
    },
  };
}

/** A line that says how far long work has come. */
export interface Progress {
  /** Tells how many rows are done. */
  report(rows: number): void;
  /** Removes the line. */
  end(): void;
}

const intervalMs = 200;

/** Shows progress on a terminal, and nothing when the stream is none. */
export function createProgress(stream: WriteStream): Progress {
  if (!stream.isTTY) return { report: () => undefined, end: () => undefined };
  const startedAt = performance.now();
  let shownAt = startedAt;
  let isShown = false;
  return {
    report(rows) {
      const now = performance.now();
      if (now - shownAt < intervalMs) return;
      shownAt = now;
      isShown = true;
      const perSecond = Math.round((rows / (now - startedAt)) * 1000);
      stream.write(
        `\r${rows.toLocaleString('en')} rows, ${perSecond.toLocaleString('en')} a second\u001b[K`,
      );
    },
    end() {
      if (isShown) stream.write('\r\u001b[K');
    },
  };
}
