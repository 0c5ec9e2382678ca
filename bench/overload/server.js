// One server of the benchmark: what `spillway serve` runs, over the demo model, which takes as long as it is told to.
import { createGateway, loadVersions } from 'spillway';
import { readServerConfig } from '../../dist/config.js';
import { startServer } from '../../dist/http/index.js';

const [, , spinMs = '0', settings = '{}'] = process.argv;
const spin = Number(spinMs);
const [, version] = await loadVersions();
const { model } = version;

/** A model that keeps the thread busy for so long, as a large ensemble does. */
const busy = {
  ...model,
  predictValues(values) {
    const until = performance.now() + spin;
    while (performance.now() < until);
    return model.predictValues(values);
  },
};
// the loader opens connections long before it uses them
const patience = { headersTimeoutMs: 3_600_000, requestTimeoutMs: 3_600_000 };
const config = readServerConfig({ flags: { port: 0, ...patience, ...JSON.parse(settings) } });
const gateway = await createGateway({
  ...config.gateway,
  versions: [{ ...version, model: busy }],
});
const server = await startServer(gateway, config);
process.send({ port: Number(new URL(server.url).port) });
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpuMicroseconds: user + system });
});
process.on('disconnect', () => process.exit());
