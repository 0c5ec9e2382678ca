import { connect, type Socket } from 'node:net';

/** A connection on which tests say exactly which bytes go out and when. */
export interface RawClient {
  readonly socket: Socket;
  /** Everything that has come so far, one character a byte. */
  readonly received: string;
  send(text: string | Buffer): void;
  /** Resolves with what has come from `start` on as soon as that contains `text`; rejects when the connection closes before. */
  until(text: string, start?: number): Promise<string>;
  /** Resolves with everything that came, when the connection has closed, reset or not. */
  readonly closed: Promise<string>;
}

/** Opens a connection to a server on the loopback. */
export async function connectRaw(url: string, allowHalfOpen = false): Promise<RawClient> {
  let received = '';
  let onData = (): void => undefined;
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen });
  socket.on('data', (data) => {
    received += data.toString('latin1');
    onData();
  });
  socket.on('error', () => undefined); // a reset is a way to close
  const closed = new Promise<string>((resolve) => {
    socket.on('close', () => resolve(received));
  });
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve);
    socket.once('close', () => resolve());
  });
  return {
    socket,
    get received() {
      return received;
    },
    send: (text) => void socket.write(text),
    until: (text, start = 0) =>
      new Promise((resolve, reject) => {
        onData = () => {
          if (received.includes(text, start)) resolve(received.slice(start));
        };
        onData();
        void closed.then(() => reject(new Error(`closed before ${text} came: ${received}`)));
      }),
    closed,
  };
}

/** The statuses of all answers in a text, in order. */
export function statusesOf(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
