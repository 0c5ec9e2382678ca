import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../core/index.ts';
import type { HttpResponse } from './http-message.ts';
import { writeHead } from './write-response.ts';

/** What a client still sends is taken for so long, in milliseconds, ... */
const lingerMs = 500;
/** ... and up to so many bytes. */
const lingerBytes = 2 ** 24;

/**
 * Answers a request whose body has not come, and closes its connection: once the client has sent the body, or a little
 * later. Closed at once, a client that is still sending would meet a reset before it has read the answer.
 */
export function answerBeforeBody(
  request: IncomingMessage,
  response: ServerResponse,
  value: HttpResponse,
  clock: Clock,
): void {
  response.shouldKeepAlive = false;
  const encoding = writeHead(response, value);
  if (encoding === null) return;
  response.write(value.body, encoding);
  let left = lingerBytes;
  const end = () => {
    cancel();
    response.end();
  };
  const cancel = clock.schedule(end, lingerMs);
  request.on('end', end);
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) end();
  });
  response.on('close', cancel);
}
