import { openConnection } from './connection.js';

/** Answers 2xx a second when a few connections ask again as soon as they are answered: what a server can do, and no more. */
export async function measurePeak({ port, path, text, milliseconds, connections = 8 }) {
  const bytes = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
  const startedAt = performance.now();
  const until = startedAt + milliseconds;
  let good = 0;
  await Promise.all(
    Array.from(
      { length: connections },
      () =>
        new Promise((resolve) => {
          const connection = openConnection(port, {
            onAnswer(request, { status }) {
              if (status === 200) good++;
              if (performance.now() < until && connection.isOpen) connection.send(request);
              else connection.destroy('it is over');
            },
            onLost: resolve,
            onClosed: resolve,
          });
          connection.send({ bytes });
        }),
    ),
  );
  return (good * 1000) / (performance.now() - startedAt);
}
