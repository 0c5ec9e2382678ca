import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pin } from '../inference/pin.js';
import { startPeers } from '../peers.js';

/** Calls `work(peers, folder)` with both sides on core 1; what they wrote into the folder is gone at its end. */
export async function withPeers({ python, script, names }, work) {
  await pin(process.pid);
  const folder = mkdtempSync(join(tmpdir(), 'spillway-bench-'));
  const peers = startPeers(python, script, folder, names);
  await pin(peers.pid);
  try {
    await work(peers, folder);
  } finally {
    peers.close();
    rmSync(folder, { recursive: true });
  }
}
