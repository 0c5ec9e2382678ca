// One server of the benchmark, chosen by name; tells its port to the parent and answers its CPU time when asked.
import { createServer } from 'node:http';
import { createBareServer } from './bare-server.js';

const servers = {
  /** Parses the same body and answers as many bytes, and nothing else. */
  bare: createBareServer,
  /** What `spillway serve` runs. */
  async spillway() {
    const [{ createGateway }, { readServerConfig }, { startServer }] = await Promise.all([
      import('spillway'),
      import('../../dist/config.js'),
      import('../../dist/http/index.js'),
    ]);
    const config = readServerConfig({ flags: { port: 0 } });
    return startServer(await createGateway(config.gateway), config);
  },
  /** The router in an app of a user, in the server that we export. */
  async mounted() {
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
if ('url' in server) process.send({ port: new URL(server.url).port });
else server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpuMicroseconds: user + system, rss: process.memoryUsage.rss() });
});
process.on('disconnect', () => process.exit());
