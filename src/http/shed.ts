import type { IncomingMessage, ServerResponse } from 'node:http';
import { SpillwayError } from '../core/index.ts';
import type { OverloadReason } from '../resilience/index.ts';
import type { HttpResponse } from './http-message.ts';
import { problemResponse } from './problem.ts';
import { writeResponse } from './write-response.ts';

const detailOf: Readonly<Record<OverloadReason, string>> = Object.freeze({
  'queue-full': 'more work is waiting than can be done in time',
  deadline: 'it would have to wait beyond its deadline',
  'loop-delay': 'the process is busy with something else',
  memory: 'memory is short',
  displaced: 'it made way for a higher priority',
});

/** When to come back, in milliseconds: a queue is short, memory is freed by fits and starts. */
const retryAfterMs: Readonly<Record<OverloadReason, number>> = Object.freeze({
  'queue-full': 1000,
  deadline: 1000,
  'loop-delay': 2000,
  memory: 5000,
  displaced: 1000,
});

/** The answer to work that is refused; without the id of a request when the client gave none. */
export function overloadedResponse(reason: OverloadReason, requestId?: string): HttpResponse {
  const error = new SpillwayError('OVERLOADED', detailOf[reason], {
    details: { retryAfterMs: retryAfterMs[reason] },
  });
  return problemResponse(error, requestId);
}

/** Answers requests that are refused before they are read, at the least cost. */
export type Shed = (
  request: IncomingMessage,
  response: ServerResponse,
  reason: OverloadReason,
  requestId: string | undefined,
  keepsConnection: boolean,
) => void;

/** By way of the response as anybody else, so that an app around us can add its headers. */
export function createPoliteShed(): Shed {
  const nameless = new Map<OverloadReason, HttpResponse>();
  return (_, response, reason, requestId, keepsConnection) => {
    if (!keepsConnection) response.shouldKeepAlive = false;
    if (requestId !== undefined) {
      writeResponse(response, overloadedResponse(reason, requestId));
      return;
    }
    writeResponse(
      response,
      findOr(nameless, reason, () => overloadedResponse(reason)),
    );
  };
}

/**
 * Past the response, for a server that is all ours: the same bytes for all are handed to the connection, which is then
 * told that the response is finished. Saves a fifth of what Node takes for an answer; of the rest most is the system's
 * for sending it.
 */
export function createRawShed(): Shed {
  const politely = createPoliteShed();
  const bytesOf = new Map<OverloadReason, Buffer>();
  return (request, response, reason, requestId, keepsConnection) => {
    const { socket } = response;
    const isPlain = keepsConnection && requestId === undefined && request.httpVersionMinor === 1;
    // without a connection it waits behind another response
    if (!isPlain || socket === null || !response.shouldKeepAlive || socket.destroyed) {
      politely(request, response, reason, requestId, keepsConnection);
      return;
    }
    socket.write(findOr(bytesOf, reason, () => toBytes(overloadedResponse(reason))));
    response.emit('finish');
    // what takes it for finished takes the connection from it
    if (response.socket !== null) socket.destroySoon();
  };
}

function findOr<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function toBytes({ contentType, body, headers = {} }: HttpResponse): Buffer {
  const lines = Object.entries({
    'content-type': contentType,
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`HTTP/1.1 503 Service Unavailable\r\n${lines.join('')}\r\n${body}`);
}
