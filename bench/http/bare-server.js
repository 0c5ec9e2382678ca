// The ceiling: a server that parses the same body, answers as many bytes as a prediction has, and does nothing else.
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const answer = JSON.stringify({
  request_id: 'aVQ3jK9s0QmFx2Lr.1f',
  prediction: 0,
  probability: 0.1591062992811203,
  risk_category: 'Low',
  model_version: 'v1.1',
  assigned_version: 'v1.1',
  degraded: false,
  latency_ms: 0.021,
});

export function createBareServer() {
  return createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const text = chunks.length === 1 ? chunks[0].toString() : Buffer.concat(chunks).toString();
      const body = JSON.parse(text).age > 0 ? answer : '';
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
