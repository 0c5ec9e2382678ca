import type { HttpRoute } from '../monitoring/index.ts';
import type { Handler } from './http-message.ts';

/** A handler and where it is found. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: HttpRoute;
  readonly handler: Handler;
}
