import { numberOf, readServerConfig, type ServerConfig } from '../config.ts';
import { parseOptions } from './parse-options.ts';
import { serveAlone } from './serve-alone.ts';

/** What `spillway serve --help` prints. */
export const serveHelp = `spillway serve: answer predictions over HTTP

Usage: spillway serve [options]

  --models DIR         model directory, DIR/<version>/card.json   (the demo models of this package)
  --host HOST          address to listen on                       (127.0.0.1)
  --port PORT          port to listen on, 0 for any               (8000)
  --admin-port PORT    serve /admin on a port of its own
  --protect-status     ask for the admin token on /admin, /metrics and /health too
  --workers N          processes that serve, 1 to 64; auto for one per core (1)
  --watch              serve what changes in the model directory, looked at every 2 s
  --config FILE        JSON file with these and all other settings, see docs/configuration.md
  --log-level LEVEL    debug, info, warn, error or silent         (info)
  --json               errors on stderr as JSON

Environment: SPILLWAY_ADMIN_TOKEN opens what changes state; SPILLWAY_HOST, SPILLWAY_PORT, SPILLWAY_LOG_LEVEL.
Flags win over the environment, the environment over the file.
`;

/** Starts the server and returns when it listens; the first SIGTERM or SIGINT drains it, a second one ends it at once. */
export async function serve(args: readonly string[]): Promise<void> {
  const config = readConfig(args);
  if (config.workers === 1) return serveAlone(config, () => readConfig(args));
  // loaded only when used: what serves alone has nothing to do with it
  const { serveWithWorkers } = await import('./cluster/serve-with-workers.ts');
  return serveWithWorkers(config, () => readConfig(args));
}

/** What `--watch` stands for, in milliseconds. */
const defaultWatchMs = 2000;

function readConfig(args: readonly string[]): ServerConfig {
  const { values } = parse(args);
  return readServerConfig({
    file: values.config,
    flags: {
      models: values.models,
      host: values.host,
      port: numberOf(values.port),
      adminPort: numberOf(values['admin-port']),
      protectStatus: values['protect-status'],
      workers: numberOf(values.workers),
      watchMs: values.watch === true ? defaultWatchMs : undefined,
      logLevel: values['log-level'],
    },
  });
}

function parse(args: readonly string[]) {
  return parseOptions({
    args: [...args],
    strict: true,
    allowPositionals: false,
    options: {
      models: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
      'admin-port': { type: 'string' },
      'protect-status': { type: 'boolean' },
      workers: { type: 'string' },
      watch: { type: 'boolean' },
      config: { type: 'string' },
      'log-level': { type: 'string' },
      json: { type: 'boolean' },
    },
  });
}
