/** How `spillway serve` ends, and what does not end it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { patient, predict, startLoad, startServerProcess } from './server-process.ts';

const children: ChildProcess[] = [];
const folder = mkdtempSync(join(tmpdir(), 'spillway-end-'));
const config = join(folder, 'config.json');
writeFileSync(config, JSON.stringify(patient));

afterAll(() => rmSync(folder, { recursive: true }));

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function serve(args: readonly string[] = [], node: readonly string[] = []) {
  const server = await startServerProcess(['--config', config, ...args], { node });
  children.push(server.child);
  return server;
}

/** Code that runs in the server as a user's own would. */
function withCode(code: string): string[] {
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks until the server answers; the test's own time-out is the bound. */
async function answers(url: string): Promise<number> {
  for (;;) {
    try {
      return await predict(url);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** A server whose log goes somewhere else than into a pipe that is read. */
async function serveInto(stdout: 'pipe' | number, level = 'debug') {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ['dist/cli/main.js', 'serve', '--config', config, '--port', String(port), '--log-level', level],
    { stdio: ['ignore', stdout, 'pipe'] },
  );
  children.push(child);
  let stderr = '';
  child.stderr?.on('data', (data: Buffer) => (stderr += data.toString()));
  return { child, url: `http://127.0.0.1:${port}`, stderr: () => stderr };
}

describe('an error that nobody caught', () => {
  it.each([
    ['uncaught exception', 'throw new Error("of the user")'],
    ['unhandled rejection', 'Promise.reject(new Error("of the user"))'],
    ['unhandled rejection', 'Promise.reject(null)'],
  ])('is logged as an %s, and the server drains and ends with 1', async (what, code) => {
    const onSignal = withCode(`process.on('SIGUSR2', () => { ${code} })`);
    const { child, url, logged, log, ended } = await serve([], onSignal);
    const load = startLoad(url, 2);
    child.kill('SIGUSR2');
    await logged(new RegExp(`"msg":"${what}"`));
    // still answers, and says of each connection that it closes
    expect((await fetch(`${url}/health/live`)).headers.get('connection')).toBe('close');
    const { failed } = await load.end();
    expect(failed).toEqual([]);
    expect(await ended()).toBe(1);
    expect(log()).toMatch(/"level":60,.*"stack":"Error: /);
    expect(log()).toContain('"stopped"');
  });

  it('ends a server that is not listening yet', async () => {
    const child = spawn(process.execPath, [
      ...withCode('setTimeout(() => { throw new Error("early") }, 0)'),
      'dist/cli/main.js',
      'serve',
      '--port',
      '0',
    ]);
    children.push(child);
    expect(await once(child, 'exit')).toEqual([1, null]);
  });
});

describe('a signal', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('%s drains and ends with 0', async (signal) => {
    const { child, url, ended, log } = await serve();
    child.kill(signal);
    expect(await predict(url)).toBe(200);
    expect(await ended()).toBe(0);
    expect(log()).toContain(`"signal":"${signal}"`);
  });

  it('ends a server that is still loading with 0, and it never listens', async () => {
    // told by its own code, in the moment in which it looks at its models
    const code = `
      import { syncBuiltinESMExports } from 'node:module';
      import promises from 'node:fs/promises';
      const { readdir } = promises;
      promises.readdir = (...args) => { process.kill(process.pid, 'SIGTERM'); return new Promise((r) => setTimeout(r, 200)).then(() => readdir(...args)); };
      syncBuiltinESMExports();`;
    const child = spawn(process.execPath, [
      ...withCode(code),
      'dist/cli/main.js',
      'serve',
      '--port',
      '0',
    ]);
    children.push(child);
    let log = '';
    child.stdout.on('data', (data: Buffer) => (log += data.toString()));
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(log).toContain('stopped before listening');
    expect(log).not.toContain('"listening"');
  });
});

describe('SIGHUP while the models are loading', () => {
  it('ends nothing, and loads them again when they are there', async () => {
    const code = `
      import { syncBuiltinESMExports } from 'node:module';
      import promises from 'node:fs/promises';
      const { readdir } = promises;
      promises.readdir = (...args) => { promises.readdir = readdir; syncBuiltinESMExports(); process.kill(process.pid, 'SIGHUP'); return new Promise((r) => setTimeout(r, 200)).then(() => readdir(...args)); };
      syncBuiltinESMExports();`;
    const server = await startServerProcess([], { node: withCode(code) });
    children.push(server.child);
    await server.logged(/"msg":"settings applied"/);
    expect(await predict(server.url)).toBe(200);
  });
});

describe('a log that cannot be written', () => {
  it('whose reader goes before the first line neither ends nor keeps the server', async () => {
    const { child, url, stderr } = await serveInto('pipe');
    child.stdout?.destroy();
    expect(await answers(url)).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(stderr()).toBe('');
  });

  it('whose reader goes while it serves neither ends nor keeps the server', async () => {
    const { child, url, stderr } = await serveInto('pipe');
    await once(child.stdout!, 'data');
    expect(await answers(url)).toBe(200);
    child.stdout?.destroy();
    for (let sent = 0; sent < 20; sent++) expect(await predict(url)).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(stderr()).toBe('');
  });

  it('whose reader goes while it drains neither ends nor keeps the server', async () => {
    const { child, url, stderr } = await serveInto('pipe');
    expect(await answers(url)).toBe(200);
    child.kill('SIGTERM');
    child.stdout?.destroy();
    expect(await predict(url)).toBe(200);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(stderr()).toBe('');
  });

  it('whose reader goes when only the last line is left does not keep the server', async () => {
    const { child, url } = await serveInto('pipe', 'info');
    expect(await answers(url)).toBe(200);
    child.kill('SIGTERM');
    await once(child.stdout!, 'data');
    child.stdout?.destroy();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('whose reader has gone before the last lines of all does not keep the process', async () => {
    // two lines: one is being written while the process ends, the other still waits
    const code = `
      import { createLogger } from './dist/cli/create-logger.js';
      const logger = createLogger('info');
      process.stdin.once('data', () => { logger.info('one'); logger.info('two'); process.exit(3); });`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code]);
    children.push(child);
    child.stdout.destroy();
    child.stdin.write('now');
    expect(await once(child, 'exit')).toEqual([3, null]);
  });

  it('whose reader stands still does not hold up the server or its end', async () => {
    const { child, url } = await serveInto('pipe');
    expect(await answers(url)).toBe(200);
    child.stdout?.pause();
    const load = startLoad(url, 4);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const { answered, failed } = await load.end();
    expect(failed).toEqual([]);
    // more lines than fit into a pipe of 64 KiB
    expect(answered).toBeGreaterThan(700);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('because the disk is full neither ends nor keeps the server', async () => {
    const { child, url, stderr } = await serveInto(openSync('/dev/full', 'w'));
    expect(await answers(url)).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(stderr()).toBe('');
  });
});

describe('time that stands still or jumps', () => {
  it('makes no request fail that was sent before, during or after', async () => {
    const { child, url } = await serve();
    const load = startLoad(url, 4);
    child.kill('SIGSTOP');
    const late = [predict(url), predict(url)];
    await new Promise((resolve) => setTimeout(resolve, 5000));
    child.kill('SIGCONT');
    expect(await Promise.all(late)).toEqual([200, 200]);
    const { failed } = await load.end();
    expect(failed).toEqual([]);
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
      /^spillway_errors_by_code_total{code="DEADLINE_EXCEEDED"} 0$/m,
    );
  });

  it('on the wall clock changes nothing', async () => {
    const jump =
      'const now = Date.now; let calls = 0; Date.now = () => now() + (calls++ % 2 ? 3600000 : -3600000);';
    const { child, url, ended } = await serve([], withCode(jump));
    const load = startLoad(url, 2);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { answered, failed } = await load.end();
    expect(failed).toEqual([]);
    expect(answered).toBeGreaterThan(0);
    child.kill('SIGTERM');
    expect(await ended()).toBe(0);
  });
});
