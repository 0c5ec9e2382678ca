// The process of peers.py: it trains, and times what is asked of it.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('peers.py', import.meta.url));

/** Starts the libraries; `ready` tells of each setting as it is prepared, `seconds` is of one pass, `null` without the library. */
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
    async seconds(name, work, rows, passes = 1) {
      child.stdin.write(`${name} ${work} ${rows} ${passes}\n`);
      return answer();
    },
    close: () => child.stdin.end(),
  };
}
