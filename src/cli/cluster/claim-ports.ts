import { createServer, type Server } from 'node:net';
import type { ServerConfig } from '../../config.ts';

/**
 * Chooses a free port where any may be taken, so that all workers, those that start later too, take the same. Somebody
 * else may take it before the first worker does, which then says so.
 */
export async function claimPorts(config: ServerConfig): Promise<ServerConfig> {
  const { adminPort, host, port } = config;
  const held: Server[] = [];
  const choose = async (): Promise<number> => {
    const server = createServer();
    const chosen = await listen(server, host);
    held.push(server);
    return chosen;
  };
  const claimed = {
    ...config,
    ...(port === 0 && { port: await choose() }),
    ...(adminPort === 0 && { adminPort: await choose() }),
  };
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  return claimed;
}

/** 0 when there is no listening at all: a worker will say why. */
function listen(server: Server, host: string): Promise<number> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(0));
    server.listen(0, host, () => {
      const bound = server.address();
      resolve(bound !== null && typeof bound === 'object' ? bound.port : 0);
    });
  });
}
