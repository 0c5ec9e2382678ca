// A server whose models fail when its parent says so: the built gateway and HTTP server around fake models.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createGateway, loadVersions } from 'spillway';
import { readServerConfig } from '../../dist/config.js';
import { startServer } from '../../dist/http/index.js';
import { createFaultyVersion } from './fake-models.js';

const {
  gateway: gatewayOptions = {},
  server: serverOptions = {},
  broken = {},
} = JSON.parse(process.argv[2] ?? '{}');

let uncaught = 0;
// looks only: what is not caught still ends the process, as it does for a user
process.on('uncaughtExceptionMonitor', () => {
  uncaught++;
});

const faulty = new Map();
for (const version of await loadVersions()) {
  faulty.set(version.name, createFaultyVersion(version, broken[version.name] ?? null));
}
const versions = [...faulty.values()].map(({ version }) => version);
const gateway = await createGateway({ ...gatewayOptions, versions });
const events = {};
for (const name of ['breaker-opened', 'breaker-closed', 'model-failed']) {
  events[name] = 0;
  gateway.on(name, () => events[name]++);
}
const flags = { port: 0, drainDelayMs: 0, logLevel: 'silent', ...serverOptions };
const running = await startServer(gateway, readServerConfig({ flags }));

const commands = {
  break({ version, fault }) {
    for (const [name, one] of faulty) if (version === '*' || version === name) one.break(fault);
  },
  facts() {
    const calls = Object.fromEntries([...faulty].map(([name, one]) => [name, one.calls]));
    const breakers = gateway.status().versions.map(({ breaker }) => breaker);
    return { calls, breakers, events, uncaught, ...resources() };
  },
  cpu: () => process.cpuUsage(),
};

/** What is held after a full collection. */
function resources() {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  collect();
  const handles = process.getActiveResourcesInfo().filter((kind) => kind !== 'TCPSocketWrap');
  return { heapBytes: process.memoryUsage().heapUsed, handles: handles.length };
}

process.on('message', ({ id, command, options }) => {
  process.send({ id, value: commands[command](options) });
});
process.on('disconnect', () => process.exit());
process.send({ port: Number(new URL(running.url).port) });
