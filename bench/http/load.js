// A closed loop of keep-alive connections on raw sockets: cheap enough not to be what is measured.
import { connect } from 'node:net';

/**
 * Sends `body` to `path` over `connections` sockets for `milliseconds`; gives the number of answers and their latencies
 * in milliseconds. Rejects on any answer but 200.
 */
export function load({ port, path, body, connections, milliseconds }) {
  const request = Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const latencies = [];
  const until = performance.now() + milliseconds;
  const one = () =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      let sentAt = 0;
      let expected = -1;
      let received = 0;
      const send = () => {
        sentAt = performance.now();
        expected = -1;
        received = 0;
        socket.write(request);
      };
      socket.setNoDelay(true);
      socket.on('connect', send);
      socket.on('error', reject);
      socket.on('close', resolve);
      socket.on('data', (data) => {
        received += data.length;
        if (expected === -1) {
          const text = data.latin1Slice(0, data.length);
          if (!text.startsWith('HTTP/1.1 200')) return reject(new Error(text.slice(0, 300)));
          const end = text.indexOf('\r\n\r\n');
          const length = /content-length: (\d+)/i.exec(text);
          if (end === -1 || length === null)
            return reject(new Error('an answer came in a form that this loader does not read'));
          expected = end + 4 + Number(length[1]);
        }
        if (received < expected) return;
        const now = performance.now();
        latencies.push(now - sentAt);
        if (now < until) send();
        else socket.end();
      });
    });
  // never asleep: a server would otherwise pay for waking the loader, and the more the less busy the loader is
  let isLoading = true;
  const spin = () => {
    if (isLoading) setImmediate(spin);
  };
  spin();
  return Promise.all(Array.from({ length: connections }, one))
    .finally(() => {
      isLoading = false;
    })
    .then(() => latencies);
}
