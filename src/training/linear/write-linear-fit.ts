import { writeLinear, writeOnnx } from '../../formats/index.ts';
import type { Label, Pipeline, Task } from '../../model/index.ts';
import type { LogisticFit, RegressionFit } from './linear-fit.ts';
import { toLinearModel } from './to-linear-model.ts';

/**
 * Writes a fit as JSON text: per output an intercept and a coefficient for each column. `readModel` reads the same model, bit
 * for bit, and so can a few lines of Python.
 */
export function writeLinearModel(fit: LogisticFit | RegressionFit): Uint8Array {
  return writeLinear(createFitPipeline(fit));
}

/**
 * Writes a fit as a file of ONNX, which computes in float32: one input for each column, rows x 1, and `label` and
 * `probabilities`, or `variable`, as outputs.
 * @throws SpillwayError `UNSUPPORTED_MODEL` for classes that are neither all texts nor all whole numbers.
 */
export function writeOnnxModel(fit: LogisticFit | RegressionFit): Uint8Array {
  return writeOnnx(createFitPipeline(fit));
}

/** The fit on its own columns, none of which is ever missing. `labels` are what its classes stand for. */
export function createFitPipeline(
  fit: LogisticFit | RegressionFit,
  labels: readonly Label[] = fit.kind === 'linear' ? [] : fit.classes,
): Pipeline {
  const features = fit.columns.map((name) => ({
    name,
    type: 'number' as const,
    required: true,
    nullable: false,
  }));
  const classTask: Task = labels.length === 2 ? 'binary' : 'multiclass';
  return {
    schema: { features },
    steps: { features: features.length, steps: [], columns: [...features.keys()] },
    model: toLinearModel(fit),
    task: fit.kind === 'linear' ? 'regression' : classTask,
    labels,
    decisionThreshold: 0.5,
  };
}
