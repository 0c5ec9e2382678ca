import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { spillway } from '../../src/express.ts';
import { createGateway, type Gateway } from '../../src/index.ts';

// Node runs the compiled file; the global setup builds it
const workerFile = new URL('../../dist/scoring/read-version-worker.js', import.meta.url);
const adminToken = 'secret';
let directory: string;
let gateway: Gateway;
let server: Server;
let url: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'spillway-'));
  await cp('models/churn', directory, { recursive: true });
  gateway = await createGateway({ models: directory, workerFile });
  const app = express().use('/ml', spillway(gateway, { adminToken }));
  server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ml`;
});

afterAll(async () => {
  server.close();
  await gateway.close();
  await rm(directory, { recursive: true });
});

async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = { authorization: `Bearer ${adminToken}` },
) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const json: Record<string, unknown> = JSON.parse(await response.text());
  return { status: response.status, json };
}

describe('the routes of the models', () => {
  it('say what is served', async () => {
    const { json, status } = await ask('GET', '/admin/models', undefined, {});
    expect(status).toBe(200);
    expect(json).toMatchObject({
      last_swap: null,
      refused: [],
      versions: [
        { model_version: 'v1.0', generation: 1, previous_generation: null, breaker_forced: null },
        { model_version: 'v1.1' },
        { model_version: 'v2.0' },
      ],
    });
  });

  it('change nothing for who is not the admin', async () => {
    for (const [method, path] of [
      ['POST', '/admin/models'],
      ['POST', '/admin/models/v1.1/rollback'],
      ['PUT', '/admin/models/v1.1/breaker'],
    ] as const) {
      expect((await ask(method, path, { state: 'open' }, {})).status).toBe(401);
    }
  });

  it('load what changed, go back, and say who asked', async () => {
    const told: unknown[] = [];
    gateway.on('version-swapped', ({ by, cause }) => told.push([by, cause]));
    await appendFile(join(directory, 'v1.1/card.json'), '\n');
    const who = { authorization: `Bearer ${adminToken}`, 'x-actor': 'ops@example.org' };
    const reload = await ask('POST', '/admin/models', undefined, who);
    expect(reload).toMatchObject({
      status: 200,
      json: {
        by: 'ops@example.org',
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        versions: [
          { model_version: 'v1.0', result: 'unchanged' },
          {
            model_version: 'v1.1',
            result: 'swapped',
            reason: null,
            from: { generation: 1, weight: 0.6, card_sha256: expect.any(String) },
            to: { generation: 2 },
          },
          { model_version: 'v2.0', result: 'unchanged' },
        ],
      },
    });
    expect(await ask('POST', '/admin/models/v1.1/rollback')).toMatchObject({
      status: 200,
      json: { model_version: 'v1.1', from: { generation: 2 }, to: { generation: 1 }, by: 'admin' },
    });
    await vi.waitFor(() =>
      expect(told).toEqual([
        ['ops@example.org', 'files'],
        ['admin', 'rollback'],
      ]),
    );
  });

  it('hold a breaker and let it go', async () => {
    const path = '/admin/models/v2.0/breaker';
    expect((await ask('PUT', path, { state: 'open' })).json).toEqual({
      model_version: 'v2.0',
      breaker: 'open',
      breaker_forced: 'open',
    });
    expect((await ask('PUT', path, { state: 'auto' })).json).toEqual({
      model_version: 'v2.0',
      breaker: 'closed',
      breaker_forced: null,
    });
  });

  it('refuse with a reason, and go on', async () => {
    await writeFile(join(directory, 'v2.0/model.json'), '{}');
    const { json } = await ask('POST', '/admin/models', { versions: ['v2.0'] });
    expect(json['versions']).toMatchObject([
      { result: 'refused', reason: expect.stringMatching(/^CHECKSUM_MISMATCH/) },
    ]);
    expect((await ask('GET', '/admin/models')).json['refused']).toMatchObject([
      { model_version: 'v2.0', by: 'admin' },
    ]);
  });

  it.each([
    ['POST', '/admin/models', { versions: 'v1.1' }, 422, 'INVALID_CONFIG'],
    ['POST', '/admin/models', { version: ['v1.1'] }, 422, 'INVALID_CONFIG'],
    ['POST', '/admin/models', { versions: ['v9'] }, 404, 'UNKNOWN_VERSION'],
    ['POST', '/admin/models/v9/rollback', undefined, 404, 'UNKNOWN_VERSION'],
    ['POST', '/admin/models/%7Bversion%7D/rollback', undefined, 404, 'UNKNOWN_VERSION'],
    ['POST', '/admin/models/v1.0/rollback', undefined, 422, 'INVALID_CONFIG'],
    ['PUT', '/admin/models/v9/breaker', { state: 'open' }, 404, 'UNKNOWN_VERSION'],
    ['PUT', '/admin/models/v1.1/breaker', { state: 'ajar' }, 422, 'INVALID_CONFIG'],
    ['GET', '/admin/models/v1.1/breaker', undefined, 405, 'METHOD_NOT_ALLOWED'],
  ])('%s %s with %o is %i %s', async (method, path, body, status, code) => {
    const answer = await ask(method, path, body);
    expect({ status: answer.status, code: answer.json['code'] }).toEqual({ status, code });
  });

  it('refuse an actor that is no name', async () => {
    for (const actor of ['two words', 'x'.repeat(129)]) {
      const headers = { authorization: `Bearer ${adminToken}`, 'x-actor': actor };
      expect((await ask('POST', '/admin/models', {}, headers)).json['code']).toBe('INVALID_OPTION');
    }
  });

  it('are counted by their templates', async () => {
    const text = await gateway.metrics.metrics();
    expect(text).toMatch(
      /http_requests_total\{route="\/admin\/models\/\{version\}\/rollback",status="4xx"\} [1-9]/,
    );
    expect(text).not.toMatch(/route="[^"]*v9/);
  });
});
