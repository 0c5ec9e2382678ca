import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import express from 'express';
import request from 'supertest';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createExpressServer, type SpillwayOptions, spillway } from '../../src/express.ts';
import { createGateway, type Gateway } from '../../src/index.ts';

const row = { age: 35, monthly_charges: 65.5, total_charges: 1200 };
let gateway: Gateway;
const servers: Server[] = [];

beforeAll(async () => {
  gateway = await createGateway();
});

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

function appWith(options: SpillwayOptions = {}, path = '/'): express.Express {
  const app = express();
  app.use(path, spillway(gateway, options));
  return app;
}

/** Sends bytes to a server and gives all that comes back until it closes or `answers` answers have come. */
async function talk(
  app: express.Express,
  parts: readonly (string | Buffer)[],
  answers = 1,
): Promise<string> {
  const server = createExpressServer(app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => sendNext(0));
    const sendNext = (index: number) => {
      const part = parts[index];
      if (part !== undefined) socket.write(part, () => setImmediate(() => sendNext(index + 1)));
    };
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (text.split('HTTP/1.1 ').length > answers && text.trimEnd().endsWith('}')) socket.end();
    });
  });
}

function post(body: string, headers = 'Content-Type: application/json\r\n'): string {
  return `POST /predict HTTP/1.1\r\nHost: x\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

const body = JSON.stringify(row);

describe('mounted in an app', () => {
  it('answers below the mount point and leaves other paths to the app', async () => {
    const app = appWith({}, '/ml');
    app.get('/hello', (_, response) => {
      response.send('hello');
    });
    expect((await request(app).post('/ml/predict').send(row)).body).toMatchObject({
      degraded: false,
    });
    expect((await request(app).get('/hello')).text).toBe('hello');
    expect((await request(app).get('/ml/hello')).status).toBe(404);
  });

  it('takes a body that the app has parsed already', async () => {
    const app = express();
    app.use(express.json());
    app.use(spillway(gateway));
    expect((await request(app).post('/predict/reliable').send(row)).body).toMatchObject({
      served_by: 'model',
    });
    expect((await request(app).post('/predict').send({ age: 'x' })).status).toBe(422);
  });

  it('may be mounted twice, public and admin apart', async () => {
    const open = appWith({ routes: 'public' });
    const admin = appWith({ routes: 'admin' });
    expect((await request(open).post('/predict').send(row)).status).toBe(200);
    expect((await request(open).get('/admin/system-status')).status).toBe(404);
    expect((await request(admin).get('/admin/system-status')).status).toBe(200);
    expect((await request(admin).post('/predict').send(row)).status).toBe(404);
  });

  it('answers the wrong method with 405 and what is allowed', async () => {
    const response = await request(appWith()).get('/predict');
    expect(response).toMatchObject({
      status: 405,
      headers: { allow: 'POST' },
      body: { code: 'METHOD_NOT_ALLOWED' },
    });
    expect((await request(appWith()).options('/predict')).headers['allow']).toBe('POST');
  });

  it('leaves the admin routes of the app alone', async () => {
    const app = appWith();
    app.post('/admin/users', (_, response) => {
      response.send('made');
    });
    expect((await request(app).post('/admin/users')).text).toBe('made');
  });

  it('takes a body that the app has read but not parsed', async () => {
    const app = express();
    app.use(express.raw({ type: '*/*' }));
    app.use(spillway(gateway));
    expect((await request(app).post('/predict').send(row)).status).toBe(200);
  });

  it('tells of each answer, with the route and never with the path of the client', async () => {
    const seen: unknown[] = [];
    const app = appWith({ onAnswer: (answer) => seen.push(answer) });
    await request(app).post('/predict').send(row);
    expect(seen).toMatchObject([
      { method: 'POST', route: '/predict', status: 200, durationMs: expect.any(Number) },
    ]);
  });
});

describe('a body', () => {
  it.each([
    ['of another media type', (r: request.Test) => r.type('text/plain').send('hello'), 415],
    [
      'in another charset',
      (r: request.Test) => r.set('content-type', 'application/json; charset=utf-16').send(body),
      415,
    ],
    [
      'that is zipped',
      (r: request.Test) => r.set('content-encoding', 'gzip').type('json').send(gzipSync(body)),
      415,
    ],
    [
      'in UTF-8, said so',
      (r: request.Test) => r.set('content-type', 'application/json; charset="UTF-8"').send(body),
      200,
    ],
    ['that is missing', (r: request.Test) => r, 400],
    ['above the limit', (r: request.Test) => r.type('json').send(`${body}${' '.repeat(300)}`), 413],
  ])('%s', async (_, send, status) => {
    const response = await send(request(appWith({ maxBodyBytes: 256 })).post('/predict'));
    expect(response.status).toBe(status);
    if (status !== 200)
      expect(response.headers['content-type']).toContain('application/problem+json');
  });

  it('in pieces, chunked, or pipelined is one body each', async () => {
    const whole = post(body);
    expect(
      await talk(appWith(), [whole.slice(0, -30), whole.slice(-30, -10), whole.slice(-10)]),
    ).toContain('200 OK');
    const chunked = `POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n${body.slice(0, 5)}\r\n${(body.length - 5).toString(16)}\r\n${body.slice(5)}\r\n0\r\n\r\n`;
    expect(await talk(appWith(), [chunked])).toContain('200 OK');
    expect((await talk(appWith(), [whole + whole + whole], 3)).match(/200 OK/g)).toHaveLength(3);
  });

  it('that is chunked beyond the limit is cut off', async () => {
    const big = `POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1ff\r\n${' '.repeat(511)}\r\n1ff\r\n${' '.repeat(511)}\r\n`;
    const answer = await talk(appWith({ maxBodyBytes: 256 }), [big]);
    expect(answer).toContain('413');
    expect(answer).toMatch(/connection: close/i);
  });

  it('with both a length and chunks is refused before it reaches a handler', async () => {
    const smuggled = `POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
    expect(await talk(appWith(), [smuggled])).toMatch(/^HTTP\/1\.1 400/);
  });
});

describe('requests in flight', () => {
  it('are counted down when the client goes away', async () => {
    const own = await createGateway();
    const app = express();
    app.use(spillway(own));
    const server = createExpressServer(app);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const inFlight = async () => /in_flight (\d+)/.exec(await own.metrics.metrics())?.[1];
    const arrived = new Promise((resolve) => server.once('request', resolve));
    const socket = connect(port, '127.0.0.1', () => socket.write(post(body).slice(0, -10)));
    await arrived;
    expect(await inFlight()).toBe('1');
    socket.destroy();
    await vi.waitFor(async () => expect(await inFlight()).toBe('0'));
    expect(await own.metrics.metrics()).toMatch(
      /requests_total\{route="\/predict",status="4xx"\} 1/,
    );
  });
});

/** What V8 knows of an object's class is lost when its prototype changes, which is what this server is there to avoid. */
async function prototypes(create: (app: express.Express) => Server) {
  const app = express();
  let inside: unknown[] = [];
  app.get('/', (req, res) => {
    inside = [Object.getPrototypeOf(req), Object.getPrototypeOf(res)];
    res.json({ hello: req.query['name'] ?? 'nobody' });
  });
  const server = create(app);
  servers.push(server);
  let born: unknown[] = [];
  server.prependListener('request', (req: IncomingMessage, res: ServerResponse) => {
    born = [Object.getPrototypeOf(req), Object.getPrototypeOf(res)];
  });
  const answer = await request(server).get('/?name=you');
  return { born, inside, answer };
}

describe('createExpressServer', () => {
  it('gives requests and responses the prototypes that Express would, so that Express changes none', async () => {
    const { born, inside, answer } = await prototypes((app) => createExpressServer(app));
    expect(inside[0]).toBe(born[0]);
    expect(inside[1]).toBe(born[1]);
    expect(answer.body).toEqual({ hello: 'you' });
  });

  it('is needed: in a plain server Express changes both', async () => {
    const { born, inside } = await prototypes((app) => createServer(app));
    expect(inside[0]).not.toBe(born[0]);
    expect(inside[1]).not.toBe(born[1]);
  });

  it('leaves requests and responses what they are', async () => {
    const { born } = await prototypes((app) => createExpressServer(app));
    expect(born[0]).toBeInstanceOf(IncomingMessage);
    expect(born[1]).toBeInstanceOf(ServerResponse);
  });
});

describe('the options of a mounted gateway', () => {
  it.each<[string, unknown, string]>([
    ['an empty admin token', { adminToken: '' }, '/adminToken'],
    ['a token that is a number', { adminToken: 5 }, '/adminToken'],
    ['a misspelt option', { adminTokn: 'a' }, '/adminTokn'],
    ['a limit that is a text', { maxRows: 'x' }, '/maxRows'],
    ['a limit below 1', { maxRows: -1 }, '/maxRows'],
    ['unknown routes', { routes: 'x' }, '/routes'],
    ['what is no object', 5, ''],
  ])('are refused: %s', (_, options, pointer) => {
    expect(() => spillway(gateway, options as SpillwayOptions)).toThrow(
      expect.objectContaining({
        code: 'INVALID_CONFIG',
        faults: [expect.objectContaining({ pointer })],
      }),
    );
  });
});
