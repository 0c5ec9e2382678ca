import type { Pipeline } from '../model/index.ts';
import { measureTrees } from './kernels/tree-shapes.ts';

/** How large a model is. */
export type ModelStructure =
  | {
      readonly kind: 'tree-ensemble';
      readonly trees: number;
      readonly leaves: number;
      /** Edges on the longest path from a root to a leaf. */
      readonly depth: number;
      readonly categoricalNodes: number;
    }
  | { readonly kind: 'linear-model'; readonly weights: number }
  | { readonly kind: 'calibrated-model'; readonly members: number };

/** Measures a model. */
export function measureModel(model: Pipeline['model']): ModelStructure {
  if (model.kind === 'linear-model') return { kind: model.kind, weights: model.weights.length };
  if (model.kind === 'calibrated-model') {
    return { kind: model.kind, members: model.members.length };
  }
  const { allLeaves, mostDepth } = measureTrees(model);
  return {
    kind: model.kind,
    trees: model.roots.length,
    leaves: allLeaves,
    depth: mostDepth,
    categoricalNodes:
      model.categorical?.count.reduce((sum, count) => sum + (count === -1 ? 0 : 1), 0) ?? 0,
  };
}
