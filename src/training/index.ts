export type { ForestParameters } from './forest/forest-parameters.ts';
export type { ForestTree } from './forest/forest-tree.ts';
export type { OutOfBag } from './forest/predict-out-of-bag.ts';
export { type ForestTraining, type TrainedForest, trainForest } from './forest/train-forest.ts';
