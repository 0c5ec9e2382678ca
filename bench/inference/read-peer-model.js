import { readFileSync } from 'node:fs';
import { readModel } from 'spillway';

/** The trees of a file that a library wrote. */
export function readPeerModel(path) {
  const { model, steps } = readModel(readFileSync(path)).pipeline;
  if (steps.steps.length > 0) throw new Error(`${path}: its columns are not those of its rows`);
  return model;
}
