import type { IncomingMessage } from 'node:http';
import { SpillwayError } from '../core/index.ts';

const jsonType = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/**
 * What is wrong with a request whose body is still to come, judged by its headers; `null` when it may come.
 * Nothing is inflated and no other charset is decoded: what a client can send is what is read.
 */
export function refuseByHeaders(
  { headers }: IncomingMessage,
  maxBytes: number,
): SpillwayError | null {
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
    return new SpillwayError('UNSUPPORTED_ENCODING', 'expected a body without content-encoding');
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) return tooLarge(maxBytes);
  const hasBody =
    headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  const type = headers['content-type'];
  if (hasBody && type !== 'application/json' && !jsonType.test(type ?? '')) {
    return new SpillwayError(
      'UNSUPPORTED_MEDIA_TYPE',
      'expected content-type application/json in UTF-8',
    );
  }
  return null;
}

/** Collects a body of at most `maxBytes`; exactly one of the callbacks is called, neither when the client goes away. */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  onBody: (bytes: Buffer) => void,
  onError: (error: SpillwayError) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
    else if (size - chunk.length <= maxBytes) onError(tooLarge(maxBytes));
  });
  request.on('end', () => {
    const [only] = chunks;
    if (size <= maxBytes)
      onBody(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
  });
}

function tooLarge(maxBytes: number): SpillwayError {
  return new SpillwayError('BODY_TOO_LARGE', `expected a body of at most ${maxBytes} bytes`);
}
