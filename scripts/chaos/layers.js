import { scenarios as allFailing } from './layers/all-failing.js';
import { scenarios as artifact } from './layers/artifact.js';
import { scenarios as memory } from './layers/memory.js';
import { scenarios as model } from './layers/model.js';
import { scenarios as process } from './layers/process.js';

/** Every scenario, layer by layer. */
export const layers = [...model, ...allFailing, ...artifact, ...process, ...memory];
