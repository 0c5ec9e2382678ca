// The process of peers.py: it trains, and times one pass on request.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('peers.py', import.meta.url));

/** Starts the libraries; `ready` tells of each setting as it is prepared, `seconds` takes one pass. */
export function startPeers(python, folder, names) {
  const child = spawn(python, [script, folder, ...names], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('peers.py ended before it answered');
    return JSON.parse(value);
  };
  return {
    pid: child.pid,
    ready: answer,
    seconds(name) {
      child.stdin.write(`${name}\n`);
      return answer();
    },
    close: () => child.stdin.end(),
  };
}
