import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';

/** A server in a process of its own. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** What it has logged. */
  readonly log: () => string;
  /** Resolves when the log has matched so often. */
  readonly logged: (pattern: RegExp, times?: number) => Promise<void>;
  /** The end of the process: its code, or the signal that ended it. */
  readonly ended: () => Promise<number | NodeJS.Signals | null>;
}

/** Settings with which a server on a machine that is busy with other tests refuses nobody for that. */
export const patient = { maxQueueMs: 60_000, maxLoopDelayMs: 60_000 };

/** Starts `spillway serve` on any port and waits until it says where it listens. `node` are arguments of Node's own. */
export async function startServerProcess(
  args: readonly string[],
  {
    env = {},
    node = [],
  }: { readonly env?: Readonly<Record<string, string>>; readonly node?: readonly string[] } = {},
): Promise<ServerProcess> {
  const child = spawn(
    process.execPath,
    [...node, 'dist/cli/main.js', 'serve', '--port', '0', ...args],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const end = once(child, 'exit');
  let log = '';
  const waiting = new Set<() => void>();
  const read = (data: Buffer) => {
    log += data.toString();
    for (const check of waiting) check();
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const logged = (pattern: RegExp, times = 1) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        const count = log.match(new RegExp(pattern, 'g'))?.length ?? 0;
        if (count < times) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      void end.then(() => reject(new Error(`ended before it logged ${pattern}: ${log}`)));
      check();
    });
  await logged(/"msg":"listening"/);
  const [, url = ''] = /"url":"([^"]+)"/.exec(log) ?? [];
  return {
    child,
    url,
    log: () => log,
    logged,
    async ended() {
      const [code, signal] = await end;
      return code ?? signal;
    },
  };
}

/** Ends a server and whatever processes it has started: all are told, since workers outlive a primary that is killed. */
export function endServerProcess({ child, log }: ServerProcess): void {
  child.kill('SIGKILL');
  for (const [, pid] of log().matchAll(/"pid":(\d+)/g)) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // it has ended
    }
  }
}

const row = JSON.stringify({ age: 35, monthly_charges: 65.5, total_charges: 1200 });

/** What came of the requests of a load. */
export interface LoadResult {
  readonly answered: number;
  /** Why each of the others failed: the code of the error, or the status. */
  readonly failed: readonly string[];
}

/**
 * Sends predictions on so many kept connections, one after the other on each, until `end` is called. Nothing is sent
 * twice, and a connection of which the server says that it closes is used no more.
 */
export function startLoad(url: string, connections: number): { end(): Promise<LoadResult> } {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const failed: string[] = [];
  let answered = 0;
  const stop = new AbortController();
  const send = async () => {
    while (!stop.signal.aborted) {
      try {
        const status = await predict(url, agent);
        if (status === 200) answered++;
        else failed.push(String(status));
      } catch (error) {
        failed.push((error as NodeJS.ErrnoException).code ?? 'unknown');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  };
  const senders = Array.from({ length: connections }, send);
  return {
    async end() {
      stop.abort();
      await Promise.all(senders);
      agent.destroy();
      return { answered, failed };
    },
  };
}

/** The status of one prediction. */
export function predict(url: string, agent: Agent = new Agent()): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}/predict`,
      { method: 'POST', agent, headers: { 'content-type': 'application/json' } },
      (response) => {
        response.resume();
        response.on('error', reject);
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    sent.on('error', reject);
    sent.end(row);
  });
}
