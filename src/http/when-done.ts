import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Calls `done` once, when a response has been handed over or its connection is gone. */
export type WhenDone = (
  request: IncomingMessage,
  response: ServerResponse,
  done: () => void,
) => void;

/**
 * Makes what tells when responses are done with. One that waits behind others of its connection (pipelining) is never
 * told by Node that this broke, so the connection is asked for those.
 */
export function createWhenDone(): WhenDone {
  const waitingOn = new WeakMap<Socket, Set<() => void>>();

  /** One listener for all that wait, however many requests a client sends at once. */
  const listenTo = (socket: Socket): Set<() => void> => {
    const waiting = new Set<() => void>();
    waitingOn.set(socket, waiting);
    socket.once('close', () => {
      for (const call of waiting) call();
    });
    return waiting;
  };

  return (request, response, done) => {
    if (response.socket !== null) {
      response.on('close', done);
      return;
    }
    const { socket } = request;
    const waiting = waitingOn.get(socket) ?? listenTo(socket);
    const once = () => {
      if (waiting.delete(once)) done();
    };
    waiting.add(once);
    response.on('close', once);
  };
}
