// The process of a peers.py: it trains, and times what is asked of it.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * Starts the libraries of the script at a URL; `ready` tells of each setting as it is prepared, `seconds` is of one pass of
 * the work that the words name, `null` without the library.
 */
export function startPeers(python, script, folder, names) {
  const child = spawn(python, [fileURLToPath(script), folder, ...names], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('peers.py ended before it answered');
    return JSON.parse(value);
  };
  return {
    pid: child.pid,
    ready: answer,
    seconds(...words) {
      child.stdin.write(`${words.join(' ')}\n`);
      return answer();
    },
    close: () => child.stdin.end(),
  };
}
