export type { BoostingParameters } from './boosting/boosting-parameters.ts';
export type { CustomObjective } from './boosting/custom-objective.ts';
export {
  type BoostingEngine,
  type BoostingOptions,
  type BoostingProgress,
  referenceEngine,
  type TrainedBooster,
  trainBoosting,
} from './boosting/train-boosting.ts';
export type { ForestParameters } from './forest/forest-parameters.ts';
export type { ForestTree } from './forest/forest-tree.ts';
export type { OutOfBag } from './forest/predict-out-of-bag.ts';
export { type ForestTraining, type TrainedForest, trainForest } from './forest/train-forest.ts';
export type { TrainingColumn, TrainingTable } from './training-table.ts';
export { createFastEngine, type FastEngine } from './trees/fast-engine.ts';
export type { FastGrowerOptions } from './trees/fast-grower.ts';
