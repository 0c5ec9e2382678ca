import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBodies } from './rows.js';
import { serve, serveFakes } from './start-server.js';

/** What scenarios of one layer work with: bodies with their answers, processes that are stopped after them, a folder. */
export async function createContext(layer, long) {
  const bodies = await createBodies();
  const shared = new Map();
  const made = new Map();
  let own = [];
  let folder = null;
  const keep = async (starting) => {
    const server = await starting;
    own.push(server);
    return server;
  };
  return {
    layer,
    long,
    bodies,
    /** A process for this scenario alone. */
    serve: (...options) => keep(serve(...options)),
    serveFakes: (...options) => keep(serveFakes(...options)),
    /** One for all scenarios of the layer; another one when it has ended. */
    async shared(key, start) {
      const running = shared.get(key);
      if (running !== undefined && running.exit === null) return running;
      const server = await start();
      own = own.filter((one) => one !== server);
      shared.set(key, server);
      return server;
    },
    /** What was made under this name, once for the layer. */
    once(key, make) {
      if (!made.has(key)) made.set(key, make());
      return made.get(key);
    },
    /** A folder that is removed in the end. */
    get folder() {
      folder ??= mkdtempSync(join(tmpdir(), 'spillway-chaos-'));
      return folder;
    },
    async stopOwn() {
      await Promise.all(own.map((server) => server.stop()));
      own = [];
    },
    async close() {
      await Promise.all([...shared.values(), ...own].map((server) => server.stop()));
      if (folder !== null) rmSync(folder, { recursive: true });
    },
  };
}
