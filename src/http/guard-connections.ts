import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../core/index.ts';
import type { HttpMetrics } from '../monitoring/index.ts';

/** How many connections a port takes, and how long they may hold answers that nobody reads. */
export interface ConnectionLimits {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress?: number | undefined;
  /** In milliseconds. */
  readonly stallTimeoutMs: number;
}

/** The connections of a port. */
export interface Connections {
  /** Closes those that are between two requests, and those that never sent a byte. No request is lost by it. */
  closeIdle(): void;
}

/** A connection without a byte is given so long, in milliseconds: its first request may be under way. */
const silenceMs = 250;

/**
 * Counts and limits the connections of a server: beyond a limit they are closed before anything is read, and those that
 * let their answers lie are cut.
 */
export function guardConnections(
  server: Server,
  {
    maxConnections,
    maxConnectionsPerAddress = Number.POSITIVE_INFINITY,
    stallTimeoutMs,
  }: ConnectionLimits,
  metrics: HttpMetrics,
  clock: Clock,
): Connections {
  const openedAt = new Map<Socket, number>();
  const perAddress = new Map<string, number>();
  server.maxConnections = maxConnections;
  server.on('drop', () => metrics.connectionRefused('all'));
  // before the listener that hands the connection to the parser
  server.prependListener('connection', (socket: Socket) => {
    const { remoteAddress = '' } = socket;
    const before = perAddress.get(remoteAddress) ?? 0;
    if (before >= maxConnectionsPerAddress) {
      metrics.connectionRefused('address');
      socket.destroy();
      return;
    }
    perAddress.set(remoteAddress, before + 1);
    openedAt.set(socket, clock.now());
    metrics.connectionOpened();
    socket.on('close', () => {
      openedAt.delete(socket);
      metrics.connectionClosed();
      const left = (perAddress.get(remoteAddress) ?? 1) - 1;
      if (left === 0) perAddress.delete(remoteAddress);
      else perAddress.set(remoteAddress, left);
    });
  });
  // only an answer that does not leave gets a timer: one for every request would cost as much as its prediction
  const looks = setInterval(
    () => {
      for (const socket of openedAt.keys()) {
        if (socket.writableLength === 0) continue;
        // Node starts it anew as long as anything leaves, and sets another when the answer has left
        if (socket.timeout !== stallTimeoutMs) socket.setTimeout(stallTimeoutMs);
      }
    },
    Math.ceil(Math.min(1000, stallTimeoutMs / 5)),
  );
  looks.unref();
  server.on('close', () => clearInterval(looks));
  return {
    closeIdle() {
      server.closeIdleConnections();
      // Node takes a silent connection for one whose request has begun
      const before = clock.now() - silenceMs;
      for (const [socket, opened] of openedAt) {
        if (socket.bytesRead === 0 && opened <= before) socket.destroy();
      }
    },
  };
}
