import type { ServerConfig } from '../../config.ts';
import type { GatewayStatus } from '../../gateway-contract.ts';
import type { Change, Overview } from '../../http/index.ts';
import type { MetricValues } from '../../monitoring/index.ts';

/** What the primary asks of a worker. */
export type WorkerCalls = {
  /** Load the versions, make the changes that the others have made, listen. */
  readonly start: (order: StartOrder) => Promise<Listening>;
  /** Finish what is under way and end. */
  readonly drain: (argument: null) => void;
  /** Make a change. */
  readonly apply: (change: Change) => Promise<unknown>;
  readonly report: (argument: null) => Promise<Report>;
};

/** What a worker asks of the primary. */
export type PrimaryCalls = {
  /** The event loop turns. */
  readonly beat: (argument: null) => void;
  /** It begins to end, on its own account. */
  readonly draining: (argument: null) => void;
  /** What it has counted, in case that it is not there to be asked any more. */
  readonly counted: (metrics: MetricValues) => void;
  /** Make a change in all workers. */
  readonly change: (change: Change) => Promise<unknown>;
  readonly overview: (argument: null) => Promise<Overview>;
  readonly metrics: (argument: null) => Promise<string>;
};

/** With what a worker starts. */
export interface StartOrder {
  readonly config: ServerConfig;
  readonly changes: readonly Change[];
}

/** Where a worker listens, and how its gateway is. */
export interface Listening {
  readonly url: string;
  readonly adminUrl: string | null;
  readonly status: GatewayStatus['status'];
}

/** The state and the counts of one worker. */
export interface Report {
  readonly status: GatewayStatus;
  readonly metrics: MetricValues;
}

/** How long a change may take, in milliseconds: it may load models. */
export const changeTimeoutMs = 120_000;
/** How long a worker may take to say how it is, in milliseconds. */
export const reportTimeoutMs = 500;
/** How often a worker says that its event loop turns, in milliseconds. */
export const beatMs = 1000;
