import { scenarios as allFailing } from './layers/all-failing.js';
import { scenarios as model } from './layers/model.js';

/** Every scenario, layer by layer. */
export const layers = [...model, ...allFailing];
