import { readdirSync, readFileSync } from 'node:fs';
import type { Random } from '../../src/core/index.ts';
import { readArtifact } from '../../src/formats/index.ts';
import type { TreeEnsemble } from '../../src/model/index.ts';

const fixtures = new URL('../fixtures/', import.meta.url);

/** The trees with covers of every model file among the fixtures, by path. */
export function fixtureEnsembles(): [string, TreeEnsemble][] {
  return readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(model\.(json|txt|ubj)|pkl|joblib|skops)$/.test(path))
    .filter((path) => !path.includes('refused'))
    .flatMap((path): [string, TreeEnsemble][] => {
      const model = readModel(path);
      return model?.kind === 'tree-ensemble' && model.cover !== null && model.linearLeaves === null
        ? [[path, model]]
        : [];
    });
}

function readModel(path: string) {
  try {
    return readArtifact(readFileSync(new URL(path, fixtures))).pipeline.model;
  } catch {
    return null; // other tests say which files are refused
  }
}

/** Rows that hit the ensemble's own thresholds and categories, miss them by little, or lack a value. */
export function drawRows(ensemble: TreeEnsemble, count: number, random: Random): Float64Array {
  const width = ensemble.columns.length;
  const seen = ensemble.columns.map((): number[] => [0, -0, 1, 1e9, -1e9]);
  for (const [node, child] of ensemble.left.entries()) {
    if (child === -1) continue;
    const found = seen[ensemble.column[node]!]!;
    const codes = ensemble.categorical?.count[node] ?? -1;
    if (codes === -1) found.push(ensemble.threshold[node]!, ensemble.threshold[node]! + 1e-9);
    else if (codes > 0) {
      found.push(
        ensemble.categorical!.categories[
          ensemble.categorical!.start[node]! + Math.floor(random() * codes)
        ]!,
      );
    }
  }
  return Float64Array.from({ length: count * width }, (_, at) => {
    const choices = seen[at % width]!;
    return random() < 0.1 ? Number.NaN : choices[Math.floor(random() * choices.length)]!;
  });
}
