import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { Connections } from './guard-connections.ts';

/** How often idle connections are looked for, in milliseconds. */
const lookEveryMs = 50;

/**
 * Takes no more connections, waits for those that are open, and cuts what is left after `timeoutMs`. Idle and silent
 * ones are closed as they appear. Closed as a plain server, since `close()` of an HTTP server ends the checks of its
 * time-outs too, and who never finishes a request would be waited for in vain.
 */
export async function drainServer(
  server: Server,
  connections: Connections,
  timeoutMs: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    NetServer.prototype.close.call(server, () => resolve());
  });
  connections.closeIdle();
  const idle = setInterval(() => connections.closeIdle(), lookEveryMs);
  const end = setTimeout(() => server.closeAllConnections(), timeoutMs);
  await closed;
  clearInterval(idle);
  clearTimeout(end);
  server.close(() => undefined); // now also ends the checks; that it is closed already is no error here
}
