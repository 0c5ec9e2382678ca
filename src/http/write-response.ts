import type { ServerResponse } from 'node:http';
import type { HttpResponse } from './http-message.ts';

/** Writes a response value; nothing when the client is gone or an answer has been begun. */
export function writeResponse(response: ServerResponse, value: HttpResponse): void {
  const encoding = writeHead(response, value);
  if (encoding === null) return;
  if (response.req.method === 'HEAD') response.end();
  else response.end(value.body, encoding);
}

/** Writes all but the body of a response, and answers how that is encoded; `null` when there is nobody to answer. */
export function writeHead(
  response: ServerResponse,
  { status, contentType, body, headers }: HttpResponse,
): 'latin1' | 'utf8' | null {
  if (response.headersSent || response.destroyed) return null;
  const length = Buffer.byteLength(body);
  const own = { 'content-type': contentType, 'content-length': length };
  response.writeHead(status, headers === undefined ? own : { ...own, ...headers });
  // as many bytes as characters is ASCII, which needs no encoding
  return length === body.length ? 'latin1' : 'utf8';
}
