import type { Pipeline, TreeEnsemble } from '../model/index.ts';

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
  return {
    kind: model.kind,
    trees: model.roots.length,
    leaves: model.left.reduce((sum, child) => sum + (child === -1 ? 1 : 0), 0),
    depth: depthOf(model),
    categoricalNodes:
      model.categorical?.count.reduce((sum, count) => sum + (count === -1 ? 0 : 1), 0) ?? 0,
  };
}

/** Nodes stand in preorder, so a parent has its depth before its children ask for it. */
function depthOf({ left, right }: TreeEnsemble): number {
  const depths = new Int32Array(left.length);
  let deepest = 0;
  for (const [node, child] of left.entries()) {
    if (child === -1) continue;
    const below = depths[node]! + 1;
    depths[child] = below;
    depths[right[node]!] = below;
    deepest = Math.max(deepest, below);
  }
  return deepest;
}
