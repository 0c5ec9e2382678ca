import {
  createServer,
  IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  ServerResponse,
} from 'node:http';
import express from 'express';

/** The parts of an Express application that this file reads and sets. */
export interface ExpressApplication extends RequestListener {
  request: object;
  response: object;
}

/**
 * Creates an HTTP server for an Express 5 app that answers several times faster than `app.listen()` on Node 20 and 22.
 *
 * Express gives every request and response its own methods by changing their prototypes, which throws away what V8 has
 * learned about them: four fifths of the time of a small request. Here they are born with those methods (through the
 * documented `IncomingMessage` and `ServerResponse` server options), so that Express's change changes nothing. Mount
 * routers, not further apps: an app below another one changes prototypes again.
 */
export function createExpressServer(app: ExpressApplication, options: ServerOptions = {}): Server {
  class ExpressRequest extends IncomingMessage {}
  class ExpressResponse extends ServerResponse {}
  for (const [target, source] of [
    [ExpressRequest.prototype, express.request],
    [ExpressResponse.prototype, express.response],
  ] as const) {
    copyMembers(target, source);
    Object.defineProperty(target, 'app', { value: app, writable: true, configurable: true });
  }
  app.request = ExpressRequest.prototype;
  app.response = ExpressResponse.prototype;
  return createServer(
    { ...options, IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse },
    app,
  );
}

function copyMembers(target: object, source: object): void {
  for (const key of Reflect.ownKeys(source)) {
    const descriptor = Object.getOwnPropertyDescriptor(source, key);
    if (key !== 'constructor' && descriptor !== undefined)
      Object.defineProperty(target, key, descriptor);
  }
}
