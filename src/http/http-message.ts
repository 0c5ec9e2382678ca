import type { IncomingHttpHeaders } from 'node:http';

/** A request as handlers see it: a value, no socket. */
export interface HttpRequest {
  readonly method: string;
  /** What stands behind the `?`, or the empty text. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: RequestBody;
  /** Aborted when the client goes away before an answer that takes its time. */
  readonly signal?: AbortSignal | undefined;
  /** How long it has waited for its turn, in milliseconds. @default 0 */
  readonly waitedMs?: number | undefined;
  /** What stands in the path where the route's template has a name in braces. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/** The body: bytes, or what a body parser of the surrounding app has made of them already. */
export type RequestBody = { readonly bytes: Buffer } | { readonly json: unknown };

/** A response as handlers give it. */
export interface HttpResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers a request; never throws and never rejects. */
export type Handler = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

/** A JSON answer of a text that is JSON already. */
export function jsonText(body: string, status = 200): HttpResponse {
  return { status, contentType: 'application/json', body };
}

/** A JSON answer. */
export function jsonResponse(value: unknown, status = 200): HttpResponse {
  return jsonText(JSON.stringify(value), status);
}

/** An HTML page, which a browser lets load and run nothing. */
export function pageResponse(body: string): HttpResponse {
  return {
    status: 200,
    contentType: 'text/html; charset=utf-8',
    body,
    headers: {
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      vary: 'accept',
    },
  };
}
