import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/index.ts';
import { createRoutes, type HandlerOptions } from '../../src/http/handlers.ts';
import type { HttpResponse } from '../../src/http/http-message.ts';
import { createGateway, type Gateway, loadVersions, type ModelVersion } from '../../src/index.ts';
import { createFlakyModel, createSeededRandom } from '../../src/testing/index.ts';

const row = { age: 35, monthly_charges: 65.5, total_charges: 1200 };
const token = 'secret-of-the-test';
let versions: readonly ModelVersion[];

beforeAll(async () => {
  versions = await loadVersions();
});

interface Ask {
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly text?: string | Buffer;
  readonly options?: HandlerOptions;
  readonly gateway?: Gateway;
}

/** Sends a request value to a route and gives the response value with its JSON; no socket. */
async function ask(
  method: string,
  path: string,
  { query = '', headers = {}, body, text, options, gateway }: Ask = {},
) {
  const own = gateway ?? (await createGateway({ versions, random: createSeededRandom(3) }));
  const route = createRoutes(own, options).find(
    (candidate) => candidate.method === method && candidate.path === path,
  );
  const bytes = Buffer.from(text ?? (body === undefined ? '' : JSON.stringify(body)));
  const response: HttpResponse = await route!.handler({ method, query, headers, body: { bytes } });
  const json: Record<string, unknown> = response.contentType.includes('json')
    ? JSON.parse(response.body)
    : {};
  return { ...response, json };
}

describe('POST /predict', () => {
  it('answers in the shape of the surface', async () => {
    const { status, json } = await ask('POST', '/predict', {
      body: row,
      headers: { 'x-request-id': 'abc-1' },
    });
    expect(status).toBe(200);
    expect(Object.keys(json)).toEqual([
      'request_id',
      'prediction',
      'probability',
      'risk_category',
      'model_version',
      'generation',
      'assigned_version',
      'degraded',
      'latency_ms',
    ]);
    expect(json).toMatchObject({
      request_id: 'abc-1',
      prediction: 0,
      risk_category: 'Low',
      degraded: false,
    });
  });

  it('answers an array of rows with an array of answers, each with an id of its own', async () => {
    const { json } = await ask('POST', '/predict', {
      body: [row, row],
      headers: { 'x-request-id': 'batch' },
    });
    expect(json).toMatchObject([{ request_id: 'batch:0' }, { request_id: 'batch:1' }]);
  });

  it('lists the faults of all rows of an array and decides none of them', async () => {
    const gateway = await createGateway({ versions });
    const { status, json } = await ask('POST', '/predict', {
      body: [row, { ...row, age: -1 }, 7],
      gateway,
    });
    expect(status).toBe(422);
    expect(json['errors']).toMatchObject([{ pointer: '/1/age' }, { pointer: '/2' }]);
    expect(gateway.performance().every(({ decisions }) => decisions === 0)).toBe(true);
  });

  it.each([
    ['an empty array', [], 422],
    ['too many rows', Array.from({ length: 11 }, () => row), 413],
  ] as const)('refuses %s', async (_, body, expected) => {
    expect((await ask('POST', '/predict', { body, options: { maxRows: 10 } })).status).toBe(
      expected,
    );
  });

  it('explains when asked', async () => {
    const { json } = await ask('POST', '/predict', {
      body: row,
      query: 'require_explanation=true',
    });
    expect(json).toMatchObject({
      explanation: {
        attributions: { age: expect.any(Number) },
        additivity_residual: expect.any(Number),
      },
      compliance_report: { audit: { request_id: json['request_id'] } },
    });
  });

  it('answers 503 with a Retry-After when its model fails', async () => {
    const broken = versions.map((version) => {
      const model = createFlakyModel(version.model!);
      model.breakWith(() => {
        throw new Error('secret detail of the failure');
      });
      return { ...version, model };
    });
    const gateway = await createGateway({ versions: broken });
    const { status, headers, body } = await ask('POST', '/predict', { body: row, gateway });
    expect(status).toBe(503);
    expect(headers).toEqual({ 'retry-after': '1' });
    expect(body).not.toContain('secret');
    const reliable = await ask('POST', '/predict/reliable', { body: row, gateway });
    expect(reliable).toMatchObject({
      status: 200,
      json: { degraded: true, served_by: 'rules', reason: 'MODEL_FAILED' },
    });
  });
});

describe('an explained decision', () => {
  const explained = 'require_explanation=true';
  const risky = {
    age: 70,
    monthly_charges: 99,
    total_charges: 99,
    tenure: 1,
    contract: 'Month-to-month',
  };
  const asForm = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

  it('carries a hash that anyone can recompute from the report', async () => {
    const { json } = await ask('POST', '/predict/reliable', { body: risky, query: explained });
    const report = json['compliance_report'] as { audit: Record<string, unknown> };
    const { sha256, ...audit } = report.audit;
    const canonical = canonicalJson({ ...report, audit });
    expect(createHash('sha256').update(canonical).digest('hex')).toBe(sha256);
    expect(report).toMatchObject({ explanation: json['explanation'], counterfactual: null });
  });

  it('is a page for whoever prefers one', async () => {
    const page = await ask('POST', '/predict/reliable', {
      body: risky,
      query: explained,
      headers: { ...asForm, 'x-request-id': 'page-1' },
    });
    expect(page.contentType).toBe('text/html; charset=utf-8');
    expect(page.headers).toMatchObject({
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src .*frame-anc/,
      ),
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      vary: 'accept',
    });
    expect(page.body).toMatch(/^<!doctype html>/i);
    expect(page.body).toContain('page-1');
    expect(page.body).toContain('<svg');
    expect(page.body).not.toContain('<script');
  });

  it.each<[string, Ask]>([
    ['without an explanation', { body: risky, headers: asForm }],
    ['of several rows', { body: [risky], query: explained, headers: asForm }],
    ['for curl', { body: risky, query: explained, headers: { accept: '*/*' } }],
    [
      'where JSON is as good',
      { body: risky, query: explained, headers: { accept: 'text/html, application/json' } },
    ],
  ])('is JSON %s', async (_, request) => {
    expect((await ask('POST', '/predict/reliable', request)).contentType).toBe('application/json');
  });

  it('brings a counterfactual on demand, which the model confirms', async () => {
    const gateway = await createGateway({ versions: [versions[1]!] });
    const { json } = await ask('POST', '/predict/reliable', {
      body: risky,
      query: `${explained}&counterfactual=true`,
      gateway,
    });
    const { counterfactual } = json['compliance_report'] as {
      counterfactual: {
        counterfactuals: { changes: { feature: string; to: unknown }[]; prediction: unknown }[];
      };
    };
    const [smallest] = counterfactual.counterfactuals;
    expect(smallest!.prediction).not.toBe(json['prediction']);
    const changed = Object.fromEntries(smallest!.changes.map(({ feature, to }) => [feature, to]));
    const again = await ask('POST', '/predict', { body: { ...risky, ...changed }, gateway });
    expect(again.json['prediction']).toBe(smallest!.prediction);
  });

  it('comes with a counterfactual that is asked for alone', async () => {
    const { json } = await ask('POST', '/predict', { body: risky, query: 'counterfactual=true' });
    expect(json).toMatchObject({
      explanation: { exact: true },
      compliance_report: { counterfactual: { text: expect.any(String) } },
    });
  });

  it('has no counterfactual in a batch, which would hold up everybody else', async () => {
    const query = 'counterfactual=true';
    const { status, json } = await ask('POST', '/predict', { body: [risky, risky], query });
    expect(status).toBe(400);
    expect(json['detail']).toBe('a counterfactual is looked for one row a request');
  });

  it('by a rule says which rule, and what would have made another one answer', async () => {
    const broken = versions.map((version) => {
      const model = createFlakyModel(version.model!);
      model.breakWith(() => {
        throw new Error('model failure of the test');
      });
      return { ...version, model };
    });
    const gateway = await createGateway({ versions: broken });
    const query = `${explained}&counterfactual=true`;
    const request = { body: risky, query, gateway };
    const { json } = await ask('POST', '/predict/reliable', request);
    expect(json).toMatchObject({
      served_by: 'rules',
      explanation: { method: 'rule', rule: { because: expect.any(String) } },
      compliance_report: {
        main_reasons: [expect.any(String)],
        counterfactual: { text: expect.any(String) },
      },
    });
    const page = await ask('POST', '/predict/reliable', { ...request, headers: asForm });
    expect(page.body).toContain('<!doctype html>');
  });
});

describe('a body that is no row', () => {
  const bodies: Readonly<Record<string, readonly [string | Buffer, number, string]>> = {
    nothing: ['', 400, 'EMPTY_BODY'],
    garbage: ['{"age": 35,', 400, 'INVALID_JSON'],
    NaN: ['{"age": NaN}', 400, 'INVALID_JSON'],
    'a byte order mark': ['\ufeff{}', 400, 'INVALID_JSON'],
    'bytes that are not UTF-8': [
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
      400,
      'INVALID_UTF8',
    ],
    'a key twice': [
      '{"age": 35, "monthly_charges": 1, "total_charges": 1, "age": 36}',
      400,
      'DUPLICATE_KEY',
    ],
    'a key twice, once escaped': [
      '{"age": 35, "monthly_charges": 1, "total_charges": 1, "\\u0061ge": 36}',
      400,
      'DUPLICATE_KEY',
    ],
    'a key twice in a row of an array': [
      '[{"age": 35, "monthly_charges": 1, "total_charges": 1, "age": 36}]',
      400,
      'DUPLICATE_KEY',
    ],
    'a number too large for a double': [
      '{"age": 35, "monthly_charges": 1e999, "total_charges": 1}',
      422,
      'INVALID_ROW',
    ],
    'the key __proto__': [
      '{"__proto__": {"age": 1}, "age": 35, "monthly_charges": 1, "total_charges": 1}',
      422,
      'INVALID_ROW',
    ],
    'the key constructor': [
      '{"constructor": 1, "age": 35, "monthly_charges": 1, "total_charges": 1}',
      422,
      'INVALID_ROW',
    ],
    '50,000 nested arrays': ['['.repeat(50_000) + ']'.repeat(50_000), 400, 'INVALID_JSON'],
    '50,000 nested objects': [
      `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
      400,
      'INVALID_JSON',
    ],
    'a text': ['"row"', 422, 'INVALID_ROW'],
    null: ['null', 422, 'INVALID_ROW'],
    'a number': ['35', 422, 'INVALID_ROW'],
    'an object without keys': ['{}', 422, 'INVALID_ROW'],
    'a nested value': [
      '{"age": {"value": 35}, "monthly_charges": [1], "total_charges": "1"}',
      422,
      'INVALID_ROW',
    ],
  };

  it.each(Object.entries(bodies))('%s is refused as a problem', async (_, [text, status, code]) => {
    for (const path of ['/predict', '/predict/reliable', '/compare']) {
      const response = await ask('POST', path, { text });
      expect(response.status).toBe(status);
      expect(response.contentType).toBe('application/problem+json');
      expect(response.json).toMatchObject({
        type: `urn:spillway:error:${code}`,
        status,
        code,
        request_id: expect.any(String),
      });
    }
  });

  it('is refused without echoing a value, a stack or a cause', async () => {
    const { body } = await ask('POST', '/predict', {
      text: '{"age": "SENTINEL", "SENTINEL<script>": 1, "contract": "SENTINEL", "monthly_charges": [], "total_charges": {}}',
    });
    expect(body).not.toMatch(/SENTINEL|\bat .*\.[jt]s|node_modules/);
    expect(JSON.parse(body).errors).toHaveLength(5);
  });

  it('lists at most 100 faults of 16,000 unknown keys, in a moment', async () => {
    const wide = Object.fromEntries(
      Array.from({ length: 16_000 }, (_, index) => [`key_${index}`, 1]),
    );
    const { json } = await ask('POST', '/predict', { body: wide });
    expect(json['errors']).toHaveLength(101);
    expect((json['errors'] as { message: string }[]).at(-1)?.message).toBe('and 15903 more');
  });

  it('with a colon in a text is not mistaken for a key that stands twice', async () => {
    const { json } = await ask('POST', '/predict', { body: { ...row, contract: 'a:b:c' } });
    expect(json).toMatchObject({ code: 'INVALID_ROW', errors: [{ pointer: '/contract' }] });
  });
});

describe('options', () => {
  it.each([
    [{ query: 'require_explanation=maybe' }],
    [{ query: 'require_explanation=true&require_explanation=true' }],
    [{ query: 'explain=true' }],
    [{ headers: { 'x-unit-id': 'two words' } }],
    [{ headers: { 'x-unit-id': 'x'.repeat(257) } }],
    [{ headers: { 'x-request-deadline-ms': '0' } }],
    [{ headers: { 'x-request-deadline-ms': '-5' } }],
    [{ headers: { 'x-request-deadline-ms': 'soon' } }],
  ] satisfies [Ask][])('%o is refused', async (wrong) => {
    expect((await ask('POST', '/predict', { body: row, ...wrong })).json).toMatchObject({
      code: 'INVALID_OPTION',
    });
  });

  it('a request id in another form is replaced, and the answer carries the new one', async () => {
    const { json } = await ask('POST', '/predict', {
      body: row,
      headers: { 'x-request-id': 'a\u001b[31m b' },
    });
    expect(json['request_id']).toMatch(/^[\w-]{16}\.[0-9a-z]+$/);
  });

  it('a unit id makes the assignment sticky', async () => {
    const gateway = await createGateway({ versions });
    const chosen = new Set<unknown>();
    for (let call = 0; call < 20; call++) {
      chosen.add(
        (await ask('POST', '/predict', { body: row, headers: { 'x-unit-id': 'c-1' }, gateway }))
          .json['assigned_version'],
      );
    }
    expect(chosen.size).toBe(1);
  });
});

describe('what only the admin may do', () => {
  const weights = { weights: { 'v1.0': 0, 'v1.1': 0, 'v2.0': 1 } };
  const bearer = { authorization: `Bearer ${token}` };

  it('is refused with 403 and how to allow it while no token is set', async () => {
    for (const response of [
      await ask('PUT', '/admin/routing', { body: weights, headers: bearer }),
      await ask('POST', '/predict', { body: row, query: 'model_version=v1.0', headers: bearer }),
    ]) {
      expect(response).toMatchObject({
        status: 403,
        json: { detail: expect.stringContaining('SPILLWAY_ADMIN_TOKEN') },
      });
    }
  });

  it.each([
    {},
    { authorization: 'Bearer wrong' },
    { authorization: token },
    { authorization: `Basic ${token}` },
  ])('is refused with 401 for the headers %o', async (headers) => {
    const response = await ask('PUT', '/admin/routing', {
      body: weights,
      headers,
      options: { adminToken: token },
    });
    expect(response).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
  });

  it('forces a version and changes the weights with the token', async () => {
    const gateway = await createGateway({ versions });
    const options = { adminToken: token };
    const forced = await ask('POST', '/predict', {
      body: row,
      query: 'model_version=v1.0',
      headers: bearer,
      options,
      gateway,
    });
    expect(forced.json).toMatchObject({ model_version: 'v1.0' });
    const changed = await ask('PUT', '/admin/routing', {
      body: weights,
      headers: bearer,
      options,
      gateway,
    });
    expect(changed).toMatchObject({ status: 200, json: weights });
    expect((await ask('POST', '/predict', { body: row, gateway })).json).toMatchObject({
      assigned_version: 'v2.0',
    });
  });

  it.each([
    [{}],
    [[]],
    [{ weights: [] }],
    [{ weights: { 'v1.0': '1' } }],
    [{ weights: { 'v1.0': 1 } }],
    [{ weights: { 'v1.0': -1, 'v1.1': 1, 'v2.0': 1 } }],
  ])('refuses the weights %o and keeps the old ones', async (body) => {
    const gateway = await createGateway({ versions });
    const before = gateway.status().versions;
    const response = await ask('PUT', '/admin/routing', {
      body,
      headers: bearer,
      options: { adminToken: token },
      gateway,
    });
    expect(response).toMatchObject({ status: 422, json: { code: 'INVALID_CONFIG' } });
    expect(gateway.status().versions).toEqual(before);
  });
});

describe('status', () => {
  const pages = ['/health', '/metrics', '/admin/system-status', '/admin/performance-metrics'];

  it.each(pages)('%s is open, and behind the token when protected', async (path) => {
    const options = { adminToken: token, protectStatus: true };
    expect((await ask('GET', path)).status).toBe(200);
    expect((await ask('GET', path, { options })).status).toBe(401);
    expect(
      (await ask('GET', path, { options, headers: { authorization: `Bearer ${token}` } })).status,
    ).toBe(200);
  });

  it('leaves the bare probes open, which orchestrators ask without a token', async () => {
    const options = { adminToken: token, protectStatus: true };
    for (const path of ['/health/live', '/health/ready'])
      expect((await ask('GET', path, { options })).status).toBe(200);
  });

  it('is not ready while draining, but alive', async () => {
    const options = { isDraining: () => true };
    expect((await ask('GET', '/health/ready', { options })).status).toBe(503);
    expect((await ask('GET', '/health/live', { options })).status).toBe(200);
  });

  it('is degraded with one bad version, unhealthy with none that is ready', async () => {
    const oneBad = await createGateway({
      versions: versions.map((version, index) =>
        index === 0 ? { ...version, model: null, reason: 'bad' } : version,
      ),
    });
    expect(await ask('GET', '/health', { gateway: oneBad })).toMatchObject({
      status: 200,
      json: {
        status: 'degraded',
        versions: [{ model_version: 'v1.0', state: 'failed', reason: 'bad' }, {}, {}],
      },
    });
    const allBad = await createGateway({
      versions: versions.map((version) => ({ ...version, model: null })),
    });
    expect((await ask('GET', '/health', { gateway: allBad })).status).toBe(503);
    expect((await ask('GET', '/health/ready', { gateway: allBad })).status).toBe(503);
    expect((await ask('GET', '/health/live', { gateway: allBad })).status).toBe(200);
  });

  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'application/json'],
    ['application/json', 'application/json'],
    [
      'application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'text/plain',
    ],
    ['text/plain', 'text/plain'],
  ])('system status for Accept %s is %s', async (accept, expected) => {
    const { contentType } = await ask('GET', '/admin/system-status', {
      headers: accept === undefined ? {} : { accept },
    });
    expect(contentType).toContain(expected);
  });

  it('system status obeys ?format and refuses any other', async () => {
    expect(
      (await ask('GET', '/admin/system-status', { query: 'format=prometheus' })).contentType,
    ).toContain('text/plain');
    expect((await ask('GET', '/admin/system-status', { query: 'format=xml' })).status).toBe(400);
  });

  it('counts decisions, fallbacks and errors per version, with latencies per route', async () => {
    const model = createFlakyModel(versions[1]!.model!);
    const gateway = await createGateway({
      versions: versions.map((version, index) => (index === 1 ? { ...version, model } : version)),
      weights: { 'v1.0': 0, 'v1.1': 1, 'v2.0': 0 },
    });
    for (let call = 0; call < 10; call++) await ask('POST', '/predict', { body: row, gateway });
    model.breakWith(() => {
      throw new Error('down');
    });
    for (let call = 0; call < 6; call++)
      await ask('POST', '/predict/reliable', { body: row, gateway });
    await ask('POST', '/predict', { body: row, gateway });
    await ask('POST', '/predict', { body: {}, gateway }); // a fault of the client's is no error of a version
    const { json } = await ask('GET', '/admin/system-status', { gateway });
    expect(json).toMatchObject({
      status: 'degraded', // its breaker is open
      last_swap: null,
      versions: [
        {},
        {
          model_version: 'v1.1',
          weight: 1,
          decisions: 10,
          assigned: 17,
          errors: 1,
          error_ratio: 1 / 17,
          fallbacks: 6,
          fallback_ratio: 6 / 17,
        },
        {},
      ],
    });
    const { json: performance } = await ask('GET', '/admin/performance-metrics', { gateway });
    expect(performance).toMatchObject({
      routes: [
        {
          model_version: 'v1.0',
          route: 'predict_reliable',
          decisions: 6,
          assigned: 0,
          degraded: 0,
        },
        {
          model_version: 'v1.1',
          route: 'predict',
          decisions: 10,
          assigned: 11,
          errors: 1,
          degraded: 0,
          p50_ms: expect.any(Number),
        },
        {
          model_version: 'v1.1',
          route: 'predict_reliable',
          decisions: 0,
          assigned: 6,
          degraded: 6,
        },
      ],
    });
  });
});
