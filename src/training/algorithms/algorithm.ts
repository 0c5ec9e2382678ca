import type { CardColumn, Feature, Label, Task } from '../../model/index.ts';
import type { TrainingData } from '../table/read-training-data.ts';

/** What users call an algorithm. */
export type AlgorithmName = 'boosting' | 'forest' | 'logistic' | 'linear';

/** A way to train, by the name that users choose. */
export interface Algorithm {
  readonly name: AlgorithmName;
  /** In words, for cards and reports. */
  readonly title: string;
  readonly tasks: readonly Task[];
  /** To what it rounds the numbers of a row. */
  readonly looksAt: 'float32' | 'float64';
  /** How many of the last rounds must fail to improve before training ends; `null` when all rounds are trained. */
  readonly stopsAfter: (parameters: Parameters) => number | null;
  /** Whether its models keep to the direction that a feature may state. */
  readonly keepsTo: (feature: Feature) => boolean;
  /** Throws `INVALID_CONFIG` with what `fit` would refuse of the parameters. */
  readonly check: (request: CheckRequest) => void;
  readonly fit: (request: FitRequest) => Promise<Fit>;
}

/** Parameters of an algorithm by the names of the library that people know, not yet checked. */
export type Parameters = Readonly<Record<string, unknown>>;

/** What an algorithm learns from. */
export interface FitRequest {
  readonly data: TrainingData;
  /** Rows that decide when to stop, for algorithms that do; no others are to be seen in them. */
  readonly stopping: TrainingData | null;
  readonly features: readonly Feature[];
  readonly task: Task;
  readonly labels: readonly Label[];
  readonly parameters: Parameters;
  readonly seed: number;
  /** For boosting; the result is the same for any number. */
  readonly threads: number;
  readonly signal: AbortSignal | undefined;
  /** Told of progress: rounds done of all, and the loss if it is known. */
  readonly onRound: (done: number, of: number, loss: number | null) => void;
}

/** What parameters are checked against. */
export type CheckRequest = Pick<
  FitRequest,
  'data' | 'features' | 'labels' | 'parameters' | 'seed' | 'task'
>;

/** What was learned, as a file that others can read and what its card must say beside it. */
export interface Fit {
  /** The format of the artifact, as cards spell it. */
  readonly format: string;
  /** The name of the artifact's file. */
  readonly file: string;
  readonly artifact: Uint8Array;
  /** How features become the artifact's columns; `null` when each is one. */
  readonly columns: readonly CardColumn[] | null;
  /** Of the columns over the training rows, for explanations of linear models. */
  readonly columnMeans: readonly number[] | null;
  /** What was decided by itself, for people: rounds, iterations, the out-of-bag score. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** The parameters with their defaults filled in. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}
