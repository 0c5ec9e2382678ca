import { scenarios as allFailing } from './layers/all-failing.js';
import { scenarios as artifact } from './layers/artifact.js';
import { scenarios as cluster } from './layers/cluster.js';
import { scenarios as config } from './layers/config.js';
import { scenarios as connections } from './layers/connections.js';
import { scenarios as http } from './layers/http.js';
import { scenarios as later } from './layers/later.js';
import { scenarios as loader } from './layers/loader.js';
import { scenarios as memory } from './layers/memory.js';
import { scenarios as model } from './layers/model.js';
import { scenarios as overload } from './layers/overload.js';
import { scenarios as process } from './layers/process.js';
import { scenarios as remote } from './layers/remote.js';
import { scenarios as routing } from './layers/routing.js';
import { scenarios as soak } from './layers/soak.js';
import { scenarios as swap } from './layers/swap.js';

/** Every scenario, layer by layer. */
export const layers = [
  ...loader,
  ...model,
  ...allFailing,
  ...later,
  ...remote,
  ...artifact,
  ...config,
  ...routing,
  ...swap,
  ...process,
  ...cluster,
  ...memory,
  ...http,
  ...connections,
  ...overload,
  ...soak,
];
