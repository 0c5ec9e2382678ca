import type { Label, LinearModel, Link, TreeInput } from '../../model/index.ts';
import type { Tensor } from './tensor.ts';

/** What a name of the graph stands for, as far as it can be told without a row. */
export type GraphValue = Constant | Columns | Scores | RowSums | LabelChoice | ScoreTable;

/** A tensor that stands in the file. */
export interface Constant {
  readonly kind: 'constant';
  readonly tensor: Tensor;
}

/** A tensor made of a row, whose first dimension counts rows: `of` numbers values of `RowColumns`, row-major. */
export interface Columns {
  readonly kind: 'columns';
  /** One of `elementTypes`; strings stand as codes of their feature's categories. */
  readonly type: number;
  /** The dimensions after the first. */
  readonly dims: readonly number[];
  readonly of: readonly number[];
}

/** What a model answers: one number per entry of `view`. */
export interface Scores {
  readonly kind: 'scores';
  readonly source: ScoreSource;
  /** What has become of the scores. */
  readonly link: Link;
  readonly view: readonly ScoreView[];
}

/** One answer, or what is missing to 1 (before the link: its negative). */
export interface ScoreView {
  readonly output: number;
  readonly isComplement: boolean;
}

/** The sums of scores over each row, by which they may then be divided. */
export interface RowSums {
  readonly kind: 'row-sums';
  readonly of: Scores;
}

/** A class per row. */
export interface LabelChoice {
  readonly kind: 'label';
  readonly scores: Scores;
  /** What stands for each class, in the order of the view. */
  readonly classes: readonly Label[];
  /** Two classes: the score, before the link, above which the second is chosen; `null`: the highest is. */
  readonly above: number | null;
}

/** Scores by the names of their classes. */
export interface ScoreTable {
  readonly kind: 'table';
  readonly scores: Scores;
  readonly classes: readonly Label[];
}

/** Where scores come from; `columns` are numbers of values of `RowColumns`. */
export type ScoreSource = TreeSource | WeightedSource;

/** Trees. */
export interface TreeSource {
  readonly kind: 'trees';
  readonly columns: readonly number[];
  readonly outputs: number;
  readonly ensemble: Forest;
  readonly divisor: number;
  readonly offset: readonly number[];
  readonly warnings: readonly string[];
}

/** What an ensemble has of its trees; the type of inputs is that of sums too. */
export interface Forest {
  readonly leafSize: number;
  readonly inputs: 'float32' | 'float64';
  readonly comparison: '<' | '<=';
  readonly trees: readonly TreeInput[];
}

/** Weighted sums. */
export interface WeightedSource extends Pick<LinearModel, 'outputs' | 'weights'> {
  readonly kind: 'weights';
  readonly columns: readonly number[];
  readonly intercepts: readonly number[];
  readonly warnings: readonly string[];
}

/** A view of all outputs in their order. */
export function viewAll(outputs: number): ScoreView[] {
  return Array.from({ length: outputs }, (_, output) => ({ output, isComplement: false }));
}

/** The two classes that one score tells apart. */
export const pair: readonly ScoreView[] = [
  { output: 0, isComplement: true },
  { output: 0, isComplement: false },
];
