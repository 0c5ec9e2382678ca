// The ceiling: a server that takes JSON in and gives JSON out, as many bytes as a prediction has, and does nothing else.
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

export function createBareServer() {
  return createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const text = chunks.length === 1 ? chunks[0].toString() : Buffer.concat(chunks).toString();
      const row = JSON.parse(text);
      const body = JSON.stringify({
        request_id: 'aVQ3jK9s0QmFx2Lr.1f',
        prediction: 0,
        probability: 0.15562789142131805 + row.age * 1e-9,
        risk_category: 'Low',
        model_version: 'v1.1',
        generation: 1,
        assigned_version: 'v1.1',
        degraded: false,
        latency_ms: 0.021,
      });
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const server = createBareServer().listen(0, '127.0.0.1', () =>
    console.log(`http://127.0.0.1:${server.address().port}`),
  );
}
