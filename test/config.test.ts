import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseGatewayConfig, readServerConfig } from '../src/config.ts';

let file: string;

beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'spillway-')), 'config.json');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(join(file, '..'), { recursive: true });
});

describe('server settings', () => {
  it('have defaults that are safe', () => {
    expect(readServerConfig({ flags: {} })).toMatchObject({
      host: '127.0.0.1',
      port: 8000,
      protectStatus: false,
      logLevel: 'info',
    });
  });

  it('come from flags before the environment before the file before the defaults', async () => {
    await writeFile(
      file,
      JSON.stringify({
        port: 1,
        host: 'file',
        maxRows: 7,
        gateway: { salt: 'file', models: 'file' },
      }),
    );
    vi.stubEnv('SPILLWAY_PORT', '2');
    vi.stubEnv('SPILLWAY_HOST', 'environment');
    vi.stubEnv('SPILLWAY_ADMIN_TOKEN', 'secret');
    expect(
      readServerConfig({ flags: { port: 3, host: undefined, models: 'flag' }, file }),
    ).toMatchObject({
      port: 3,
      host: 'environment',
      maxRows: 7,
      adminToken: 'secret',
      gateway: { salt: 'file', models: 'flag', timeoutMs: 1000 },
    });
  });

  it('take one process for each core when the number is left to the machine', () => {
    const { workers } = readServerConfig({ flags: { workers: 'auto' } });
    expect(workers).toBe(Math.min(availableParallelism(), 64));
  });

  it.each([
    [{ port: 'eight' }, /\/port/],
    [{ port: 70_000 }, /\/port/],
    [{ protectStatus: true }, /SPILLWAY_ADMIN_TOKEN/],
    [{ logLevel: 'loud' }, /\/logLevel/],
    [{ prot: 8000 }, /prot/],
    [{ workers: 0 }, /\/workers/],
    [{ workers: 65 }, /\/workers/],
    [{ workers: 'all' }, /\/workers.*"auto"/],
    [{ workerTimeoutMs: 1000 }, /\/workerTimeoutMs/],
  ])('refuses %o', (flags, message) => {
    expect(() => readServerConfig({ flags })).toThrow(message);
  });

  it('lists every fault at once', async () => {
    await writeFile(
      file,
      JSON.stringify({ port: -1, gateway: { timeoutMs: 0, weights: { 'v1.0': -1 } } }),
    );
    const pointers = ['/port', '/gateway/timeoutMs', '/gateway/weights/v1.0'];
    expect(() => readServerConfig({ flags: {}, file })).toThrow(
      expect.objectContaining({
        faults: expect.arrayContaining(
          pointers.map((pointer) => expect.objectContaining({ pointer })),
        ),
      }),
    );
  });

  it.each(['', '[]', 'null', '{'])('refuses a file that holds %s', async (text) => {
    await writeFile(file, text);
    expect(() => readServerConfig({ flags: {}, file })).toThrow(
      expect.objectContaining({ code: 'INVALID_CONFIG' }),
    );
  });

  it('refuses a file that is not there', () => {
    expect(() => readServerConfig({ flags: {}, file })).toThrow(/config\.json/);
  });

  it('takes an empty variable as one that is not set', () => {
    vi.stubEnv('SPILLWAY_PORT', '');
    vi.stubEnv('SPILLWAY_ADMIN_TOKEN', '');
    vi.stubEnv('SPILLWAY_LOG_LEVEL', '');
    expect(readServerConfig({ flags: {} })).toMatchObject({ port: 8000, logLevel: 'info' });
  });

  it('refuses a gateway that is no object, also beside --models', async () => {
    await writeFile(file, JSON.stringify({ gateway: 'abc' }));
    expect(() => readServerConfig({ flags: { models: 'x' }, file })).toThrow(/\/gateway/);
  });

  it.each(['eight', ' '])('refuses the port "%s" of the environment', (port) => {
    vi.stubEnv('SPILLWAY_PORT', port);
    expect(() => readServerConfig({ flags: {} })).toThrow(/\/port/);
  });
});

it('explains the variable that Kubernetes sets for a service named spillway', () => {
  vi.stubEnv('SPILLWAY_PORT', 'tcp://10.0.0.1:8000');
  expect(() => readServerConfig({ flags: {} })).toThrow(/enableServiceLinks/);
});

describe('gateway settings', () => {
  it('keep every deadline below the time that a breaker stays open', () => {
    expect(() =>
      parseGatewayConfig({ timeoutMs: 5000, breaker: { recoveryTimeoutMs: 5000 } }),
    ).toThrow(/recoveryTimeoutMs/);
  });
});
