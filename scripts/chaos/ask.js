import { request } from 'node:http';
import { connect } from 'node:net';

/** One request on a connection of its own: `{ status, headers, body }`, the body as JSON where it is some. */
export function ask(port, path, { method = 'GET', headers = {}, body, timeoutMs = 5000 } = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(
      { port, path, method, headers, host: '127.0.0.1', agent: false, timeout: timeoutMs },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status, headers: answered } = response;
          resolve({ status, headers: answered, body: parse(text) });
        });
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer to ${path} in ${timeoutMs} ms`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Writes bytes to a socket of its own and gives what came back, `{ text, closed, milliseconds }`, once `until` is in it,
 * the server has closed it, or `timeoutMs` are over.
 */
export function raw(port, bytes, { until, timeoutMs = 3000, keep = false } = {}) {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let text = '';
    let timer;
    const finish = (closed) => {
      clearTimeout(timer);
      if (!keep) socket.destroy();
      resolve({ text, closed, milliseconds: performance.now() - startedAt, socket });
    };
    timer = setTimeout(() => finish(false), timeoutMs);
    socket.on('error', () => undefined);
    socket.on('close', () => finish(true));
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (until !== undefined && text.includes(until)) finish(false);
    });
    for (const one of Array.isArray(bytes) ? bytes : [bytes]) socket.write(one);
  });
}

/** The bytes of a `POST` of JSON. */
export function post(path, body, headers = {}) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${lines.join('')}`;
  return Buffer.concat([
    Buffer.from(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`),
    Buffer.from(body),
  ]);
}

/** The status of the first answer in a text, 0 of none. */
export function statusIn(text) {
  return Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);
}

export function wait(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
