import { checkForestParameters } from '../forest/forest-parameters.ts';
import { trainForest } from '../forest/train-forest.ts';
import type { Algorithm } from './algorithm.ts';
import { codeClassWeights } from './code-class-weights.ts';
import { treeFile } from './tree-file.ts';

/** A random forest, in XGBoost's file as sums of shares. */
export const forest: Algorithm = {
  name: 'forest',
  title: 'Random forest',
  tasks: ['binary', 'multiclass', 'regression'],
  looksAt: 'float32',
  stopsAfter: () => null,
  keepsTo: () => false,
  check({ data: { table }, labels, parameters, task }) {
    const shape = { rows: table.rows, columns: table.columns.length, classes: labels.length };
    checkForestParameters(codeClassWeights(parameters, labels), { task, ...shape });
  },
  async fit({ data, labels, onRound, parameters, seed, signal, task }) {
    const stated = { random_state: seed, ...parameters };
    const trained = await trainForest({
      table: data.table,
      labels: data.targets,
      weights: data.weights ?? undefined,
      task,
      parameters: codeClassWeights(stated, labels),
      onTree: (done, total) => onRound(done, total, null),
      signal,
    });
    return {
      ...treeFile(trained.booster),
      columns: null,
      columnMeans: null,
      facts: {
        trees: trained.trees.length,
        ...(trained.outOfBag !== null && { out_of_bag_score: trained.outOfBag.score }),
      },
      parameters: stated,
      warnings: trained.warnings,
    };
  },
};
