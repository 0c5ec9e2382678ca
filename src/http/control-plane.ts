import type {
  ForcedState,
  Gateway,
  GatewayStatus,
  ReloadOptions,
  ReloadReport,
  VersionChange,
} from '../gateway-contract.ts';
import type { RouteFigures } from '../monitoring/index.ts';

type Weights = Readonly<Record<string, number>>;
/** What a change takes, and who asks for it. */
type By<Argument> = Readonly<Argument> & { readonly by: string };

/**
 * What can be changed over `/admin`, one line each. `apply` makes the change in one process; its argument and its answer
 * are plain data, since a server of several processes sends them around. `keep` names what a process that starts later
 * has to repeat, the last one of each name only; `null` for a change that it finds on the disk.
 */
const changes = {
  setWeights: {
    apply: (gateway: Gateway, { by, weights }: By<{ weights: Weights }>): void =>
      gateway.setWeights(weights, { by }),
    keep: (): string | null => 'weights',
  },
  setBreaker: {
    apply: (
      gateway: Gateway,
      { by, modelVersion, state }: By<{ modelVersion: string; state: ForcedState }>,
    ): void => gateway.setBreaker(modelVersion, state, { by }),
    keep: ({ modelVersion }: { modelVersion: string }): string | null => `breaker ${modelVersion}`,
  },
  reload: {
    apply: (gateway: Gateway, options: ReloadOptions): Promise<ReloadReport> =>
      gateway.reload(options),
    keep: (): string | null => null,
  },
  // a process that starts later has nothing to go back to: it serves the files
  rollback: {
    apply: (gateway: Gateway, { by, modelVersion }: By<{ modelVersion: string }>): VersionChange =>
      gateway.rollback(modelVersion, { by }),
    keep: (): string | null => null,
  },
};

/** The name of something that can be changed. */
export type ChangeName = keyof typeof changes;
/** What a change takes. */
export type ArgumentOf<Name extends ChangeName> = Parameters<(typeof changes)[Name]['apply']>[1];
/** What a change answers. */
export type AnswerOf<Name extends ChangeName> = Awaited<
  ReturnType<(typeof changes)[Name]['apply']>
>;
/** A change with what it takes. */
export type Change = {
  [Name in ChangeName]: { readonly name: Name; readonly argument: ArgumentOf<Name> };
}[ChangeName];

/** Makes a change in this process. Rejects with the SpillwayError that says why not; then nothing has changed. */
export async function applyChange<Name extends ChangeName>(
  gateway: Gateway,
  name: Name,
  argument: ArgumentOf<Name>,
): Promise<AnswerOf<Name>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- name and argument belong together by their types
  const apply = changes[name].apply as (gateway: Gateway, argument: unknown) => AnswerOf<Name>;
  return apply(gateway, argument);
}

/** The name under which a change has to be repeated by a process that starts later; `null` when it need not be. */
export function keyOfChange({ name, argument }: Change): string | null {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  const keep = changes[name].keep as (argument: unknown) => string | null;
  return keep(argument);
}

/** One process of a server that has several. */
export interface WorkerStatus {
  readonly pid: number;
  /** `silent`: it did not answer in time, and what only it knows is not in the figures. */
  readonly state: 'starting' | 'listening' | 'draining' | 'silent';
}

/** The whole server, however many processes it has. */
export interface Overview {
  readonly status: GatewayStatus;
  readonly figures: readonly RouteFigures[];
  /** Absent when one process is all there is. */
  readonly workers?: readonly WorkerStatus[] | undefined;
}

/** What the handlers ask and change: this process, or all that serve the same port. */
export interface ControlPlane {
  /** Makes a change everywhere. Rejects with the SpillwayError that says why not; then nothing has changed. */
  change<Name extends ChangeName>(name: Name, argument: ArgumentOf<Name>): Promise<AnswerOf<Name>>;
  /** State and figures. */
  overview(): Promise<Overview>;
  /** The Prometheus text. */
  metrics(): Promise<string>;
}

/** The control of a gateway that is alone. */
export function createLocalControl(gateway: Gateway): ControlPlane {
  return {
    change: (name, argument) => applyChange(gateway, name, argument),
    overview: async () => ({ status: gateway.status(), figures: gateway.performance() }),
    metrics: () => gateway.metrics.metrics(),
  };
}
