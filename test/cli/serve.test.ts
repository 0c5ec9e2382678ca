import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const main = 'dist/cli/main.js';
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Starts `spillway serve` and waits until it says where it listens. */
async function serve(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', ...args], {
    env: { ...process.env, ...env },
  });
  children.push(child);
  let log = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (data: Buffer) => {
      log += data.toString();
      const listening = /"url":"([^"]+)"/.exec(log);
      if (listening?.[1] !== undefined) resolve(listening[1]);
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${log}`)));
  });
  return { child, url, log: () => log };
}

/** Runs the command to its end. */
async function spillway(...args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

const row = JSON.stringify({ age: 35, monthly_charges: 65.5, total_charges: 1200.0 });
const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: row };

describe('spillway serve', () => {
  it('serves the demo models without options and logs no values of the rows', async () => {
    const { url, log } = await serve(['--log-level', 'debug']);
    expect(
      await (await fetch(`${url}/predict/reliable?require_explanation=true`, post)).json(),
    ).toMatchObject({
      served_by: 'model',
      explanation: { method: expect.any(String) },
    });
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^process_cpu_seconds_total /m);
    expect(log()).toMatch(/"route":"\/predict\/reliable","status":200/);
    expect(log()).not.toMatch(/65\.5|1200/);
  });

  it('ends with 0 on SIGTERM', async () => {
    const { child } = await serve();
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('ends at once on a second SIGTERM', async () => {
    const { child, url } = await serve();
    const half = new Promise<void>((resolve) => {
      const { port } = new URL(url);
      const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
      socket.on('connect', () =>
        socket.write(
          'POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
          () => resolve(),
        ),
      );
    });
    await half;
    await fetch(`${url}/health/live`);
    child.kill('SIGTERM');
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([1, null]);
  });

  it('takes the admin token from the environment', async () => {
    const { url } = await serve([], { SPILLWAY_ADMIN_TOKEN: 'secret' });
    const put = (authorization: string) =>
      fetch(`${url}/admin/routing`, {
        method: 'PUT',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ weights: { 'v1.0': 1, 'v1.1': 0, 'v2.0': 0 } }),
      });
    expect((await put('Bearer wrong')).status).toBe(401);
    expect((await put('Bearer secret')).status).toBe(200);
  });

  it.each([
    [['serve', '--models', 'nowhere'], 1, 'MODEL_NOT_FOUND'],
    [['serve', '--port', 'eight'], 2, 'INVALID_CONFIG'],
    [['serve', '--protect-status'], 2, 'SPILLWAY_ADMIN_TOKEN'],
    [['serve', '--prot', '1'], 2, '--prot'],
    [['serve', 'now'], 2, 'now'],
    [['dance'], 2, 'serve'],
  ])('%o ends with %i and one line that says why', async (args, code, why) => {
    const result = await spillway(...args);
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(why);
    expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
    const asJson = await spillway(...args, '--json');
    expect(asJson.code).toBe(code);
    expect(JSON.parse(asJson.stderr)).toMatchObject({
      code: expect.any(String),
      message: expect.any(String),
    });
    expect(asJson.stderr).toContain(why);
  });

  it('says that a port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const result = await spillway(
      'serve',
      '--port',
      String((server.address() as AddressInfo).port),
    );
    server.close();
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('PORT_UNAVAILABLE') });
  });

  it('helps', async () => {
    expect(await spillway('--version')).toMatchObject({
      code: 0,
      stdout: `${packageJson.version}\n`,
    });
    expect((await spillway('--help')).stdout).toContain('serve');
    expect((await spillway('serve', '--help')).stdout).toContain('--admin-port');
  });
});
