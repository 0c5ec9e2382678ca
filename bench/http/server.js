// One server of the benchmark, chosen by name; tells its port to the parent and answers its CPU time when asked.
import { createServer } from 'node:http';

const servers = {
  /** Parses the same body and answers as many bytes, and nothing else. */
  bare() {
    const answer = JSON.stringify({
      request_id: 'deb473a9-178a-4e69-955f-5e78c073da04',
      prediction: 0,
      probability: 0.1591062992811203,
      risk_category: 'Low',
      model_version: 'v1.1',
      assigned_version: 'v1.1',
      degraded: false,
      latency_ms: 0.021,
    });
    return createServer((request, response) => {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        const row = JSON.parse(
          chunks.length === 1 ? chunks[0].toString() : Buffer.concat(chunks).toString(),
        );
        const body = row.age > 0 ? answer : '';
        response.writeHead(200, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        });
        response.end(body);
      });
    });
  },
  async spillway() {
    const { createExpressServer } = await import('spillway/express');
    return createExpressServer(await createApp());
  },
  /** The same handlers, in the server that `app.listen()` makes. */
  async 'plain express'() {
    return createServer(await createApp());
  },
};

async function createApp() {
  const [{ default: express }, { createGateway }, { spillway }] = await Promise.all([
    import('express'),
    import('spillway'),
    import('spillway/express'),
  ]);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.use(spillway(await createGateway()));
  return app;
}

const server = await servers[process.argv[2]]();
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpuMicroseconds: user + system, rss: process.memoryUsage.rss() });
});
process.on('disconnect', () => process.exit());
