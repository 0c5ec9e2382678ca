// The file of the thread of `prepareVersionApart`: verifies and reads one version, answers once, ends.
import { parentPort, workerData } from 'node:worker_threads';
import { openPlace, prepareVersion, type VersionPlace } from '../registry/index.ts';
import { readVersion } from './read-model.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what prepareVersionApart gives it
const prepared = await prepareVersion(openPlace(workerData as VersionPlace), readVersion);
parentPort?.postMessage(prepared, [...memoryOf(prepared)]);

/** The memory of the typed arrays in a value, which is handed over instead of copied; each once. */
function memoryOf(value: unknown, found: Set<ArrayBuffer> = new Set()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    // small buffers of Node share memory that cannot be given away
    if (value.buffer instanceof ArrayBuffer && !Buffer.isBuffer(value)) found.add(value.buffer);
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) memoryOf(part, found);
  }
  return found;
}
