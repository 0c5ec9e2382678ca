import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { SpillwayError } from './core/index.ts';
import { parseWithSchema } from './model/index.ts';
import type { BreakerSettings } from './scoring/index.ts';

/** The settings of a gateway, checked and complete. */
export interface GatewayConfig {
  /** A model directory. @default the demo models of this package */
  readonly models?: string | undefined;
  /** Names the experiment: with another salt every unit is assigned anew. @default 'spillway' */
  readonly salt: string;
  /** Relative traffic weights by version. @default those of the cards */
  readonly weights?: Readonly<Record<string, number>> | undefined;
  /** The longest a decision may take, in milliseconds. @default 1000 */
  readonly timeoutMs: number;
  readonly breaker: BreakerSettings;
  readonly fallback: FallbackConfig;
}

/** What stands in for a version that does not answer, checked and complete. */
export interface FallbackConfig {
  /** The reliable route answers an error too. @default false */
  readonly failClosed: boolean;
  /** Share of the well answered requests that the rules answer too, unseen. @default 0.01 */
  readonly shadowRatio: number;
  /** Calls under way at once in place of another version. @default 64 */
  readonly maxConcurrent: number;
}

/** The settings of a server, checked and complete; the fields of a configuration file. */
export interface ServerConfig {
  /** @default '127.0.0.1' */
  readonly host: string;
  /** 0 for any free port. @default 8000 */
  readonly port: number;
  /** A port of its own for `/admin`. @default none: `/admin` is on `port` */
  readonly adminPort?: number | undefined;
  /** Opens what changes state. @default none: nothing can be changed over HTTP */
  readonly adminToken?: string | undefined;
  /** Ask for the admin token on `/admin`, `/metrics` and `/health` too. @default false */
  readonly protectStatus: boolean;
  /** Largest body, in bytes. @default 1048576 */
  readonly maxBodyBytes: number;
  /** Most rows in one body. @default 1000 */
  readonly maxRows: number;
  /** How much work may wait, in milliseconds that it is expected to take. @default 400 */
  readonly maxQueueMs: number;
  /** How late the event loop may be, look after look, before requests are refused, in milliseconds. @default 100 */
  readonly maxLoopDelayMs: number;
  /** Largest head of a request, in bytes. @default 16384 */
  readonly maxHeaderBytes: number;
  /** Most connections on one port; further ones are closed at once. @default 20000 */
  readonly maxConnections: number;
  /** Most connections from one address; behind a balancer all come from one. @default none: only `maxConnections` counts */
  readonly maxConnectionsPerAddress?: number | undefined;
  /** How long a client may take for the head of a request, in milliseconds. @default 10000 */
  readonly headersTimeoutMs: number;
  /** How long a client may take for a whole request, in milliseconds. @default 30000 */
  readonly requestTimeoutMs: number;
  /** How long a connection may be idle between two requests, in milliseconds. @default 65000 */
  readonly keepAliveTimeoutMs: number;
  /** How long nothing may leave of an answer that its client does not read, in milliseconds. @default 30000 */
  readonly stallTimeoutMs: number;
  /** How long a stopping server waits for its clients, in milliseconds. @default 10000 */
  readonly drainTimeoutMs: number;
  /** How long a stopping server goes on answering, so that clients leave by themselves, in milliseconds. @default 1000 */
  readonly drainDelayMs: number;
  /** Processes that serve, 1 to 64. @default 1 */
  readonly workers: number;
  /** How long one of several processes may be silent before it is ended and replaced, in milliseconds. @default 10000 */
  readonly workerTimeoutMs: number;
  /** Look at the model directory so often, in milliseconds, and serve what has changed and settled. @default never */
  readonly watchMs?: number | undefined;
  /** @default 'info' */
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly gateway: GatewayConfig;
}

const ratio = z.number().min(0).max(1);
const milliseconds = z
  .number()
  .positive()
  .max(2 ** 31 - 1);
const wholeMilliseconds = z
  .int()
  .positive()
  .max(2 ** 31 - 1);
const count = z.int().positive();
/** For time-outs of connections, which Node checks by a timer of whole milliseconds. */
const connectionMilliseconds = z.int().min(10).max(3_600_000);

const breakerSchema = z
  .strictObject({
    failureThreshold: count.optional(),
    failureRatio: ratio.optional(),
    slowCallMs: milliseconds.optional(),
    slowCallRatio: ratio.optional(),
    minimumCalls: count.optional(),
    windowMs: wholeMilliseconds.min(10).optional(),
    recoveryTimeoutMs: wholeMilliseconds.default(30_000),
    maximumRecoveryTimeoutMs: wholeMilliseconds.optional(),
    recoveryJitter: ratio.optional(),
    probes: count.optional(),
    dryRun: z.boolean().optional(),
  })
  .refine(
    ({ slowCallMs, slowCallRatio }) => slowCallRatio === undefined || slowCallMs !== undefined,
    {
      path: ['slowCallRatio'],
      message: 'needs slowCallMs beside it',
    },
  )
  .refine(
    ({ recoveryTimeoutMs, maximumRecoveryTimeoutMs = recoveryTimeoutMs }) =>
      maximumRecoveryTimeoutMs >= recoveryTimeoutMs,
    { path: ['maximumRecoveryTimeoutMs'], message: 'must be at least recoveryTimeoutMs' },
  );

const fallbackSchema = z.strictObject({
  failClosed: z.boolean().default(false),
  shadowRatio: ratio.default(0.01),
  maxConcurrent: count.max(100_000).default(64),
});

const mostWorkers = 64;

const port = z.int('expected a port number, 0 to 65535').min(0).max(65_535);

const gatewaySchema = z
  .strictObject({
    models: z.string().min(1).optional(),
    salt: z.string().min(1).max(200).default('spillway'),
    weights: z.record(z.string(), z.number().min(0)).optional(),
    timeoutMs: milliseconds.default(1000),
    breaker: breakerSchema.prefault({}),
    fallback: fallbackSchema.prefault({}),
  })
  .refine(({ timeoutMs, breaker }) => timeoutMs < breaker.recoveryTimeoutMs, {
    path: ['timeoutMs'],
    message:
      'must be below breaker.recoveryTimeoutMs, so that no call outlives the time its breaker stays open',
  });

const serverSchema = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1'),
    port: port.default(8000),
    adminPort: port.optional(),
    adminToken: z.string().min(1).optional(),
    protectStatus: z.boolean().default(false),
    maxBodyBytes: count.max(64 * 2 ** 20).default(2 ** 20),
    maxRows: count.max(10_000).default(1000),
    maxQueueMs: z.number().min(1).max(60_000).default(400),
    maxLoopDelayMs: z.number().min(10).max(60_000).default(100),
    maxHeaderBytes: z
      .int()
      .min(1024)
      .max(2 ** 20)
      .default(2 ** 14),
    maxConnections: count.max(1_000_000).default(20_000),
    maxConnectionsPerAddress: count.max(1_000_000).optional(),
    headersTimeoutMs: connectionMilliseconds.default(10_000),
    requestTimeoutMs: connectionMilliseconds.default(30_000),
    // above the idle timeout of common load balancers (60 s), so that they close first and never meet a closed connection
    keepAliveTimeoutMs: connectionMilliseconds.default(65_000),
    stallTimeoutMs: connectionMilliseconds.default(30_000),
    drainTimeoutMs: milliseconds.default(10_000),
    drainDelayMs: z.number().min(0).max(600_000).default(1000),
    workers: z
      .union([z.int().min(1).max(mostWorkers), z.literal('auto')], {
        error: `expected a whole number, 1 to ${mostWorkers}, or "auto"`,
      })
      .default(1)
      .transform((workers) =>
        workers === 'auto' ? Math.min(availableParallelism(), mostWorkers) : workers,
      ),
    // a worker says every second that it is there
    workerTimeoutMs: wholeMilliseconds.min(2000).default(10_000),
    watchMs: wholeMilliseconds.min(100).optional(),
    logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    gateway: gatewaySchema.prefault({}),
  })
  .refine(({ protectStatus, adminToken }) => !protectStatus || adminToken !== undefined, {
    path: ['protectStatus'],
    message: 'needs an admin token: set SPILLWAY_ADMIN_TOKEN',
  })
  .refine(({ headersTimeoutMs, requestTimeoutMs }) => headersTimeoutMs <= requestTimeoutMs, {
    path: ['headersTimeoutMs'],
    message: 'must not be above requestTimeoutMs, of which it is a part',
  });

/**
 * Checks gateway settings and fills in the defaults.
 * @throws SpillwayError `INVALID_CONFIG` with every fault.
 */
export function parseGatewayConfig(settings: unknown): GatewayConfig {
  return Object.freeze(parse(gatewaySchema, settings));
}

/** Where the settings of a server come from; what comes first in this order wins: flags, environment, file, defaults. */
export interface ServerConfigSources {
  /** Given on the command line, by setting name; undefined entries are not given. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** Path of a JSON file with the fields of `ServerConfig`. */
  readonly file?: string | undefined;
}

/**
 * Reads the settings of a server. Environment: `SPILLWAY_ADMIN_TOKEN`, `SPILLWAY_HOST`, `SPILLWAY_PORT`,
 * `SPILLWAY_LOG_LEVEL`.
 * @throws SpillwayError `INVALID_CONFIG` with every fault.
 */
export function readServerConfig({ flags, file }: ServerConfigSources): ServerConfig {
  const { env } = process;
  const fromEnvironment = {
    // compose files and charts set variables to the empty text where they mean to leave them unset
    adminToken: env['SPILLWAY_ADMIN_TOKEN'] || undefined,
    host: env['SPILLWAY_HOST'] || undefined,
    port: portOf(env['SPILLWAY_PORT'] || undefined),
    logLevel: env['SPILLWAY_LOG_LEVEL'] || undefined,
  };
  const fromFile = file === undefined ? {} : readConfigFile(file);
  const { models, ...server } = flags;
  const merged = { ...fromFile, ...given(fromEnvironment), ...given(server) };
  if (models === undefined) return Object.freeze(parse(serverSchema, merged));
  const { gateway = {} } = merged;
  if (typeof gateway !== 'object') return Object.freeze(parse(serverSchema, merged));
  return Object.freeze(parse(serverSchema, { ...merged, gateway: { ...gateway, models } }));
}

/** Digits become a number; any other text stays one, and is then refused where a number is wanted. */
export function numberOf(text: string | undefined): number | string | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
}

function portOf(text: string | undefined): number | string | undefined {
  // Kubernetes tells every pod of a service named spillway where it is in a variable of this very name
  if (text?.startsWith('tcp://')) {
    const message =
      'SPILLWAY_PORT was set by Kubernetes: use enableServiceLinks: false in the pod, or another service name';
    throw new SpillwayError('INVALID_CONFIG', message, { faults: [{ pointer: '/port', message }] });
  }
  return numberOf(text);
}

function readConfigFile(file: string): Readonly<Record<string, unknown>> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? `is not JSON: ${cause.message}` : 'cannot be read';
    throw new SpillwayError('INVALID_CONFIG', `${file} ${why}`, { cause });
  }
  return parse(z.record(z.string(), z.unknown()), json);
}

function given(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function parse<Output>(schema: z.ZodType<Output>, settings: unknown): Output {
  return parseWithSchema(schema, settings, 'INVALID_CONFIG', 'the configuration');
}
