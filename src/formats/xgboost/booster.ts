/** A tree in the arrays and the node order of XGBoost's file: children get the next two numbers when their parent is split. */
export interface BoosterTree {
  /** Left child of each node, -1 for a leaf. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Parent of each node, -1 for the root. */
  readonly parent: Int32Array;
  /** The column that an inner node looks at; 0 for a leaf. */
  readonly column: Int32Array;
  /** Inner nodes: what is below goes left; 0 where categories decide. Leaves: what they answer, the step size included. */
  readonly condition: Float32Array;
  readonly missingLeft: Uint8Array;
  /** How much an inner node improved the loss (`loss_changes`); 0 for a leaf. */
  readonly gain: Float32Array;
  /** Sum of the hessians that reached each node (`sum_hessian`). */
  readonly cover: Float32Array;
  /** The weight of each node (`base_weights`): of inner ones before the step size, of leaves with it. */
  readonly weight: Float32Array;
  /** The categories that go right at a node, ascending; `null` where a threshold decides. */
  readonly categories: readonly (Int32Array | null)[];
  /** Where leaves answer all outputs at once: one number per output for each node, those of inner nodes 0. @default leaves answer `condition` */
  readonly answers?: Float32Array | undefined;
}

/** What XGBoost keeps of a booster of trees, enough to write its file. */
export interface Booster {
  readonly objective: string;
  /** Parameters of the objective, by their names in the file: `{ scale_pos_weight: '3' }`. */
  readonly objectiveParameters: Readonly<Record<string, string>>;
  /** On the scale of the answers, one per output. */
  readonly baseScores: readonly number[];
  /** Multiclass: the number of classes; else 0. */
  readonly classes: number;
  /** Trees of each round and output: above 1 for a forest. */
  readonly parallelTrees: number;
  readonly columns: readonly BoosterColumn[];
  readonly trees: readonly BoosterTree[];
  /** The output that each tree adds to. */
  readonly treeOutput: Int32Array;
  /** Texts kept in the file, such as `best_iteration`. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** An input of a booster. */
export interface BoosterColumn {
  readonly name: string;
  /** As XGBoost writes it: a float, an integer, or the codes of categories. */
  readonly type: 'float' | 'int' | 'c';
}
