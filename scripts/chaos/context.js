import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBodies } from './rows.js';
import { serve, serveFakes } from './start-server.js';

/** What scenarios work with: bodies with their answers, processes that are stopped after them, a folder. */
export async function createContext(long) {
  const bodies = await createBodies();
  const shared = new Map();
  const made = new Map();
  const folder = mkdtempSync(join(tmpdir(), 'spillway-chaos-'));
  return {
    /** For one scenario. `stop` ends the processes that are its own. */
    forScenario() {
      const own = [];
      const keep = async (starting) => {
        const server = await starting;
        own.push(server);
        return server;
      };
      return {
        long,
        bodies,
        /** Removed in the end. */
        folder: mkdtempSync(join(folder, 'scenario-')),
        /** Processes for this scenario alone. */
        serve: (...options) => keep(serve(...options)),
        serveFakes: (...options) => keep(serveFakes(...options)),
        /** One for all scenarios that ask for this name, which then run one after the other; another one when it has ended. */
        async shared(name, start) {
          const running = shared.get(name);
          if (running !== undefined && running.exit === null) return running;
          const server = await start();
          shared.set(name, server);
          return server;
        },
        /** What was made under this name, once for all. */
        once(name, make) {
          if (!made.has(name)) made.set(name, make());
          return made.get(name);
        },
        stop: () => Promise.all(own.map((server) => server.stop())),
      };
    },
    async close() {
      await Promise.all([...shared.values()].map((server) => server.stop()));
      rmSync(folder, { recursive: true });
    },
  };
}
