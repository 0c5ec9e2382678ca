export { createModel } from './create-model.ts';
export { createPredictor } from './create-predictor.ts';
export { createScorer } from './create-scorer.ts';
export { createRowEncoder, type RowEncoder } from './encode-row.ts';
export { expf, expfRoots } from './expf.ts';
export {
  createParallelScorer,
  type ParallelScorer,
  type ParallelScorerOptions,
} from './kernels/create-parallel-scorer.ts';
export { createTreeKernel } from './kernels/create-tree-kernel.ts';
export { createKernelMemory, type KernelMemory } from './kernels/kernel-memory.ts';
export { type ModelStructure, measureModel } from './measure-model.ts';
export { applyCalibrator } from './predict-calibrated-model.ts';
export { sendsLeft } from './sends-left.ts';
