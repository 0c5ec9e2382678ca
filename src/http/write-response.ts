import type { ServerResponse } from 'node:http';
import type { HttpResponse } from './http-message.ts';

/** Writes a response value; nothing when the client is gone or an answer has been begun. */
export function writeResponse(
  response: ServerResponse,
  { status, contentType, body, headers }: HttpResponse,
): void {
  if (response.headersSent || response.destroyed) return;
  const length = Buffer.byteLength(body);
  const own = { 'content-type': contentType, 'content-length': length };
  response.writeHead(status, headers === undefined ? own : { ...own, ...headers });
  if (response.req.method === 'HEAD') response.end();
  // as many bytes as characters is ASCII, which needs no encoding
  else response.end(body, length === body.length ? 'latin1' : 'utf8');
}
