import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Cores for all threads of a process where the system can; elsewhere the scheduler decides. */
export async function pin(pid, cores = '1') {
  const child = spawn('taskset', ['-acp', cores, String(pid)], { stdio: 'ignore' });
  await Promise.race([once(child, 'exit'), once(child, 'error')]).catch(() => undefined);
}
