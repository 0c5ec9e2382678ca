import type { Registry } from 'prom-client';
import type { Clock, ErrorCode, Eventually, Fault, Random } from './core/index.ts';
import type {
  Background,
  CardServing,
  ComplianceReport,
  Decision,
  Feature,
  Label,
  Model,
  ModelCard,
  Predict,
  Row,
  Task,
} from './model/index.ts';
import type { DecisionRoute, HttpMetrics, RouteFigures } from './monitoring/index.ts';
import type { VersionState } from './registry/index.ts';
import type { BreakerState, BreakerTransition, Priority } from './resilience/index.ts';
import type { BreakerSettings, Comparison, ModelFailure, RowText } from './scoring/index.ts';

/** A version handed over in code: a model, a function or a module. What `loadVersions` gives is one. */
export interface VersionInput {
  readonly name: string;
  /** A model that answers at once. `null` for a version that failed to load: it is shown with its `reason`, and its card's rules still answer. */
  readonly model?: Model | null | undefined;
  /** In place of a model: code that answers now or later, also one that asks a server elsewhere. It runs in this thread. */
  readonly predict?: Predict | undefined;
  /** In place of a model: the path or `file:` URL of an ES module whose default export is such a function. It runs in threads of its own, which are ended when they take too long. */
  readonly module?: string | URL | undefined;
  /** What a row of `predict` or `module` looks like. @default the card's; without a card every object is a row */
  readonly features?: readonly Feature[] | undefined;
  /** What `predict` or `module` answers. @default the card's, else 'binary' */
  readonly task?: Task | undefined;
  /** The labels of `predict` or `module`, binary as `[negative, positive]`. @default the card's, else 0 and 1 for a binary task */
  readonly labels?: readonly Label[] | undefined;
  /** How it runs: time limit, isolation, how many calls at once. @default the card's */
  readonly serving?: CardServing | undefined;
  /** Share of the traffic relative to the others. @default the card's, else 1 */
  readonly weight?: number | undefined;
  readonly card?: ModelCard | null | undefined;
  readonly format?: string | null | undefined;
  readonly sha256?: string | null | undefined;
  readonly cardSha256?: string | null | undefined;
  /** The rows that interventional explanations and LIME compare with. */
  readonly background?: Background | null | undefined;
  readonly reason?: string | null | undefined;
  readonly warnings?: readonly string[] | undefined;
}

/** What stands in for a version that does not answer. */
export interface FallbackSettings {
  /** The reliable route answers an error too, instead of another version or rules. @default false */
  readonly failClosed?: boolean | undefined;
  /** Share of the well answered requests that the rules answer too, unseen, so that they are never a surprise: 0 to 1. @default 0.01 */
  readonly shadowRatio?: number | undefined;
  /** Calls under way at once in place of another version, of versions that answer later. @default 64 */
  readonly maxConcurrent?: number | undefined;
}

/** What a gateway serves and how. */
export interface GatewayOptions {
  /** A model directory, `DIR/<version>/card.json`. @default the demo models of this package, unless `versions` is given */
  readonly models?: string | undefined;
  /** Versions built in code, instead of a directory. */
  readonly versions?: readonly VersionInput[] | undefined;
  /** Relative traffic weights by version, instead of the cards'. Every version must be named. */
  readonly weights?: Readonly<Record<string, number>> | undefined;
  /** Names the experiment: with another salt every unit is assigned anew. @default 'spillway' */
  readonly salt?: string | undefined;
  /** The longest a decision may take, in milliseconds; callers can ask for less. @default 1000 */
  readonly timeoutMs?: number | undefined;
  readonly breaker?: BreakerSettings | undefined;
  readonly fallback?: FallbackSettings | undefined;
  /**
   * The compiled file of the thread that reads versions at run time, for bundlers that move it.
   * @default scoring/read-version-worker.js of this package
   */
  readonly workerFile?: URL | undefined;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
  /** @default Math.random */
  readonly random?: Random | undefined;
}

/** What a caller may ask for beside the row. */
export interface PredictOptions {
  /** Explain the answer. @default false */
  readonly explain?: boolean | undefined;
  /** Look for the smallest changes that would have moved the decision, for about 50 milliseconds; with it the answer is explained. @default false */
  readonly counterfactual?: boolean | undefined;
  /** Makes the assignment sticky: the same unit gets the same version. 1 to 256 characters. */
  readonly unitId?: string | undefined;
  /** Milliseconds within which an answer is wanted; never more than the gateway's own limit. */
  readonly timeoutMs?: number | undefined;
  /** When it is aborted the decision ends with `CANCELLED`, unless it was made at once. */
  readonly signal?: AbortSignal | undefined;
  /** Which goes first when not all can be asked at once. @default 'critical' */
  readonly priority?: Priority | undefined;
  /** Asks this version instead of the one that the split would assign. */
  readonly modelVersion?: string | undefined;
  /** Identifies the request in the answer and in events. @default a new id */
  readonly requestId?: string | undefined;
}

/** What a caller may ask of a comparison: all versions answer, so there is none to assign. */
export type CompareOptions = Omit<PredictOptions, 'unitId' | 'modelVersion' | 'counterfactual'>;

/** `predict` throws what keeps the assigned version from answering; `predictReliable` falls back. */
export interface DecideOptions extends PredictOptions {
  /** @default false */
  readonly reliable?: boolean | undefined;
}

/** A request that got an error instead of a decision. */
export interface DecisionFailure {
  readonly requestId: string;
  readonly route: DecisionRoute;
  readonly code: ErrorCode;
  /** `null` when the request did not get as far as a version. */
  readonly assignedVersion: string | null;
}

/** What became of a version's circuit breaker. */
export interface BreakerChange {
  readonly modelVersion: string;
  /** Why, as the breaker itself tells it. */
  readonly reason: BreakerTransition['reason'];
  /** Which of those served under that name: what was served before stands by, and has a breaker too. */
  readonly generation: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** What can be listened to. Listeners are called after the answer and can neither slow nor fail it. */
export interface GatewayEvents {
  readonly 'decision-made': { readonly route: DecisionRoute; readonly decision: Decision };
  /** Those of `decision-made` that the assigned version did not answer. */
  readonly 'decision-degraded': { readonly route: DecisionRoute; readonly decision: Decision };
  readonly 'decision-failed': DecisionFailure;
  /** Also when another version or rules then answered. An open breaker is not told again for each call. */
  readonly 'model-failed': ModelFailure;
  /** An answer that was to be explained and could not be. */
  readonly 'explanation-failed': ModelFailure;
  readonly 'breaker-opened': BreakerChange;
  readonly 'breaker-half-opened': BreakerChange;
  readonly 'breaker-closed': BreakerChange;
  /** In a dry run, or when it is held closed: what would have been `breaker-opened`. */
  readonly 'breaker-would-open': BreakerChange;
  /** It may not open, although `reason` spoke for it. */
  readonly 'breaker-kept-closed': BreakerChange;
  readonly 'weights-changed': {
    readonly from: Readonly<Record<string, number>>;
    readonly to: Readonly<Record<string, number>>;
    readonly at: number;
    /** Who asked for it. */
    readonly by: string;
  };
  /** Other time limits, breaker or fallback settings hold. */
  readonly 'settings-changed': {
    readonly from: GuardSettings;
    readonly to: GuardSettings;
    readonly at: number;
    readonly by: string;
  };
  /** A version that was not served is served now. */
  readonly 'version-added': VersionChange;
  /** Another content is served under the name of a version. */
  readonly 'version-swapped': VersionChange;
  /** A version is served no more. */
  readonly 'version-retired': VersionChange;
  /** Files that were to be served are not; what was served before still is. */
  readonly 'version-refused': VersionRefusal;
  /** A breaker is held open or closed, or decides by itself again (`null`). */
  readonly 'breaker-forced': {
    readonly modelVersion: string;
    readonly from: ForcedState;
    readonly to: ForcedState;
    readonly at: number;
    readonly by: string;
  };
}

/** Settings of a gateway that can change, complete. */
export interface GuardSettings {
  readonly timeoutMs: number;
  readonly breaker: BreakerSettings;
  readonly fallback: FallbackSettings;
}

/** What somebody holds a breaker at; `null` while it decides by itself. */
export type ForcedState = 'open' | 'closed' | null;

/** What was served under the name of a version. */
export interface ServedContent {
  /** Counted from 1. */
  readonly generation: number;
  /** SHA-256 of the artifact and of the card; `null` for what was built in code. */
  readonly sha256: string | null;
  readonly cardSha256: string | null;
  /** The relative weight that it asks for; weights that were set go before it. */
  readonly weight: number;
}

/** One change of what is served. */
export interface VersionChange {
  readonly modelVersion: string;
  /** `null` for a version that was not served. */
  readonly from: ServedContent | null;
  /** `null` for a version that is served no more. */
  readonly to: ServedContent | null;
  /** What led to it: the files, or going back. */
  readonly cause: 'files' | 'rollback';
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Who asked for it. */
  readonly by: string;
}

/** Files of a version that were refused. */
export interface VersionRefusal {
  readonly modelVersion: string;
  /** The error code with its sentence. */
  readonly reason: string;
  readonly at: number;
  readonly by: string;
}

/** Who asks for a change. */
export interface ChangeOptions {
  /** A name for events and logs, 1 to 128 characters. @default 'code' */
  readonly by?: string | undefined;
}

/** What is to be looked at when models are loaded anew. */
export interface ReloadOptions extends ChangeOptions {
  /** Only these versions. @default all in the directory, and those that were removed from it */
  readonly versions?: readonly string[] | undefined;
}

/** What came of one version of a reload. */
export interface ReloadedVersion {
  readonly modelVersion: string;
  readonly result: 'added' | 'swapped' | 'retired' | 'refused' | 'unchanged';
  /** Why it was refused, and what else is to be known, in a sentence; else `null`. */
  readonly reason: string | null;
  readonly from: ServedContent | null;
  readonly to: ServedContent | null;
}

/** What came of a reload. */
export interface ReloadReport {
  readonly at: number;
  readonly by: string;
  readonly versions: readonly ReloadedVersion[];
}

/**
 * Settings that can change while requests are answered. Those that are not given stay; `breaker` and `fallback` are each
 * replaced whole: a field that is not given gets its default.
 */
export interface ChangeableSettings {
  /** Every version must be named; `null` gives the word back to the cards. */
  readonly weights?: Readonly<Record<string, number>> | null | undefined;
  readonly timeoutMs?: number | undefined;
  readonly breaker?: BreakerSettings | undefined;
  readonly fallback?: FallbackSettings | undefined;
}

/** One version as `status` shows it. */
export interface VersionStatus {
  readonly modelVersion: string;
  readonly state: VersionState;
  /** Why it failed; `null` otherwise. */
  readonly reason: string | null;
  readonly warnings: readonly string[];
  readonly format: string | null;
  readonly sha256: string | null;
  /** Share of the traffic, 0..1. */
  readonly weight: number;
  /** `null` for a version that is not ready. */
  readonly breaker: BreakerState | null;
  /** What somebody holds its breaker at. */
  readonly breakerForced: ForcedState;
  /** Which of those served under its name, counted from 1; 0 when none was. */
  readonly generation: number;
  /** The generation that a rollback goes back to; `null` when there is none. */
  readonly previousGeneration: number | null;
  /** Calls of a version that answers later: under way, allowed at once, waiting, and the threads that had to be replaced; `null` for one that answers at once. */
  readonly calls: {
    readonly inFlight: number;
    readonly limit: number;
    readonly waiting: number;
    readonly threadRestarts: number;
  } | null;
}

/** The state of a gateway. */
export interface GatewayStatus {
  /** `healthy`: every version is ready and its breaker closed. `unhealthy`: no version is ready, or closed. `degraded`: anything between. */
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  /** Whether `predict` has a version to ask. */
  readonly ready: boolean;
  readonly uptimeMs: number;
  /** When versions, weights or settings were last replaced, in milliseconds since the Unix epoch; `null` when never. */
  readonly changedAt: number | null;
  readonly versions: readonly VersionStatus[];
  /** Files in the model directory that were refused since the start and are not served, the last refusal of each version. */
  readonly refused: readonly VersionRefusal[];
}

/** Several versions of one model behind one door. */
export interface Gateway extends AsyncDisposable {
  /**
   * Asks the version that the traffic split assigns.
   * @throws SpillwayError `INVALID_ROW`, `BREAKER_OPEN`, `BULKHEAD_FULL`, `MODEL_FAILED`, `INVALID_OUTPUT`, `DEADLINE_EXCEEDED`,
   * `NO_VERSION_READY`, `UNKNOWN_VERSION`, `INVALID_OPTION`, `CANCELLED`, `SHUTTING_DOWN`.
   */
  predict(row: Row, options?: PredictOptions): Promise<Decision>;
  /** Like `predict`, but when the assigned version does not answer, another one does, and in the end the rules of a card. */
  predictReliable(row: Row, options?: PredictOptions): Promise<Decision>;
  /**
   * Both of the above, for callers that count microseconds: a model in this thread answers at once, without a promise. What
   * answers later, code of a user or a version with threads of its own, gives one.
   */
  decide(row: unknown, options?: DecideOptions): Eventually<Decision>;
  /** Asks every ready version and averages their answers. */
  compare(row: unknown, options?: CompareOptions): Promise<Comparison>;
  /**
   * Reads the JSON text of one plain row into what `decide` takes for a row, several times as fast as by way of an object;
   * `null` when the text is out of the ordinary and has to be parsed, whether or not anything is wrong with it.
   */
  readText(text: Uint8Array): RowText | null;
  /**
   * The compliance report of one of its decisions as an HTML page for people, which prints on two pages.
   * @throws SpillwayError `UNKNOWN_VERSION` when none of its versions, or their rules, made that decision.
   */
  compliancePage(report: ComplianceReport): string;
  /** What is wrong with a row, as the ready versions see it; empty when one of them can read it. */
  faultsOf(row: unknown): readonly Fault[];
  /**
   * Replaces the traffic split at once; requests under way keep the old one. Every version must be named.
   * @throws SpillwayError `INVALID_CONFIG` with every fault; nothing has changed then.
   */
  setWeights(weights: Readonly<Record<string, number>>, options?: ChangeOptions): void;
  /**
   * Looks at the model directory and serves what changed in it: new versions, other files, removed ones. Each version is
   * verified, read in a thread, asked for its golden rows and warmed; all that is good is then served by one assignment,
   * what is bad is refused and changes nothing. Requests under way keep what they began with. Reloads wait for each other.
   * @throws SpillwayError `INVALID_CONFIG` for a gateway without a directory, and when no version would be left with a
   * weight; `MODEL_NOT_FOUND` when the directory or all of its versions are gone; `UNKNOWN_VERSION`, `SHUTTING_DOWN`.
   */
  reload(options?: ReloadOptions): Promise<ReloadReport>;
  /**
   * Serves what was served before under the name of a version, at once; and again what is served now, by another call.
   * @throws SpillwayError `UNKNOWN_VERSION`, `INVALID_CONFIG` when there is nothing to go back to, `SHUTTING_DOWN`.
   */
  rollback(modelVersion: string, options?: ChangeOptions): VersionChange;
  /**
   * Holds the breaker of a version open or closed, or with `null` lets it decide by itself again. A swap keeps it held.
   * @throws SpillwayError `UNKNOWN_VERSION` when no such version is ready, `INVALID_OPTION`, `SHUTTING_DOWN`.
   */
  setBreaker(modelVersion: string, state: ForcedState, options?: ChangeOptions): void;
  /**
   * Replaces settings that can change while requests are answered. Other time limits or breaker settings begin every
   * version anew, with clean breakers. Waits for a reload that is under way.
   * @throws SpillwayError `INVALID_CONFIG` with every fault; nothing has changed then. `SHUTTING_DOWN`.
   */
  configure(settings: ChangeableSettings, options?: ChangeOptions): Promise<void>;
  /** Adds a listener; the returned function removes it. */
  on<Name extends keyof GatewayEvents>(
    name: Name,
    listener: (event: GatewayEvents[Name]) => void,
  ): () => void;
  /** The versions and how they fare now. */
  status(): GatewayStatus;
  /** Figures per version and route since the start. */
  performance(): readonly RouteFigures[];
  /** The prom-client registry of this gateway alone. */
  readonly metrics: Registry;
  /** Where HTTP adapters count what they answer. */
  readonly httpMetrics: HttpMetrics;
  readonly clock: Clock;
  /** An id for a request that came without one. */
  readonly newRequestId: () => string;
  /** Refuses all later calls with `SHUTTING_DOWN`, waits for those under way, delivers what observers have not seen yet, and ends all threads. */
  close(): Promise<void>;
}
