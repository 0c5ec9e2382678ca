// A server whose models fail when its parent says so: the built gateway and HTTP server around fake models.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createGateway, loadVersions } from 'spillway';
import { readServerConfig } from '../../dist/config.js';
import { startServer } from '../../dist/http/index.js';
import { createFaultyVersion } from './fake-models.js';
import { createIsolatedVersion, createLaterVersion, createRemoteVersion } from './later-models.js';

// `later`, `remote` and `isolated` name the versions that are code of a user instead of a model in this thread
const {
  gateway: gatewayOptions = {},
  server: serverOptions = {},
  broken = {},
  later = [],
  remote = {},
  isolated = {},
} = JSON.parse(process.argv[2] ?? '{}');

let uncaught = 0;
// looks only: what is not caught still ends the process, as it does for a user
process.on('uncaughtExceptionMonitor', () => {
  uncaught++;
});

const faulty = new Map();
for (const version of await loadVersions()) faulty.set(version.name, fake(version));
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
    const { versions: now } = gateway.status();
    const waiting = now.reduce((sum, { calls }) => sum + (calls?.inFlight ?? 0), 0);
    const calls = Object.fromEntries([...faulty].map(([name, one]) => [name, one.calls]));
    const breakers = now.map(({ breaker }) => breaker);
    return { calls, breakers, waiting, events, uncaught, ...resources() };
  },
  cpu: () => process.cpuUsage(),
};

function fake(version) {
  const { name } = version;
  if (later.includes(name)) return createLaterVersion(version, broken[name] ?? null);
  if (name in remote) return createRemoteVersion(version, remote[name]);
  if (name in isolated) return createIsolatedVersion(version, isolated[name]);
  return createFaultyVersion(version, broken[name] ?? null);
}

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
