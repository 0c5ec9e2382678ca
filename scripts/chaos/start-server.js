import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process under test. Its output is kept, so that a scenario can say what it complained of. */
function watch(child) {
  const server = {
    pid: child.pid,
    output: '',
    /** `{ code, signal }` once it has ended. */
    exit: null,
    kill: (signal) => child.kill(signal),
    /** Ends it, at once when it has not by itself within five seconds. */
    async stop() {
      if (server.exit !== null) return;
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await server.ended;
      clearTimeout(timer);
    },
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      server.output = (server.output + text).slice(-200_000);
    });
  }
  server.ended = once(child, 'exit').then(([code, signal]) => {
    server.exit = { code, signal };
    return server.exit;
  });
  return server;
}

/**
 * Starts the built command, `spillway serve ARGS`, and waits until it listens. `node`: options of Node; `listens:
 * false` does not wait; `stdout`: where its log goes instead of here.
 */
export async function serve(
  args = [],
  { node = [], listens = true, env = {}, stdout = 'pipe' } = {},
) {
  const words = [process.execPath, ...node, 'dist/cli/main.js', 'serve', ...args];
  if (!args.includes('--port')) words.push('--port', '0');
  const [command, ...rest] = words;
  const child = spawn(command, rest, {
    stdio: ['ignore', stdout, 'pipe'],
    env: { ...process.env, ...env },
  });
  const server = watch(child);
  if (listens) server.port = await portOf(server);
  return server;
}

async function portOf(server) {
  const until = performance.now() + 30_000;
  while (performance.now() < until) {
    const url = /"url":"http:\/\/[^"]+:(\d+)"/.exec(server.output);
    if (url !== null) return Number(url[1]);
    if (server.exit !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await server.stop();
  throw new Error(`the server does not listen: ${server.output.slice(-500)}`);
}

/** Starts `server.js`, whose models fail when told to: `ask('break', { version, fault })`, `ask('facts')`. */
export async function serveFakes(options = {}, { node = [] } = {}) {
  const child = fork(new URL('server.js', import.meta.url), [JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: node,
  });
  const server = watch(child);
  const pending = new Map();
  let asked = 0;
  const listening = new Promise((resolve, reject) => {
    child.on('message', ({ id, value, port }) => {
      if (port !== undefined) resolve(port);
      else pending.get(id)(value);
    });
    child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${server.output}`)));
  });
  server.port = await listening;
  server.ask = (command, given) =>
    new Promise((resolve, reject) => {
      pending.set(++asked, resolve);
      child.send({ id: asked, command, options: given }, (error) => error && reject(error));
      void server.ended.then(() => reject(new Error('the server has ended')));
    });
  server.stop = async () => {
    if (server.exit === null && child.connected) child.disconnect();
    await server.ended;
  };
  return server;
}
