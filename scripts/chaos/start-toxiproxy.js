import { spawn } from 'node:child_process';
import { ask, wait } from './ask.js';
import { freePort } from './free-port.js';

/**
 * Starts toxiproxy (`toxiproxy-server` on the PATH: `go install github.com/Shopify/toxiproxy/v2/cmd/server@latest`, and
 * rename it) in front of a port. Gives the port to use instead, `add(type, attributes)`, `enable(isUp)`, `clear`, `stop`.
 */
export async function startToxiproxy(upstreamPort) {
  const [api, listen] = [await freePort(), await freePort()];
  const child = spawn('toxiproxy-server', ['-port', String(api)], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const call = async (method, path, body) => {
    const answer = await ask(api, path, { method, body: body && JSON.stringify(body) });
    if (answer.status >= 300) throw new Error(`toxiproxy: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const until = performance.now() + 10_000;
  for (;;) {
    const version = await ask(api, '/version').catch(() => null);
    if (version !== null) break;
    if (performance.now() > until) throw new Error('toxiproxy does not start');
    await wait(20);
  }
  await call('POST', '/proxies', {
    name: 'model',
    listen: `127.0.0.1:${listen}`,
    upstream: `127.0.0.1:${upstreamPort}`,
    enabled: true,
  });
  return {
    port: listen,
    add: (type, attributes, stream = 'downstream') =>
      call('POST', '/proxies/model/toxics', { name: type, type, stream, attributes }),
    enable: (enabled) => call('POST', '/proxies/model', { enabled }),
    clear: () => call('POST', '/reset'),
    async stop() {
      child.kill();
      await ended;
    },
  };
}
