import type { Pipeline } from '../model/index.ts';
import type { JsonValue } from './json/json-value.ts';

/** Reads one format. It lives in a folder of its own, and `test/contracts/model-reader.ts` runs against each. */
export interface ModelReader {
  /** The name that a card gives the format. */
  readonly format: string;
  /** Whether its files may name a best iteration, so that `iterations` is no empty word. @default false */
  readonly knowsIterations?: boolean | undefined;
  /** Whether the file is of this format, sound or not. Cheap, and by content only. */
  detects(source: ModelSource): boolean;
  /**
   * Reads a file that `detects` said yes to.
   * @throws SpillwayError `INVALID_MODEL` or `UNSUPPORTED_MODEL`, and nothing else, whatever the bytes.
   */
  read(source: ModelSource, options: ReadOptions): ReadArtifact;
}

/** The bytes of a file, and the value in them when they are JSON text or UBJSON. */
export interface ModelSource {
  readonly bytes: Uint8Array;
  readonly json: JsonValue | null;
}

/** What is known about a file from elsewhere, and how much it may cost to read. */
export interface ReadOptions {
  /** The format that the card names; a file of another one is refused. @default whichever is detected */
  readonly format?: string | undefined;
  /**
   * Names of the model's inputs, in order, for files that do not name them; a file that does must name the same.
   * @default the names of the file, else `f0`, `f1`, ...
   */
  readonly columns?: readonly string[] | undefined;
  /**
   * Training weight of each node, for `ml-random-forest`, whose files lack it: per tree an array of numbers in
   * preorder, left before right, as parsed from JSON. @default none, and no path-dependent explanations
   */
  readonly covers?: unknown;
  /**
   * For a file that names its best iteration: `all` of them answer, or those up to the `best` one. Refused for any other.
   * @default what the `predict` of that which wrote the file does: `best` for the scikit-learn wrapper, else `all`
   */
  readonly iterations?: 'all' | 'best' | undefined;
  /** Bytes above which a file is refused unread. @default 134217728 */
  readonly maxBytes?: number | undefined;
}

/** A model file as data. */
export interface ReadArtifact {
  readonly format: string;
  /** The version of the library that wrote the file, `null` when the file does not say. */
  readonly libraryVersion: string | null;
  /** What the library calls the model's kind: the objective of XGBoost, the class name of other libraries. */
  readonly objective: string;
  /** What a row has for this file, how its columns are made, and what they become. */
  readonly pipeline: Pipeline;
  /** What a person should know about the file, in sentences. */
  readonly warnings: readonly string[];
}
